//! What comes back from a browser: an address with a login, and its code or what went wrong. Read here, in one place, and nothing but its
//! exact shape; what it holds is proved at the portal with the verifier that only this app has.

use api::{logins::LoginOutcome, sessions::Secret};
use domain::LoginId;

/// The app's own scheme.
pub const SCHEME: &str = "it.refettorio.app";
/// The only path.
const PATH: &str = "ritorno";
/// Longest address that is looked at, in bytes.
const LONGEST: usize = 400;
/// How long a code can be, in characters: 256 bits have 43.
const CODE: std::ops::RangeInclusive<usize> = 32..=128;

/// A login that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Which login.
    pub login: LoginId,
    /// What the browser brings.
    pub brought: Brought,
}

/// What a browser brings to the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// What the portal gave it for the app. Good once.
    Code(Secret),
    /// Why there is none. Only a reason to ask the portal, whose word alone counts.
    Outcome(LoginOutcome),
}

/// Reads `it.refettorio.app://ritorno?login=…&code=…`, or `…&esito=…`. Systems that write a slash before the question mark are
/// understood.
pub fn read_link(text: &str) -> Option<Return> {
    if text.len() > LONGEST {
        return None;
    }
    let rest = text
        .strip_prefix(SCHEME)?
        .strip_prefix("://")?
        .strip_prefix(PATH)?;
    read_query(rest.strip_prefix('/').unwrap_or(rest))
}

/// Reads `/ritorno?login=…&code=…`, or `…&esito=…`: what a browser asks of the listener.
pub fn read_target(text: &str) -> Option<Return> {
    if text.len() > LONGEST {
        return None;
    }
    read_query(text.strip_prefix('/')?.strip_prefix(PATH)?)
}

fn read_query(text: &str) -> Option<Return> {
    let (login, rest) = text.strip_prefix("?login=")?.split_once('&')?;
    let id: LoginId = login.parse().ok()?;
    // One way to write it: identifiers could be written without hyphens or in capitals, too.
    if id.to_string() != login {
        return None;
    }
    let brought = match rest.split_once('=')? {
        ("code", code) if is_code(code) => Brought::Code(Secret(code.to_owned())),
        ("esito", outcome) => Brought::Outcome(LoginOutcome::from_name(outcome)?),
        _ => return None,
    };
    Some(Return { login: id, brought })
}

fn is_code(text: &str) -> bool {
    CODE.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOGIN: &str = "0199a3c4-5f6e-7a8b-9c0d-1e2f3a4b5c6d";
    const GOOD: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM-_09";

    fn query() -> String {
        format!("?login={LOGIN}&code={GOOD}")
    }

    #[test]
    fn the_exact_shape_is_read() {
        let back = Return {
            login: LOGIN.parse().unwrap(),
            brought: Brought::Code(Secret(GOOD.into())),
        };
        for text in [
            format!("it.refettorio.app://ritorno{}", query()),
            format!("it.refettorio.app://ritorno/{}", query()),
        ] {
            assert_eq!(read_link(&text), Some(back.clone()), "{text}");
        }
        assert_eq!(read_target(&format!("/ritorno{}", query())), Some(back.clone()));
        let failed = Return {
            brought: Brought::Outcome(LoginOutcome::NoMatch),
            ..back
        };
        let text = format!("/ritorno?login={LOGIN}&esito=no_match");
        assert_eq!(read_target(&text), Some(failed));
    }

    #[test]
    fn nothing_else_is_read() {
        let q = query();
        for text in [
            String::new(),
            "it.refettorio.app:".into(),
            format!("it.refettorio.app:ritorno{q}"),
            format!("it.refettorio.app:///ritorno{q}"),
            format!("IT.refettorio.app://ritorno{q}"),
            format!("it.refettorio.app://ritorno//{q}"),
            format!("it.refettorio.app://ritorno.evil.example{q}"),
            format!("it.refettorio.app://io@ritorno{q}"),
            format!("it.refettorio.app://ritorno:80{q}"),
            format!("it.refettorio.app://ritorno{q}#x"),
            format!("it.refettorio.app://ritorno{q}&x=1"),
            format!("it.refettorio.app://ritorno{q} "),
            format!(" it.refettorio.app://ritorno{q}"),
            format!("it.refettorio.app://ritorno?code={GOOD}&login={LOGIN}"),
            format!(
                "it.refettorio.app://ritorno?login={}&code={GOOD}",
                LOGIN.to_uppercase()
            ),
            format!(
                "it.refettorio.app://ritorno?login={}&code={GOOD}",
                LOGIN.replace('-', "")
            ),
            format!("it.refettorio.app://ritorno?login={LOGIN}&code="),
            format!("it.refettorio.app://ritorno?login={LOGIN}&code=corto"),
            format!("it.refettorio.app://ritorno?login={LOGIN}&code={GOOD}&code={GOOD}"),
            format!(
                "it.refettorio.app://ritorno?login={LOGIN}&code={}",
                "a".repeat(129)
            ),
            format!("it.refettorio.app://ritorno?login={LOGIN}&code={GOOD}%41"),
            format!("it.refettorio.app://ritorno?login={LOGIN}&esito="),
            format!("it.refettorio.app://ritorno?login={LOGIN}&esito=altro"),
            format!("it.refettorio.app://ritorno?login={LOGIN}&esito=no_match&code={GOOD}"),
            format!("it.refettorio.app://ritorno?login={LOGIN}&codice={GOOD}"),
            format!("https://mensa.example.it/ritorno{q}"),
            format!("file:///ritorno{q}"),
        ] {
            assert_eq!(read_link(&text), None, "{text}");
        }
        for text in [
            format!("ritorno{q}"),
            format!("//ritorno{q}"),
            format!("/ritorno/{q}"),
            format!("/ritorno/../ritorno{q}"),
            format!("http://127.0.0.1:1/ritorno{q}"),
            "/".into(),
            "/favicon.ico".into(),
        ] {
            assert_eq!(read_target(&text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_of_links_panic_and_none_of_chance_is_read(text in "\\PC{0,80}") {
            prop_assert_eq!(read_link(&text), None);
            prop_assert_eq!(read_target(&text), None);
        }

        #[test]
        fn no_change_of_a_link_makes_its_reader_panic_and_only_the_exact_shape_is_read(
            at in 0usize..120, insert in "\\PC{0,3}", remove in 0usize..4,
        ) {
            let good = format!("it.refettorio.app://ritorno{}", query());
            let mut text: Vec<char> = good.chars().collect();
            let at = at.min(text.len());
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
            let text: String = text.into_iter().collect();
            if let Some(back) = read_link(&text) {
                let Brought::Code(code) = back.brought else {
                    return Err(TestCaseError::fail("no outcome was written"));
                };
                let again = format!("it.refettorio.app://ritorno?login={}&code={}", back.login, code.0);
                prop_assert_eq!(text.replacen("ritorno/?", "ritorno?", 1), again);
            }
        }

        #[test]
        fn no_bytes_that_a_system_hands_over_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            let text = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(read_link(&text), None);
            prop_assert_eq!(read_target(&text), None);
        }
    }
}
