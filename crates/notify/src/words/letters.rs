//! Mail: the subject and what stands in it. Each says what happened and what to do next.

use super::{
    Sender,
    html::Block,
    italian::{day, hour, joined, meals, moment, short_day},
    notes::worst,
};
use domain::{
    meals::Choice,
    message::{ContactKind, Hidden, LowWallet, NamedCode, Text},
    people::BondKind,
    time::day_in_rome,
};
use std::fmt::Write as _;

fn words(text: impl Into<String>) -> Block {
    Block::Words(text.into())
}

const NOBODY: &str = "Non dare questo codice a nessuno: l'ufficio non te lo chiederà mai.";

pub(super) fn write(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    match text {
        Text::RecoveryCode { .. }
        | Text::ContactCode { .. }
        | Text::PasswordChanged { .. }
        | Text::ContactChanged { .. }
        | Text::NewSignIn { .. } => account(text, sender),
        Text::Invitation { .. } | Text::BondAdded { .. } | Text::BondEnded { .. } => family(text, sender),
        Text::LowBalance { wallets } => low(wallets, sender),
        _ => told(text, sender),
    }
}

fn link(sender: &Sender<'_>, label: &'static str, path: &str) -> Block {
    Block::Link {
        label,
        url: format!("{}/{path}", sender.origin),
    }
}

/// For a kind that is written elsewhere.
fn nothing(sender: &Sender<'_>) -> (String, Vec<Block>) {
    ("Mensa".to_owned(), vec![link(sender, "Apri la mensa", "")])
}

/// The codes of persons who share a mailbox: whose password is changed is chosen by which code is typed.
fn shared(first: (&str, &Hidden), others: &[NamedCode]) -> Vec<Block> {
    let mut blocks = vec![words(
        "Hai chiesto di scegliere una nuova password. Questo indirizzo è di più persone: nella pagina che hai aperto scrivi \
         solo il codice di chi ha perso la password.",
    )];
    let others = others.iter().map(|other| (other.name.as_str(), &other.code));
    for (name, code) in std::iter::once(first).chain(others) {
        blocks.push(words(format!("Codice per {name}:")));
        blocks.push(Block::Code(grouped(code.reveal())));
    }
    blocks
}

/// What happens to the account.
fn account(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    let call = || {
        words(format!(
            "Non l'hai fatto tu? Cambia subito la password e chiama l'ufficio: {}.",
            sender.contacts.phone
        ))
    };
    match text {
        Text::RecoveryCode {
            code,
            name,
            others,
            until,
            badges,
        } => {
            let mut blocks = if others.is_empty() {
                let whose = match name.as_str() {
                    "" => String::new(),
                    name => format!(" per {name}"),
                };
                vec![
                    words(format!(
                        "Hai chiesto di scegliere una nuova password{whose}. Scrivi questo codice nella pagina che hai aperto:"
                    )),
                    Block::Code(grouped(code.reveal())),
                ]
            } else {
                shared((name, code), others)
            };
            blocks.push(words(format!(
                "Vale fino alle {} e per una volta sola. {NOBODY}",
                hour(*until)
            )));
            if !badges.is_empty() {
                let badges = joined(badges);
                blocks.push(words(format!("I codici badge della tua famiglia: {badges}.")));
            }
            blocks.push(words(
                "Non l'hai chiesto tu? Non devi fare nulla: la password resta quella di prima.",
            ));
            ("Il codice per la nuova password".to_owned(), blocks)
        }
        Text::ContactCode { code, until } => (
            "Conferma il tuo indirizzo".to_owned(),
            vec![
                words(
                    "Per ricevere qui gli avvisi della mensa, scrivi questo codice nella pagina dei recapiti:",
                ),
                Block::Code(grouped(code.reveal())),
                words(format!("Vale fino alle {}. {NOBODY}", hour(*until))),
                words("Non l'hai chiesto tu? Non devi fare nulla: senza il codice non cambia niente."),
            ],
        ),
        Text::PasswordChanged { at } => (
            "La password è stata cambiata".to_owned(),
            vec![
                words(format!(
                    "La password della mensa è stata cambiata il {}.",
                    moment(*at)
                )),
                words("L'hai fatto tu? Non devi fare altro."),
                call(),
            ],
        ),
        Text::ContactChanged { contact, added, at } => {
            let (what, was) = match (contact, added) {
                (ContactKind::Mail, true) => ("un indirizzo mail", "aggiunto"),
                (ContactKind::Mail, false) => ("un indirizzo mail", "tolto"),
                (ContactKind::Phone, true) => ("un numero di telefono", "aggiunto"),
                (ContactKind::Phone, false) => ("un numero di telefono", "tolto"),
            };
            (
                "I tuoi recapiti sono cambiati".to_owned(),
                vec![
                    words(format!(
                        "Il {} è stato {was} {what} ai tuoi recapiti.",
                        moment(*at)
                    )),
                    words("L'hai fatto tu? Non devi fare altro."),
                    call(),
                ],
            )
        }
        Text::NewSignIn { device, at } => {
            let with = if device.is_empty() {
                "un nuovo dispositivo".to_owned()
            } else {
                format!("un nuovo dispositivo ({device})")
            };
            (
                "Accesso da un nuovo dispositivo".to_owned(),
                vec![
                    words(format!(
                        "Il {} qualcuno è entrato con i tuoi dati da {with}.",
                        moment(*at)
                    )),
                    words("L'hai fatto tu? Non devi fare altro."),
                    call(),
                ],
            )
        }
        _ => nothing(sender),
    }
}

