//! The form in which a person says what shall go wrong.

use crate::pagopa::faults::{Faults, ReceiptFault, ServiceFault};
use domain::Cents;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What "lento" means, in milliseconds.
const SLOW_MS: u32 = 5_000;

const SERVICES: [(&str, &str); 4] = [
    ("gpd", "Posizioni debitorie (GPD)"),
    ("checkout", "Apertura del pagamento (Checkout)"),
    ("receipts_service", "Recupero delle ricevute"),
    ("fdr", "Flussi di rendicontazione (FdR)"),
];

const SERVICE_FAULTS: [(&str, &str); 6] = [
    ("", "funziona"),
    ("429", "429, troppe richieste"),
    ("500", "500, errore interno"),
    ("502", "502, non raggiungibile"),
    ("502-fatto", "502, ma il lavoro è fatto"),
    ("lento", "risponde dopo 5 secondi"),
];

const RECEIPT_FAULTS: [(ReceiptFault, &str, &str); 8] = [
    (ReceiptFault::Normal, "normal", "subito"),
    (ReceiptFault::Late, "late", "in ritardo"),
    (ReceiptFault::Duplicated, "duplicated", "due volte"),
    (ReceiptFault::OutOfOrder, "out_of_order", "in ordine inverso"),
    (ReceiptFault::OtherId, "other_id", "una seconda con altro id"),
    (ReceiptFault::Never, "never", "mai (nel flusso: codice 9)"),
    (
        ReceiptFault::StandIn,
        "stand_in",
        "ente irraggiungibile (codice 4)",
    ),
    (
        ReceiptFault::StandInNever,
        "stand_in_never",
        "ente irraggiungibile, mai (codice 8)",
    ),
];

fn of(faults: &Faults, service: &str) -> Option<ServiceFault> {
    match service {
        "gpd" => faults.gpd,
        "checkout" => faults.checkout,
        "receipts_service" => faults.receipts_service,
        _ => faults.fdr,
    }
}

/// The option of the form, and how many calls are left.
fn choice(fault: Option<ServiceFault>) -> (String, Option<u32>) {
    match fault {
        None => (String::new(), None),
        Some(ServiceFault::Slow { times, .. }) => ("lento".to_owned(), times),
        Some(ServiceFault::Status {
            status, times, done, ..
        }) => (format!("{status}{}", if done { "-fatto" } else { "" }), times),
    }
}

/// What goes wrong at present, in one line; nothing when all goes well.
pub(super) fn in_short(faults: &Faults) -> Option<String> {
    let mut words: Vec<String> = SERVICES
        .iter()
        .filter_map(|(name, title)| {
            let (wanted, times) = choice(of(faults, name));
            let (_, word) = SERVICE_FAULTS.iter().find(|(value, _)| *value == wanted)?;
            let often = times.map_or(String::new(), |times| format!(" (ancora {times})"));
            (!wanted.is_empty()).then(|| format!("{title}: {word}{often}"))
        })
        .collect();
    if faults.slow_ms > 0 {
        words.push(format!("tutto rallentato di {} ms", faults.slow_ms));
    }
    if faults.receipts != ReceiptFault::Normal {
        let word = RECEIPT_FAULTS
            .iter()
            .find(|(fault, _, _)| *fault == faults.receipts);
        words.extend(word.map(|(_, _, word)| format!("ricevute: {word}")));
    }
    if faults.amount_plus_cents > 0 {
        let more = Cents::new(faults.amount_plus_cents.into());
        words.push(format!("importo aumentato di {more} €"));
    }
    (!words.is_empty()).then(|| words.join("; "))
}

