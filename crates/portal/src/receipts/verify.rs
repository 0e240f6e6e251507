//! `verify-receipt`: whether a receipt is genuine, by its number or by the text that a parent brings.

use crate::receipts::{signer, text};
use domain::{ReceiptNumber, ServiceDay};
use ed25519_dalek::VerifyingKey;
use storage::{
    StorageError, Tx, calendar,
    meals::{self, Act, Naming},
};

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
    let sequence = i64::try_from(number.sequence()).unwrap_or(0);
    let mut findings = Vec::new();
    for body in calendar::bodies(tx)? {
        let rules = calendar::rules(tx, body)?;
        let prefix = &rules.settings.receipt_prefix;
        if prefix.eq_ignore_ascii_case(number.prefix())
            && let Some(act) = meals::act(tx, body, sequence)?
        {
            findings.push(finding(tx, key, &rules.name, &number.to_string(), &act)?);
        }
    }
    Ok(match findings.len() {
        0 => Finding::not("Nessuna ricevuta con questo numero."),
        _ => Finding {
            genuine: findings.iter().all(|finding| finding.genuine),
            words: findings.into_iter().flat_map(|finding| finding.words).collect(),
        },
    })
}

fn finding(
    tx: &mut dyn Tx,
    key: &VerifyingKey,
    body_name: &str,
    number: &str,
    act: &Act,
) -> Result<Finding, StorageError> {
    let mut named: Vec<(Naming, ServiceDay)> = Vec::new();
    for (child, day) in meals::act_lines(tx, act.id)? {
        named.push((meals::naming(tx, act.body, child)?, day));
    }
    let kept = &act.receipt_text;
    // The name that was signed: a body may have changed its own since.
    let body = text::body_of(kept).unwrap_or(body_name);
    let heading = text::Heading {
        body,
        number,
        choice: act.choice,
        at: act.at,
    };
    let again = text::compose(&heading, named.iter().map(|(naming, day)| (naming, *day)));
    let (signed, same) = (signer::is_signed(key, kept, &act.signature), again == *kept);
    let mut words: Vec<String> = kept.lines().map(str::to_owned).collect();
    words.push(
        if signed {
            "Firma: valida."
        } else {
            "Firma: NON valida."
        }
        .to_owned(),
    );
    if same {
        words.push("Registro: dice lo stesso.".to_owned());
    } else {
        words.push("Registro: dice ALTRO, ecco che cosa:".to_owned());
        words.extend(again.lines().map(str::to_owned));
    }
    Ok(Finding {
        genuine: signed && same,
        words,
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
