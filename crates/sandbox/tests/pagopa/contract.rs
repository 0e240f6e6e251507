//! Everything that goes over the wire, against the documents that pagoPA publishes.
//!
//! The documents are not ours to ship: `PAGOPA_SPECS` names the folder that holds them (`pagopa-api/openapi`,
//! `pagopa-api/wsdl/xsd`, `pagopa-taxonomy`). Without it these tests say so and check nothing.
//!
//! Each [`World`](crate::support::World) records all that passes between our clients, the stand-in and the station, and
//! holds it here when its test ends: what fits no published operation fails the test, as does what is not valid.
//! `cargo xtask contract` counts what was held, by the file that `CONTRACT_COUNTS` names.

mod openapi;
mod walk;
mod xml;

pub use openapi::OPERATIONS;
pub use walk::model;

use openapi::Documents;
use sandbox::pagopa::{Called, Exchange};
use std::{
    env,
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Our clients say this first.
const OURS: &str = "refettorio/";

/// The folder, where there is one.
pub fn folder() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| env::var_os("PAGOPA_SPECS").map(PathBuf::from))
        .as_deref()
}

/// The folder, or nothing after having said so.
pub fn folder_for(test: &str) -> Option<&'static Path> {
    let folder = folder();
    if folder.is_none() {
        shout(&format!(
            "skipped {test}: PAGOPA_SPECS names no folder with pagoPA's published documents"
        ));
    }
    folder
}

/// To the terminal itself: the test harness would swallow what a passing test prints.
pub fn shout(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "\n{text}");
}

/// A message that was valid, as it is counted: the operation, and which of its messages.
pub type Held = (String, String);

/// Holds everything against the documents. The error is everything that is wrong with it.
pub fn hold(exchanges: &[Exchange]) -> Result<Vec<Held>, String> {
    let Some(folder) = folder() else {
        return Ok(vec![]);
    };
    let documents = Documents::of(folder);
    let (mut held, mut wrong, mut xml) = (Vec::new(), Vec::new(), Vec::new());
    for exchange in exchanges {
        let outcome = match exchange.called {
            Called::Platform => documents.check(exchange).map(|(operation, mut messages)| {
                if operation.answers_xml && exchange.status == 200 {
                    xml.push((
                        operation.name.to_owned(),
                        "receipt".to_owned(),
                        text(&exchange.answer),
                    ));
                }
                if exchange
                    .agent
                    .as_ref()
                    .is_some_and(|agent| agent.starts_with(OURS))
                {
                    messages.push("by our client".to_owned());
                }
                let name = operation.name.to_owned();
                held.extend(messages.into_iter().map(|message| (name.clone(), message)));
            }),
            Called::Station => {
                xml.push((exchange.path.clone(), "request".to_owned(), text(&exchange.sent)));
                // Another status is no answer of a station but a broken one; the tests break it on purpose.
                if exchange.status == 200 {
                    xml.push((exchange.path.clone(), "200".to_owned(), text(&exchange.answer)));
                }
                Ok(())
            }
        };
        if let Err(why) = outcome {
            wrong.push(format!(
                "{} {} -> {}: {why}",
                exchange.method, exchange.path, exchange.status
            ));
        }
    }
    match xml::check(folder, &xml) {
        Ok(()) if !xml::is_there() => {}
        Ok(()) => held.extend(
            xml.into_iter()
                .map(|(operation, message, _)| (operation, message)),
        ),
        Err(why) => wrong.push(why),
    }
    if wrong.is_empty() {
        Ok(held)
    } else {
        Err(wrong.join("\n"))
    }
}

/// The same for what our clients asked of a server that answers whatever a test wants.
pub fn hold_requests(asked: &[Exchange]) -> Result<Vec<Held>, String> {
    let Some(folder) = folder() else {
        return Ok(vec![]);
    };
    let documents = Documents::of(folder);
    let mut held = Vec::new();
    for exchange in asked {
        let operation = documents
            .check_asked(exchange)
            .map_err(|why| format!("{} {}: {why}", exchange.method, exchange.path))?;
        for message in ["request", "by our client"] {
            held.push((operation.name.to_owned(), message.to_owned()));
        }
    }
    Ok(held)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Tells whoever counts: one line a message.
pub fn count(held: &[Held]) {
    let Some(path) = env::var_os("CONTRACT_COUNTS") else {
        return;
    };
    let lines: Vec<String> = held
        .iter()
        .map(|(operation, message)| format!("{operation}\t{message}\n"))
        .collect();
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    // In one piece: other tests write at the same time.
    file.write_all(lines.concat().as_bytes()).unwrap();
}
