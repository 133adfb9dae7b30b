//! The yardstick of the whole-command measurements: walks a CSV file record by record with the `csv` crate on one thread and
//! does nothing else. Prints how many records and bytes of fields it saw.
//!
//! `cargo run --release --example bare_csv -- FILE.csv`

use std::error::Error;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: bare_csv FILE.csv")?;
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let (mut records, mut bytes) = (0u64, 0usize);
    while reader.read_byte_record(&mut record)? {
        records += 1;
        bytes += record.as_slice().len();
    }
    writeln!(io::stdout(), "{records} records, {bytes} bytes of fields")?;
    Ok(())
}
