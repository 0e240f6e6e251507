//! Tassonomia dei servizi di incasso: the code that tells what a transfer collects.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, str::FromStr};

/// Not a code such as `9/0107101TS/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a taxonomy code such as 9/0107101TS/")]
pub struct TaxonomyError;

/// What kind of body a code belongs to ("tipo ente creditore"). A code of another kind is wrong for a body, even
/// where its words fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// 01: Comune, Unione di Comuni, Consorzio.
    Municipality,
    /// 06: state school or university.
    StateSchool,
    /// 09: manager of a public service, such as a caterer that holds the credit.
    PublicServiceManager,
}

impl BodyKind {
    /// The two digits in a code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Municipality => "01",
            Self::StateSchool => "06",
            Self::PublicServiceManager => "09",
        }
    }
}

/// A code with which a school canteen, or what schools collect beside it, is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownCode {
    /// With prefix `9/`, as the published list has it.
    pub code: &'static str,
    /// Whose it is.
    pub kind: BodyKind,
    /// What is collected, in the office's words.
    pub meaning: &'static str,
}

/// The codes that we know, from pagoPA's list, version 16; each was in force then. Canteens first.
pub const CANTEEN_CODES: [KnownCode; 9] = [
    KnownCode {
        code: "9/0107101TS/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: mensa scolastica",
    },
    KnownCode {
        code: "9/0601104TS/",
        kind: BodyKind::StateSchool,
        meaning: "Scuola statale o università: mensa e buoni pasto",
    },
    KnownCode {
        code: "9/0901100AP/",
        kind: BodyKind::PublicServiceManager,
        meaning: "Gestore di pubblico servizio: incassi generali",
    },
    KnownCode {
        code: "9/0107100TS/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: rette scolastiche",
    },
    KnownCode {
        code: "9/0107102SP/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: trasporto scolastico",
    },
    KnownCode {
        code: "9/0107103SP/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: prescuola",
    },
    KnownCode {
        code: "9/0107104SP/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: interscuola",
    },
    KnownCode {
        code: "9/0107105SP/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: doposcuola",
    },
    KnownCode {
        code: "9/0107106SP/",
        kind: BodyKind::Municipality,
        meaning: "Comune, Unione o Consorzio: nido",
    },
];

/// Whether pagoPA may push a position to the debtor's bank by itself (SEPA Request-to-Pay, since March 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    /// `9/`: yes.
    Allowed,
    /// `6/`: no, the body judges that it would do harm. For top-ups that the parent is paying already.
    NotWanted,
    /// `7/`: no, the body has an exclusive contract with another provider.
    OtherProvider,
    /// `8/`: no, for both reasons.
    NotWantedAndOtherProvider,
}

impl Push {
    fn digit(self) -> char {
        match self {
            Self::Allowed => '9',
            Self::NotWanted => '6',
            Self::OtherProvider => '7',
            Self::NotWantedAndOtherProvider => '8',
        }
    }
}

/// What a notice is for: each kind may have its own code, and above all its own prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A top-up that a parent has begun: it is being paid already, and withdrawn soon where it is not. A push by the
    /// bank would only ask for the money twice: `6/`, where the body agrees.
    TopUp,
    /// A notice that the body issued, to be paid by its date: `9/`.
    Invoice,
}

/// A body's code for each kind of notice. In a configuration one code is for both kinds, and a table names them:
/// `taxonomy = { top_up = "6/0107101TS/", invoice = "9/0107101TS/" }`. What is not named is `9/0107101TS/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taxonomies {
    /// Of top-ups.
    pub top_up: TaxonomyCode,
    /// Of notices that the body issued.
    pub invoice: TaxonomyCode,
}

impl Taxonomies {
    /// The code of a kind.
    pub fn of(&self, kind: NoticeKind) -> &TaxonomyCode {
        match kind {
            NoticeKind::TopUp => &self.top_up,
            NoticeKind::Invoice => &self.invoice,
        }
    }
}

impl From<TaxonomyCode> for Taxonomies {
    fn from(code: TaxonomyCode) -> Self {
        Self {
            top_up: code.clone(),
            invoice: code,
        }
    }
}

impl Default for Taxonomies {
    fn default() -> Self {
        TaxonomyCode::school_canteen().into()
    }
}

impl<'de> Deserialize<'de> for Taxonomies {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrEach)
    }
}

struct OneOrEach;

impl<'de> Visitor<'de> for OneOrEach {
    type Value = Taxonomies;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a taxonomy code such as 9/0107101TS/, or one for top_up and one for invoice")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Taxonomies, E> {
        text.parse::<TaxonomyCode>().map(Into::into).map_err(E::custom)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Taxonomies, M::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Each {
            #[serde(default = "TaxonomyCode::school_canteen")]
            top_up: TaxonomyCode,
            #[serde(default = "TaxonomyCode::school_canteen")]
            invoice: TaxonomyCode,
        }
        let Each { top_up, invoice } = Each::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Taxonomies { top_up, invoice })
    }
}

