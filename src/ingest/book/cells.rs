//! Cells of a sheet one after the other, each as the text that a CSV field would hold. It knows nothing of headers.

use std::fmt::Write as _;
use std::io::{Read, Seek};

use calamine::{Data, DataType, Range, XlsxCellReader};

/// Whole numbers of this size and more are not exact in a workbook: Excel keeps fifteen digits.
const INEXACT: f64 = 1e15;

/// Where a cell stands, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) row: u32,
    pub(super) column: u32,
    /// A number whose last digits Excel has made zero.
    pub(super) rounded: bool,
}

/// Gives the cells of a sheet in order of row.
pub(super) trait Cells {
    /// Appends the next cell's text; `None` at the end.
    ///
    /// # Errors
    /// When the sheet is broken from here on.
    fn next(&mut self, text: &mut String) -> Result<Option<Spot>, String>;
}

impl<RS: Read + Seek> Cells for XlsxCellReader<'_, RS> {
    fn next(&mut self, text: &mut String) -> Result<Option<Spot>, String> {
        let Some(cell) = self.next_cell().map_err(|e| e.to_string())? else { return Ok(None) };
        let (row, column) = cell.get_position();
        Ok(Some(Spot { row, column, rounded: write(cell.get_value(), text) }))
    }
}

/// Cells of a sheet that is held whole.
pub(super) struct Held<'r> {
    range: &'r Range<Data>,
    row: usize,
    column: usize,
}

impl<'r> Held<'r> {
    pub(super) fn new(range: &'r Range<Data>) -> Self {
        Self { range, row: 0, column: 0 }
    }
}

impl Cells for Held<'_> {
    fn next(&mut self, text: &mut String) -> Result<Option<Spot>, String> {
        let (top, left) = self.range.start().unwrap_or_default();
        let (height, width) = self.range.get_size();
        while self.row < height {
            let (row, column) = (self.row, self.column);
            self.column += 1;
            if self.column >= width {
                (self.row, self.column) = (row + 1, 0);
            }
            let Some(cell) = self.range.get((row, column)).filter(|cell| !cell.is_empty()) else { continue };
            let place = |offset: u32, n: usize| offset.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
            return Ok(Some(Spot {
                row: place(top, row),
                column: place(left, column),
                rounded: write(cell, text),
            }));
        }
        Ok(None)
    }
}

/// Appends a value; whether it is a number that Excel has rounded.
fn write(value: &impl DataType, text: &mut String) -> bool {
    if let Some(words) = value.get_string().or_else(|| value.get_datetime_iso()) {
        text.push_str(words);
    } else if let Some(moment) = value.get_datetime() {
        let days = moment.as_f64();
        let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
        if moment.is_duration() || (0.0..1.0).contains(&days) {
            let _ = write!(text, "{hour:02}:{minute:02}:{second:02}");
        } else {
            let _ = write!(text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        }
        if milli > 0 {
            let _ = write!(text, ".{milli:03}");
        }
    } else if let Some(time) = value.get_duration_iso() {
        text.push_str(&time_of_day(time));
    } else if let Some(number) = value.get_int() {
        let _ = write!(text, "{number}");
    } else if let Some(number) = value.get_float() {
        // Without an exponent, as the cell shows it.
        let _ = write!(text, "{number}");
        return number.abs() >= INEXACT;
    } else if let Some(flag) = value.get_bool() {
        text.push_str(if flag { "TRUE" } else { "FALSE" });
    }
    false
}

/// `PT09H05M03S` as a time of day; anything else as it stands.
fn time_of_day(text: &str) -> String {
    let read = || {
        let (hour, rest) = text.strip_prefix("PT")?.split_once('H')?;
        let (minute, rest) = rest.split_once('M')?;
        let second = rest.strip_suffix('S')?;
        Some(format!("{hour:0>2}:{minute:0>2}:{second:0>2}"))
    };
    read().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn values_are_written_as_a_csv_would() {
        let date = |days: f64, kind| Data::DateTime(ExcelDateTime::new(days, kind, false));
        for (value, expected) in [
            (Data::String("在吗".to_owned()), "在吗"),
            (Data::Float(45.0), "45"),
            (Data::Float(1.5), "1.5"),
            (Data::Float(123_456_789_012_345.0), "123456789012345"),
            (Data::Int(-7), "-7"),
            (Data::Bool(true), "TRUE"),
            (Data::Empty, ""),
            (date(45_918.378_506_944_4, ExcelDateTimeType::DateTime), "2025-09-18 09:05:03"),
            (date(45_918.0, ExcelDateTimeType::DateTime), "2025-09-18 00:00:00"),
            (date(0.378_506_944_4, ExcelDateTimeType::DateTime), "09:05:03"),
            (date(0.378_506_944_4, ExcelDateTimeType::TimeDelta), "09:05:03"),
            (Data::DateTimeIso("2025-09-18T09:05:03".to_owned()), "2025-09-18T09:05:03"),
            (Data::DurationIso("PT9H05M03S".to_owned()), "09:05:03"),
        ] {
            let mut text = String::new();
            assert!(!write(&value, &mut text), "{value:?}");
            assert_eq!(text, expected, "{value:?}");
        }
        let old = Data::DateTime(ExcelDateTime::new(44_456.378_506_944_4, ExcelDateTimeType::DateTime, true));
        let mut text = String::new();
        write(&old, &mut text);
        assert_eq!(text, "2025-09-18 09:05:03", "days since 1904");
        let mut text = String::new();
        assert!(write(&Data::Float(1.234_567_890_123_45e18), &mut text));
        assert_eq!(text, "1234567890123450000");
    }
}