/// What happens to the adults around a child.
fn family(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    match text {
        Text::Invitation {
            from,
            children,
            role,
            link,
            until,
        } => (
            format!("{from} ti invita a seguire la mensa scolastica"),
            vec![
                words(format!(
                    "{from} ti invita a seguire la mensa di {} come {}.",
                    joined(children),
                    as_what(*role)
                )),
                words(format!(
                    "Apri l'indirizzo qui sotto entro il {} e scrivi il codice di 8 cifre che {from} ti dice a voce.",
                    moment(*until)
                )),
                Block::Link {
                    label: "Apri l'invito",
                    url: link.reveal().to_owned(),
                },
                words("Non conosci questa persona? Non devi fare nulla: l'invito scade da solo."),
            ],
        ),
        Text::BondAdded {
            name,
            children,
            role,
            last_day,
        } => {
            let until = last_day.map_or_else(String::new, |last| format!(" fino a {}", day(last)));
            (
                // The same for who is new and for who may do something else from now on.
                "È cambiato chi segue la mensa della tua famiglia".to_owned(),
                vec![
                    words(format!(
                        "{name} ora segue la mensa di {} come {}{until}.",
                        joined(children),
                        as_what(*role)
                    )),
                    link(sender, "Vedi chi può fare cosa", "profilo"),
                ],
            )
        }
        Text::BondEnded { name, children } => (
            "Una persona in meno nella tua famiglia".to_owned(),
            vec![
                words(format!("{name} non segue più la mensa di {}.", joined(children))),
                link(sender, "Vedi chi può fare cosa", "profilo"),
            ],
        ),
        _ => nothing(sender),
    }
}

/// Wallets that are low, each in its own words.
fn low(wallets: &[LowWallet], sender: &Sender<'_>) -> (String, Vec<Block>) {
    let subject = match worst(wallets) {
        Some(wallet) if wallet.at_limit => "Mensa: serve una ricarica oggi".to_owned(),
        Some(wallet) if wallet.meals_left > 0 => {
            format!("Mensa: il saldo basta per {}", meals(wallet.meals_left))
        }
        _ => "Mensa: il saldo è finito".to_owned(),
    };
    let mut blocks = Vec::new();
    for wallet in wallets {
        let mut said = format!(
            "Per {} il saldo è di {} €: basta per {}.",
            joined(&wallet.children),
            wallet.balance,
            meals(wallet.meals_left)
        );
        if let Some(last) = wallet.last_day {
            let _ = write!(said, " Il saldo finisce {}.", day(last));
        }
        if wallet.at_limit {
            said.push_str(" È stato raggiunto il limite stabilito dall'ente.");
        }
        blocks.push(words(said));
    }
    blocks.push(link(sender, "Ricarica", "ricarica"));
    (subject, blocks)
}

