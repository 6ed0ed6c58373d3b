//! Typed text before a field reads it. What looks like a sign is read as that sign, by Unicode class; what cannot be
//! seen is left out; what cannot be stored is refused.

use thiserror::Error;

/// Digits that people paste beside `0`–`9`: the first of each run of ten (class Nd).
const DIGITS: [char; 3] = ['\u{660}', '\u{6f0}', '\u{ff10}'];

/// Whether a character has no shape: zero-width signs, direction marks, the byte order mark (class Cf).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The sign that a character stands for in a number or a date: spaces of any width and tabs are a space, dashes and
/// minus signs a hyphen, apostrophes of any shape `'`, digits of other scripts digits.
fn sign(c: char) -> char {
    match c {
        _ if c.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2b9}'..='\u{2bc}' | '\u{2032}' | '`' | '\u{b4}' | '\u{ff07}' => '\'',
        '\u{ff0c}' => ',',
        '\u{ff0e}' => '.',
        _ => {
            let digit = DIGITS.iter().find_map(|zero| char::from_digit(u32::from(c).checked_sub(u32::from(*zero))?, 10));
            digit.unwrap_or(c)
        }
    }
}

/// A typed number or date with plain signs, single spaces and nothing invisible.
pub fn plain_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)).map(sign) {
        if c != ' ' || !(plain.is_empty() || plain.ends_with(' ')) {
            plain.push(c);
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Why a text cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing but spaces.
    #[error("no text")]
    Missing,
    /// A control character: it has no shape, and `PostgreSQL` cannot store U+0000.
    #[error("a control character")]
    ControlCharacter,
    /// More characters than this.
    #[error("more than {0} characters")]
    TooLong(usize),
}

/// Whether a text has a character that no text of ours may have: every control character but tab and the ends of lines.
pub fn has_control_character(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// A typed text, trimmed: the one boundary for texts that are stored.
///
/// # Errors
/// See [`TextError`]. Nothing is taken out of the text to make it fit.
pub fn text(typed: &str, most: usize) -> Result<&str, TextError> {
    let text = typed.trim();
    if text.is_empty() {
        Err(TextError::Missing)
    } else if has_control_character(text) {
        Err(TextError::ControlCharacter)
    } else if text.chars().nth(most).is_some() {
        Err(TextError::TooLong(most))
    } else {
        Ok(text)
    }
}

/// The form in which names are compared: small letters without apostrophes, marks of punctuation and double spaces, so
/// that `Oʻzbek`, `O'zbek` and `ozbek` are one.
pub fn folded(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !is_invisible(*c)).map(sign).filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    kept.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_are_read_by_their_class() {
        for (typed, plain) in [
            ("1\u{2007}234\u{2008}567\u{2006}8\t9\u{a0}\u{202f}\u{2009}0", "1 234 567 8 9 0"),
            ("\u{feff}\u{200f}1\u{200b}2\u{2060}3\u{202c}", "123"),
            ("1\u{2019}234'567`8\u{2bb}9", "1'234'567'8'9"),
            ("\u{2013}5 \u{2212}6 \u{2014}7", "-5 -6 -7"),
            ("\u{661}\u{6f2}\u{ff13}", "123"),
            ("  ", ""),
        ] {
            assert_eq!(plain_signs(typed), plain, "{typed:?}");
        }
    }

    #[test]
    fn a_text_is_taken_whole_or_not_at_all() {
        assert_eq!(text(" 7/23 \n", 10), Ok("7/23"));
        assert_eq!(text("line 1\nline 2\t", 20), Ok("line 1\nline 2"));
        assert_eq!(text(" \u{a0}", 10), Err(TextError::Missing));
        assert_eq!(text("a\0b", 10), Err(TextError::ControlCharacter));
        assert_eq!(text("a\u{1b}[2Jb\u{85}", 10), Err(TextError::ControlCharacter));
        assert_eq!(text("ўзбек", 5), Ok("ўзбек"));
        assert_eq!(text("ўзбекча", 5), Err(TextError::TooLong(5)));
    }

    #[test]
    fn names_are_found_however_their_apostrophe_is_typed() {
        for typed in ["Oʻzbek  Soft", "o'zbek soft", "O‘ZBEK SOFT", "oʼzbek, «Soft»", "ozbek soft"] {
            assert_eq!(folded(typed), "ozbek soft", "{typed}");
        }
        assert_eq!(folded("ООО «Ташкент-Софт»"), "ооо ташкентсофт");
    }

    proptest! {
        #[test]
        fn plain_signs_are_plain(text in "\\PC{0,24}") {
            let plain = plain_signs(&text);
            prop_assert_eq!(plain_signs(&plain), plain.clone());
            prop_assert!(plain.trim() == plain && !plain.contains("  "));
        }
    }
}
