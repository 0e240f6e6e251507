//! The SOAP side's common ground: reading an envelope, the values in it, writing one.
//!
//! The schema qualifies the root element only; its children have no namespace (`paForNode.xsd` sets no
//! `elementFormDefault`). Elements that we do not read are let through, so that a newer schema does not cost a
//! receipt; what we read must be right. No document type, no entities beyond XML's own five.

mod fault;
mod write;

pub use fault::{Fault, FaultCode};
pub(crate) use write::{Writer, envelope};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::{
    Cents,
    time::{Instant, instant_in_rome},
};
use roxmltree::{Document, Node, ParsingOptions};

/// The largest message we read, in bytes; a real one has some three thousand.
pub const MAX_BYTES: usize = 262_144;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(crate) const PA_FOR_NODE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/// Why a message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Larger than [`MAX_BYTES`].
    #[error("the message has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not XML, with a document type, or not UTF-8.
    #[error("not plain XML: {0}")]
    Xml(String),
    /// Not a SOAP 1.1 envelope with one element in its body.
    #[error("not a SOAP 1.1 envelope with one element in its body")]
    Envelope,
    /// Another operation than those asked for.
    #[error("not an operation that is offered here: {0}")]
    Operation(String),
    /// A required element is missing or stands there twice.
    #[error("the element {0} must be there once")]
    Element(&'static str),
    /// A value that the schema does not allow.
    #[error("the element {0} has a value that the schema does not allow")]
    Value(&'static str),
}

impl MessageError {
    /// The answer for such a message; `body` is the fiscal code under which we are known.
    pub fn fault(&self, body: &str) -> Fault {
        let code = match self {
            Self::TooLarge | Self::Xml(_) | Self::Envelope => FaultCode::ExtraXsd,
            Self::Operation(_) => FaultCode::SoapAction,
            Self::Element(_) | Self::Value(_) => FaultCode::Xsd,
        };
        Fault::new(code, body).describe(&self.to_string())
    }

    pub(crate) fn operation(name: &str) -> Self {
        Self::Operation(name.chars().take(80).collect())
    }
}

/// Reads a document's root element.
pub(crate) fn root<T>(
    xml: &[u8],
    read: impl FnOnce(Node) -> Result<T, MessageError>,
) -> Result<T, MessageError> {
    if xml.len() > MAX_BYTES {
        return Err(MessageError::TooLarge);
    }
    let text = std::str::from_utf8(xml).map_err(|_| MessageError::Xml("not UTF-8".to_owned()))?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: 20_000,
        ..ParsingOptions::default()
    };
    let document =
        Document::parse_with_options(text, options).map_err(|e| MessageError::Xml(e.to_string()))?;
    read(document.root_element())
}

/// Reads what stands in an envelope's body.
pub(crate) fn content<T>(
    xml: &[u8],
    read: impl FnOnce(Node) -> Result<T, MessageError>,
) -> Result<T, MessageError> {
    root(xml, |envelope| read(in_envelope(envelope)?))
}

/// The one element in an envelope's body.
pub(crate) fn in_envelope<'a, 'i>(envelope: Node<'a, 'i>) -> Result<Node<'a, 'i>, MessageError> {
    if !envelope.has_tag_name((SOAP, "Envelope")) {
        return Err(MessageError::Envelope);
    }
    let mut bodies = envelope.children().filter(|n| n.has_tag_name((SOAP, "Body")));
    let (Some(body), None) = (bodies.next(), bodies.next()) else {
        return Err(MessageError::Envelope);
    };
    let mut contents = body.children().filter(Node::is_element);
    match (contents.next(), contents.next()) {
        (Some(content), None) => Ok(content),
        _ => Err(MessageError::Envelope),
    }
}

/// The children of that name.
pub(crate) fn all<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent
        .children()
        .filter(move |n| n.is_element() && n.tag_name().namespace().is_none() && n.tag_name().name() == name)
}

