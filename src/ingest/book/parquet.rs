//! Parquet as one sheet: its column names are the header, rows come one after the other. Moments that are kept as instants
//! stay such; those without a zone are written as the clock on the wall, like every other time of a log.

use std::fs::File;

use chrono::{DateTime, NaiveDate, TimeDelta};
use parquet::basic::{LogicalType, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;

use super::cells::{Cells, Spot};

/// How the numbers of a column of moments are to be read.
#[derive(Clone, Copy)]
struct Clock {
    /// Since 1970 in UTC rather than by the clock on the wall.
    is_instant: bool,
    is_nanos: bool,
}

/// The rows of a file.
pub(super) struct Table {
    rows: RowIter<'static>,
    clocks: Vec<Clock>,
    /// Number of the row at hand, the header being 0.
    number: u32,
    row: Vec<String>,
    /// The next cell of the row at hand.
    at: usize,
}

impl Table {
    pub(super) fn open(file: File) -> Result<Self, ParquetError> {
        let reader = SerializedFileReader::new(file)?;
        let fields = reader.metadata().file_metadata().schema().get_fields().to_vec();
        let clocks = fields.iter().map(|field| clock(field)).collect();
        let row = fields.iter().map(|field| field.name().to_owned()).collect();
        let rows = RowIter::from_file_into(Box::new(reader));
        Ok(Self { rows, clocks, number: 0, row, at: 0 })
    }
}

fn clock(field: &Type) -> Clock {
    let legacy = field.is_primitive() && field.get_physical_type() == Physical::INT96;
    match field.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(stamp)) => {
            Clock { is_instant: stamp.is_adjusted_to_u_t_c, is_nanos: matches!(stamp.unit, TimeUnit::NANOS) }
        }
        _ => Clock { is_instant: legacy, is_nanos: false },
    }
}

impl Cells for Table {
    fn next(&mut self, text: &mut String) -> Result<Option<Spot>, String> {
        loop {
            while let Some(cell) = self.row.get(self.at) {
                let column = u32::try_from(self.at).unwrap_or(u32::MAX);
                self.at += 1;
                if !cell.is_empty() {
                    text.push_str(cell);
                    return Ok(Some(Spot { row: self.number, column, rounded: false }));
                }
            }
            let Some(row) = self.rows.next() else { return Ok(None) };
            let row = row.map_err(|error| error.to_string())?;
            let fields = row.get_column_iter().zip(&self.clocks);
            self.row = fields.map(|((_, field), clock)| written(field, *clock)).collect();
            self.number += 1;
            self.at = 0;
        }
    }
}

/// A value as a CSV would hold it.
fn written(field: &Field, clock: Clock) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::TimestampMillis(ms) => moment(*ms, clock),
        Field::TimestampMicros(us) => moment(us.div_euclid(1000), clock),
        Field::Long(ns) if clock.is_nanos => moment(ns.div_euclid(1_000_000), clock),
        Field::Date(days) => NaiveDate::default()
            .checked_add_signed(TimeDelta::days(i64::from(*days)))
            .map_or_else(String::new, |day| day.to_string()),
        Field::TimeMillis(ms) => time(i64::from(*ms)),
        Field::TimeMicros(us) => time(us.div_euclid(1000)),
        Field::Byte(n) => n.to_string(),
        Field::Short(n) => n.to_string(),
        Field::Int(n) => n.to_string(),
        Field::Long(n) => n.to_string(),
        Field::UByte(n) => n.to_string(),
        Field::UShort(n) => n.to_string(),
        Field::UInt(n) => n.to_string(),
        Field::ULong(n) => n.to_string(),
        Field::Float(n) => n.to_string(),
        Field::Double(n) => n.to_string(),
        other => other.to_string(),
    }
}

fn moment(ms: i64, clock: Clock) -> String {
    if clock.is_instant {
        return ms.to_string();
    }
    DateTime::from_timestamp_millis(ms)
        .map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M:%S%.3f").to_string())
}

fn time(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).map_or_else(String::new, |at| at.format("%H:%M:%S%.3f").to_string())
}
