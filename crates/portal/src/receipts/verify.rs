//! `verify-receipt`: whether a receipt is genuine, by its number or by the text that a parent brings.

use crate::receipts::{signer, text};
use domain::{ReceiptNumber, ServiceDay};
use ed25519_dalek::{SigningKey, VerifyingKey};
use std::io::Write;
use storage::{
    StorageError, Store, Tx, calendar,
    meals::{self, Naming},
};

/// What `verify-receipt` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `verify-receipt NUMBER`.
    Number(String),
    /// `verify-receipt --text FILE --signature S`: the file's contents and the signature.
    Text {
        /// What the parent brings.
        text: String,
        /// Base64.
        signature: String,
    },
}

/// The command: prints what was found, the public key and a tally; whether the receipt is genuine (exit code 0,
/// else 1).
pub fn command(
    store: &Store,
    key: &SigningKey,
    question: Question,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let public = key.verifying_key();
    let finding = match question {
        Question::Number(number) => store.read_blocking(move |tx| by_number(tx, &public, &number))?,
        Question::Text { text, signature } => by_text(&public, &text, &signature),
    };
    for word in &finding.words {
        writeln!(out, "{word}")?;
    }
    writeln!(out, "Chiave pubblica del portale: {}", signer::public_key(key))?;
    writeln!(
        out,
        "{} passed, {} failed",
        u8::from(finding.genuine),
        u8::from(!finding.genuine)
    )?;
    Ok(finding.genuine)
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether everything agrees.
    pub genuine: bool,
    /// What was looked at, in Italian, a line each.
    pub words: Vec<String>,
}

impl Finding {
    fn not(words: impl Into<String>) -> Self {
        Self {
            genuine: false,
            words: vec![words.into()],
        }
    }
}

/// Checks the receipt that the portal keeps under a number: its signature, and that the kept act says the same.
pub fn by_number(tx: &mut dyn Tx, key: &VerifyingKey, number: &str) -> Result<Finding, StorageError> {
    let number = match ReceiptNumber::parse(number) {
        Ok(number) => number,
        Err(error) => {
            tracing::debug!(%error, "not a receipt number");
            return Ok(Finding::not(
                "Il numero contiene un errore di battitura: ricontrollalo sulla ricevuta.",
            ));
        }
    };
    let mut findings = Vec::new();
    for body in calendar::bodies(tx)? {
        let rules = calendar::rules(tx, body)?;
        let sequence = i64::try_from(number.sequence()).unwrap_or(0);
        if !rules
            .settings
            .receipt_prefix
            .eq_ignore_ascii_case(number.prefix())
        {
            continue;
        }
        let Some(act) = meals::act(tx, body, sequence)? else {
            continue;
        };
        let lines = meals::act_lines(tx, act.id)?;
        let mut named: Vec<(Naming, ServiceDay)> = Vec::new();
        for (child, day) in lines {
            named.push((meals::naming(tx, body, child)?, day));
        }
        let name = text::body_of(&act.receipt_text).unwrap_or(&rules.name);
        let heading = text::Heading {
            body: name,
            number: &number.to_string(),
            choice: act.choice,
            at: act.at,
        };
        let again = text::compose(&heading, named.iter().map(|(naming, day)| (naming, *day)));
        let (signed, same) = (
            signer::is_signed(key, &act.receipt_text, &act.signature),
            again == act.receipt_text,
        );
        let mut words: Vec<String> = act.receipt_text.lines().map(str::to_owned).collect();
        words.push(
            if signed {
                "Firma: valida."
            } else {
                "Firma: NON valida."
            }
            .to_owned(),
        );
        words.push(
            if same {
                "Registro: dice lo stesso."
            } else {
                "Registro: dice ALTRO, ecco che cosa:"
            }
            .to_owned(),
        );
        if !same {
            words.extend(again.lines().map(str::to_owned));
        }
        findings.push(Finding {
            genuine: signed && same,
            words,
        });
    }
    Ok(match findings.len() {
        0 => Finding::not("Nessuna ricevuta con questo numero."),
        _ => Finding {
            genuine: findings.iter().all(|finding| finding.genuine),
            words: findings.into_iter().flat_map(|finding| finding.words).collect(),
        },
    })
}

/// Checks a text that somebody brings against the signature on it. Line ends and blanks at the end of the text, which
/// copying changes, do not matter.
pub fn by_text(key: &VerifyingKey, brought: &str, signature: &str) -> Finding {
    let lines: Vec<&str> = brought.trim().lines().map(str::trim_end).collect();
    let canonical = lines.join("\n") + "\n";
    if signer::is_signed(key, &canonical, signature) {
        Finding {
            genuine: true,
            words: vec!["Firma: valida. Il testo è quello rilasciato dal portale.".to_owned()],
        }
    } else {
        Finding::not("Firma: NON valida. Il testo o la firma non sono quelli rilasciati da questo portale.")
    }
}