/// A taxonomy code: prefix `6/` to `9/`, kind of body (2 digits), area (2), service (3), legal ground
/// (`IM`, `TS`, `SP`, `SA`, `AP`) and a slash.
///
/// The syntax must be exact: with a mistake in it pagoPA ignores the prefix and pushes the notice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxonomyCode(String);

impl TaxonomyCode {
    /// `9/0107101TS/`: a municipality's school canteen.
    pub fn school_canteen() -> Self {
        Self("9/0107101TS/".to_owned())
    }

    /// The code as pagoPA writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the prefix says.
    pub fn push(&self) -> Push {
        match self.0.as_bytes().first() {
            Some(b'6') => Push::NotWanted,
            Some(b'7') => Push::OtherProvider,
            Some(b'8') => Push::NotWantedAndOtherProvider,
            _ => Push::Allowed,
        }
    }

    /// The same code with another prefix.
    #[must_use]
    pub fn with_push(&self, push: Push) -> Self {
        Self(format!("{}{}", push.digit(), self.0.get(1..).unwrap_or_default()))
    }

    /// The code in our own table, whatever its prefix. Where it is not there the body should look twice.
    pub fn known(&self) -> Option<&'static KnownCode> {
        CANTEEN_CODES
            .iter()
            .find(|known| known.code.get(1..) == self.0.get(1..))
    }

    /// What is collected, where the code is in our own table.
    pub fn canteen_meaning(&self) -> Option<&'static str> {
        self.known().map(|known| known.meaning)
    }
}

impl FromStr for TaxonomyCode {
    type Err = TaxonomyError;
    fn from_str(text: &str) -> Result<Self, TaxonomyError> {
        let right = match text.as_bytes() {
            [b'6'..=b'9', b'/', rest @ .., b'/'] if rest.len() == 9 => {
                let (digits, ground) = rest.split_at(7);
                digits.iter().all(u8::is_ascii_digit)
                    && [b"IM", b"TS", b"SP", b"SA", b"AP"].iter().any(|g| *g == ground)
            }
            _ => false,
        };
        if right {
            Ok(Self(text.to_owned()))
        } else {
            Err(TaxonomyError)
        }
    }
}

impl fmt::Display for TaxonomyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TaxonomyCode {
    type Error = TaxonomyError;
    fn try_from(text: String) -> Result<Self, TaxonomyError> {
        text.parse()
    }
}

impl From<TaxonomyCode> for String {
    fn from(code: TaxonomyCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_says_whether_a_bank_is_told() {
        for (text, push) in [
            ("9/0107101TS/", Push::Allowed),
            ("6/0107101TS/", Push::NotWanted),
            ("7/0107101TS/", Push::OtherProvider),
            ("8/0107101TS/", Push::NotWantedAndOtherProvider),
        ] {
            let code: TaxonomyCode = text.parse().unwrap();
            assert_eq!(code.push(), push);
            assert_eq!(TaxonomyCode::school_canteen().with_push(push), code);
            assert_eq!(code.canteen_meaning(), Some(CANTEEN_CODES[0].meaning));
        }
        assert_eq!(
            "9/0101100IM/".parse::<TaxonomyCode>().unwrap().canteen_meaning(),
            None
        );
        assert_eq!(TaxonomyCode::school_canteen().to_string(), "9/0107101TS/");
    }

    #[test]
    fn every_known_code_is_a_code_of_its_kind() {
        for known in CANTEEN_CODES {
            let code: TaxonomyCode = known.code.parse().unwrap();
            assert_eq!(code.push(), Push::Allowed, "{code}");
            assert_eq!(code.as_str().get(2..4), Some(known.kind.code()), "{code}");
            assert_eq!(code.with_push(Push::NotWanted).known(), Some(&known));
        }
    }

    #[test]
    fn one_code_is_for_both_kinds_and_a_table_tells_them_apart() {
        let read = |json: &str| serde_json::from_str::<Taxonomies>(json);
        let both = read(r#""6/0107101TS/""#).unwrap();
        assert_eq!(
            (both.top_up.as_str(), both.invoice.as_str()),
            ("6/0107101TS/", "6/0107101TS/")
        );
        let each = read(r#"{"top_up":"6/0107101TS/"}"#).unwrap();
        assert_eq!(each.of(NoticeKind::TopUp).push(), Push::NotWanted);
        assert_eq!(each.of(NoticeKind::Invoice), &TaxonomyCode::school_canteen());
        assert_eq!(read(&serde_json::to_string(&each).unwrap()).unwrap(), each);
        for (wrong, says) in [
            (r#""9/0107101TS""#, "9/0107101TS/"),
            (r#"{"invoice":"x"}"#, "9/0107101TS/"),
            (r#"{"topup":"6/0107101TS/"}"#, "topup"),
            ("3", "top_up"),
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_mistake_in_the_syntax_is_refused() {
        for text in [
            "",
            "9/0107101TS",
            "5/0107101TS/",
            "9/010710TS/",
            "9/0107101XX/",
            "9/0107101ts/",
            "90107101TS/",
            " 9/0107101TS/",
        ] {
            assert_eq!(text.parse::<TaxonomyCode>(), Err(TaxonomyError), "{text}");
        }
    }
}
