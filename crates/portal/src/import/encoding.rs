//! Bytes to text: UTF-8 with or without its mark, UTF-16 with its mark, otherwise Windows-1252, which is what
//! Italian spreadsheets still write.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Why bytes are not a text that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// A spreadsheet or another archive with the wrong name.
    Archive,
    /// A character that no text has, at this line.
    Control {
        /// From 1.
        line: usize,
    },
}

impl NotText {
    /// What to do about it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Archive => {
                "è un file di Excel o un archivio, non un CSV. Aprilo e salvalo con nome come «CSV UTF-8»."
            }
            Self::Control { .. } => {
                "contiene caratteri che non sono testo. Esporta di nuovo il file come «CSV UTF-8»."
            }
        }
    }
}

/// The text in the bytes.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(NotText::Archive);
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling(rest).0
        }
        None => match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => text,
            None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    match text.find(|c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
        Some(at) => Err(NotText::Control {
            line: line_of(&text, at),
        }),
        None => Ok(text.into_owned()),
    }
}

/// The line, from 1, on which a byte offset of a text lies.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + breaks(text.as_bytes().get(..at).unwrap_or(text.as_bytes()))
}

/// Line breaks: LF, CRLF, or a lone CR.
pub(super) fn breaks(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).chain([&0]);
    bytes
        .iter()
        .zip(next)
        .filter(|(a, b)| **a == b'\n' || (**a == b'\r' && **b != b'\n'))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_an_office_gives_the_same_text() {
        let utf_16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("Nicolò".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            &b"Nicol\xc3\xb2"[..],
            b"\xef\xbb\xbfNicol\xc3\xb2",
            b"Nicol\xf2",
            &utf_16,
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok("Nicolò"), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_told() {
        assert_eq!(decode(b"PK\x03\x04xxxx"), Err(NotText::Archive));
        assert_eq!(decode(b"a\r\nb\rc\n\x00"), Err(NotText::Control { line: 4 }));
    }
}
