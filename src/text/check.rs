//! Check digits: tells a real number from one that only has the right length. Blanks and dashes inside are passed over.

/// Weights of the first seventeen digits of a mainland identity number (GB 11643-1999).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The eighteenth sign for each remainder.
const ID_SIGNS: [char; 11] = ['1', '0', 'x', '9', '8', '7', '6', '5', '4', '3', '2'];

/// Whether a number passes the Luhn test that bank cards are made to pass.
#[must_use]
pub fn luhn(number: &str) -> bool {
    let digits: Vec<u32> = digits(number).filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, twice) => twice / 10 + twice % 10,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// Whether eighteen signs are a mainland identity number: the last one follows from the others.
#[must_use]
pub fn mainland_id(number: &str) -> bool {
    let signs: Vec<char> = digits(number).map(|c| c.to_ascii_lowercase()).collect();
    let Some((last, first)) = signs.split_last() else { return false };
    if first.len() != ID_WEIGHTS.len() || !first.iter().all(char::is_ascii_digit) {
        return false;
    }
    let sum: u32 = first.iter().zip(ID_WEIGHTS).filter_map(|(c, w)| Some(c.to_digit(10)? * w)).sum();
    ID_SIGNS.get((sum % 11) as usize) == Some(last)
}

fn digits(number: &str) -> impl Iterator<Item = char> + '_ {
    number.chars().filter(|c| !matches!(c, ' ' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_wrong_last_digit_are_told_apart() {
        assert!(luhn("6222 0200 0000 0000 000") != luhn("6222 0200 0000 0000 001"));
        assert!(luhn("4111111111111111") && !luhn("4111111111111112") && !luhn(""));
        assert!(mainland_id("11010519491231002X") && mainland_id("440308199901101512"));
        assert!(!mainland_id("110105194912310021") && !mainland_id("1101051949123100"));
    }
}