pub(crate) fn at_most_one<'a, 'i>(
    parent: Node<'a, 'i>,
    name: &'static str,
) -> Result<Option<Node<'a, 'i>>, MessageError> {
    let mut found = all(parent, name);
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err(MessageError::Element(name)),
    }
}

pub(crate) fn one<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, MessageError> {
    at_most_one(parent, name)?.ok_or(MessageError::Element(name))
}

/// 1 to `longest` characters, and no elements in between.
fn text_in(node: Node, name: &'static str, longest: usize) -> Result<String, MessageError> {
    if node.children().any(|n| n.is_element()) {
        return Err(MessageError::Value(name));
    }
    let text: String = node
        .children()
        .filter_map(|n| if n.is_text() { n.text() } else { None })
        .collect();
    let text = text.trim();
    if text.is_empty() || text.chars().count() > longest {
        return Err(MessageError::Value(name));
    }
    Ok(text.to_owned())
}

pub(crate) fn text_of(parent: Node, name: &'static str, longest: usize) -> Result<String, MessageError> {
    text_in(one(parent, name)?, name, longest)
}

pub(crate) fn optional_text(
    parent: Node,
    name: &'static str,
    longest: usize,
) -> Result<Option<String>, MessageError> {
    at_most_one(parent, name)?
        .map(|node| text_in(node, name, longest))
        .transpose()
}

/// What `read` makes of an element's text, where the element is there.
pub(crate) fn optional<T>(
    parent: Node,
    name: &'static str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, MessageError> {
    optional_text(parent, name, 40)?
        .map(|text| read(&text).ok_or(MessageError::Value(name)))
        .transpose()
}

pub(crate) fn fiscal_code(parent: Node, name: &'static str) -> Result<String, MessageError> {
    let code = text_of(parent, name, 11)?;
    if code.len() == 11 && code.bytes().all(|b| b.is_ascii_digit()) {
        Ok(code)
    } else {
        Err(MessageError::Value(name))
    }
}

pub(crate) fn amount(parent: Node, name: &'static str) -> Result<Cents, MessageError> {
    cents(&text_of(parent, name, 20)?).ok_or(MessageError::Value(name))
}

/// `\d+\.\d{2}`, at most 999999999.99, and nothing else.
pub(crate) fn cents(text: &str) -> Option<Cents> {
    let (euro, decimals) = text.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(euro) || !digits(decimals) || decimals.len() != 2 {
        return None;
    }
    let total = euro
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(decimals.parse().ok()?)?;
    (total <= Cents::MAX.get()).then(|| Cents::new(total))
}

/// `xsd:dateTime`. Without a zone, Rome's clock is meant.
pub(crate) fn instant(text: &str) -> Option<Instant> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(instant_in_rome(wall.date(), wall.time()))
}

/// `xsd:date`, whose zone, where it has one, changes nothing for us.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let (day, zone) = text.split_at_checked(10)?;
    let zoned = match zone.as_bytes() {
        b"" | b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    if zoned { day.parse().ok() } else { None }
}

/// `xsd:boolean`.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_has_a_zone_or_none() {
        let at = NaiveDate::from_ymd_opt(2026, 11, 23);
        for text in [
            "2026-11-23",
            "2026-11-23Z",
            "2026-11-23+01:00",
            "2026-11-23-12:30",
        ] {
            assert_eq!(day(text), at, "{text}");
        }
        for text in [
            "",
            "2026-11-23T",
            "2026-13-23",
            "2026-11-23+1",
            "23/11/2026",
            "2026-11-2è",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_of_the_schema_is_read_to_the_cent(amount in 0..=99_999_999_999_i64) {
            let text = write::euro(Cents::new(amount));
            prop_assert_eq!(cents(&text), Some(Cents::new(amount)));
        }

        #[test]
        fn no_text_makes_the_readers_of_values_panic(text in ".*") {
            let _ = (cents(&text), instant(&text), day(&text), truth(&text));
        }
    }
}