pub(super) fn section(faults: &Faults) -> Markup {
    html! {
        section aria-labelledby="guasti" {
            h2 id="guasti" { "Guasti" }
            form method="post" action="/guasti" {
                fieldset {
                    legend { "Servizi" }
                    p.hint { "Accanto a ogni guasto: per quante chiamate. Vuoto vuol dire finché non lo togli." }
                    div.fields.wide {
                        @for (name, title) in SERVICES { (service(name, title, of(faults, name))) }
                        div {
                            label for="slow_ms" { "Rallenta tutto di (millisecondi)" }
                            input id="slow_ms" name="slow_ms" type="number" min="0" max="60000" value=(faults.slow_ms);
                        }
                    }
                }
                fieldset {
                    legend { "Ricevute dei prossimi pagamenti" }
                    div.fields {
                        div {
                            label for="receipts" { "Quando arrivano" }
                            select id="receipts" name="receipts" {
                                @for (fault, value, word) in RECEIPT_FAULTS {
                                    option value=(value) selected[fault == faults.receipts] { (word) }
                                }
                            }
                        }
                        div {
                            label for="late_minutes" { "Ritardo (minuti)" }
                            input id="late_minutes" name="late_minutes" type="number" min="0" max="3000" value=(faults.late_seconds / 60);
                        }
                        div {
                            label for="amount_plus_cents" { "Spese aggiunte al pagamento (centesimi)" }
                            input id="amount_plus_cents" name="amount_plus_cents" type="number" min="0" max="100000" value=(faults.amount_plus_cents);
                        }
                        label.tick {
                            input type="checkbox" name="recoverable" value="si" checked[faults.recoverable];
                            span { "Una ricevuta mai inviata si può recuperare" }
                        }
                    }
                }
                p.row {
                    button.button type="submit" id="applica" { "Applica" }
                    @if *faults != Faults::default() {
                        button.button.quiet type="submit" formaction="/guasti/nessuno" { "Togli tutti i guasti" }
                    }
                }
            }
        }
    }
}

fn service(name: &str, title: &str, fault: Option<ServiceFault>) -> Markup {
    let (chosen, times) = choice(fault);
    html! {
        div {
            label for=(name) { (title) }
            div.pair {
                select id=(name) name=(name) {
                    @for (value, word) in SERVICE_FAULTS {
                        option value=(value) selected[value == chosen] { (word) }
                    }
                }
                input name=(format!("{name}_times")) aria-label=(format!("{title}: per quante chiamate")) type="number" min="1" max="1000" placeholder="sempre" value=[times];
            }
        }
    }
}

/// What the form says. What cannot be read counts as not said.
pub(super) fn read(form: &BTreeMap<String, String>) -> Faults {
    let number = |name: &str| form.get(name).and_then(|text| text.trim().parse::<u32>().ok());
    let service = |name: &str| {
        let times = number(&format!("{name}_times")).filter(|times| *times > 0);
        let status = |status, done| {
            Some(ServiceFault::Status {
                status,
                times,
                retry_after: None,
                done,
            })
        };
        match form.get(name).map(String::as_str) {
            Some("429") => status(429, false),
            Some("500") => status(500, false),
            Some("502") => status(502, false),
            Some("502-fatto") => status(502, true),
            Some("lento") => Some(ServiceFault::Slow { ms: SLOW_MS, times }),
            _ => None,
        }
    };
    let receipts = form.get("receipts").and_then(|wanted| {
        let found = RECEIPT_FAULTS.iter().find(|(_, value, _)| value == wanted);
        found.map(|(fault, _, _)| *fault)
    });
    let usual = Faults::default();
    Faults {
        gpd: service("gpd"),
        checkout: service("checkout"),
        receipts_service: service("receipts_service"),
        fdr: service("fdr"),
        slow_ms: number("slow_ms").unwrap_or(0).min(60_000),
        receipts: receipts.unwrap_or_default(),
        late_seconds: number("late_minutes").map_or(usual.late_seconds, |minutes| minutes.min(3_000) * 60),
        recoverable: form.contains_key("recoverable"),
        amount_plus_cents: number("amount_plus_cents").unwrap_or(0).min(100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_what_a_person_chose() {
        let form = [
            ("gpd", "502"),
            ("gpd_times", "2"),
            ("fdr", "lento"),
            ("receipts", "late"),
            ("late_minutes", "10"),
            ("recoverable", "si"),
            ("amount_plus_cents", "200"),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let faults = read(&BTreeMap::from(form));
        assert_eq!((faults.late_seconds, faults.receipts), (600, ReceiptFault::Late));
        assert_eq!(choice(faults.gpd), ("502".to_owned(), Some(2)));
        assert!(faults.recoverable && faults.checkout.is_none());
        let words = in_short(&faults).unwrap();
        for word in ["502", "ancora 2", "in ritardo", "2,00 €", "5 secondi"] {
            assert!(words.contains(word), "{words}");
        }
    }

    #[test]
    fn an_empty_form_takes_every_fault_away() {
        assert_eq!(read(&BTreeMap::new()), Faults::default());
        assert_eq!(in_short(&Faults::default()), None);
    }
}