/// What happens in the canteen.
fn told(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    match text {
        Text::MorningReminder {
            day,
            cut_off,
            children,
        } => reminder((*day, *cut_off), children, sender),
        Text::PaymentReceived { amount, at, notice } => (
            "Pagamento ricevuto".to_owned(),
            vec![
                words(format!(
                    "Il {} abbiamo ricevuto {amount} € per l'avviso {notice}.",
                    moment(*at)
                )),
                link(sender, "Vedi la ricevuta", "pagamenti"),
            ],
        ),
        Text::DaysChanged {
            by,
            children,
            days,
            choice,
            number,
        } => {
            let days: Vec<String> = days.iter().copied().map(day).collect();
            let what = match choice {
                Choice::DoesNotEat => "ha disdetto la mensa",
                Choice::Eats => "ha rimesso la mensa",
            };
            (
                format!("{by} {what}"),
                vec![
                    words(format!(
                        "{by} {what} di {}: {}. Ricevuta n. {number}.",
                        joined(children),
                        joined(&days)
                    )),
                    link(sender, "Apri il calendario", "calendario"),
                ],
            )
        }
        Text::ClosureAnnounced {
            first,
            last,
            reason,
            children,
        } => (
            "La mensa sarà chiusa".to_owned(),
            vec![
                words(format!(
                    "La mensa di {} sarà chiusa {}: {reason}.",
                    joined(children),
                    span(*first, *last)
                )),
                words("Non devi disdire nulla: i giorni di chiusura non si pagano."),
                link(sender, "Apri il calendario", "calendario"),
            ],
        ),
        Text::RenewalOpens { year, last_day } => (
            format!("Iscrizioni {year} aperte"),
            vec![
                words(format!(
                    "Si può rinnovare l'iscrizione alla mensa per l'anno {year}, fino a {}.",
                    day(*last_day)
                )),
                link(sender, "Apri la mensa", ""),
            ],
        ),
        _ => nothing(sender),
    }
}

/// The cut-off may lie on the eve, or before a weekend: then the day is not today.
fn reminder(
    (day, cut_off): (domain::ServiceDay, domain::Instant),
    children: &[String],
    sender: &Sender<'_>,
) -> (String, Vec<Block>) {
    let (eat, stay) = match children {
        [_] => ("mangia", "Se resta a casa"),
        _ => ("mangiano", "Se restano a casa"),
    };
    let (names, when, closes) = (joined(children), short_day(day), day_in_rome(cut_off));
    let (subject, said, until) = if closes == day {
        (
            "Oggi c'è la mensa".to_owned(),
            format!("Oggi, {when}, {names} {eat} a scuola."),
            format!("{stay}, disdici entro le {}.", hour(cut_off)),
        )
    } else {
        let closes = short_day(closes);
        (
            format!("C'è la mensa {when}"),
            format!("{names} {eat} a scuola {when}."),
            format!("{stay}, disdici entro {closes} alle {}.", hour(cut_off)),
        )
    };
    let link = link(sender, "Apri il calendario", "calendario");
    (subject, vec![words(said), words(until), link])
}

fn span(first: domain::ServiceDay, last: domain::ServiceDay) -> String {
    if first == last {
        day(first)
    } else {
        format!("da {} a {}", day(first), day(last))
    }
}

fn as_what(role: BondKind) -> &'static str {
    match role {
        BondKind::Guardian => "genitore",
        BondKind::Payer => "intestatario dei pagamenti",
        BondKind::Delegate => "persona delegata",
    }
}

/// `4815 1623`: easier to copy.
fn grouped(code: &str) -> String {
    match (code.len(), code.is_ascii()) {
        (8, true) => format!("{} {}", &code[..4], &code[4..]),
        (9, true) => format!("{} {} {}", &code[..3], &code[3..6], &code[6..]),
        _ => code.to_owned(),
    }
}
