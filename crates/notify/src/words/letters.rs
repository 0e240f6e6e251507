//! Mail: the subject and what stands in it. Each says what happened and what to do next.

use super::{Sender, grouped, html::Block, notes::worst, say, speech::Form};
use domain::{
    Instant, ServiceDay,
    message::{ContactKind, Hidden, LowWallet, NamedCode, Text},
    people::BondKind,
    time::day_in_rome,
};

fn words(text: impl Into<String>) -> Block {
    Block::Words(text.into())
}

pub(super) fn write(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    match text {
        Text::RecoveryCode { .. } | Text::ContactCode { .. } => code(text, sender),
        Text::PasswordChanged { .. } | Text::ContactChanged { .. } | Text::NewSignIn { .. } => {
            account(text, sender)
        }
        Text::Invitation { .. } | Text::BondAdded { .. } | Text::BondEnded { .. } => family(text, sender),
        Text::LowBalance { wallets } => low(wallets, sender),
        _ => told(text, sender),
    }
}

fn link(sender: &Sender<'_>, label: &str, path: &str) -> Block {
    Block::Link {
        label: sender.speech().say(label, &[]),
        url: format!("{}/{path}", sender.origin),
    }
}

/// For a kind that is written elsewhere.
fn nothing(sender: &Sender<'_>) -> (String, Vec<Block>) {
    let subject = say!(sender.speech(), "title", body = sender.name);
    (subject, vec![link(sender, "open", "")])
}

/// Codes that come back.
fn code(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    let speech = sender.speech();
    match text {
        Text::RecoveryCode {
            code,
            name,
            others,
            until,
            badges,
        } => {
            let mut blocks = if others.is_empty() {
                let asked = match name.as_str() {
                    "" => say!(speech, "recovery"),
                    name => say!(speech, "recovery-for", name = name),
                };
                vec![words(asked), Block::Code(grouped(code.reveal()))]
            } else {
                shared((name, code), others, sender)
            };
            let until = say!(speech, "recovery-until", hour = speech.hour(*until));
            blocks.push(words(format!("{until} {}", say!(speech, "keep-secret"))));
            if !badges.is_empty() {
                let badges = speech.joined(badges);
                blocks.push(words(say!(speech, "recovery-badges", badges = badges)));
            }
            blocks.push(words(say!(speech, "recovery-not-you")));
            (say!(speech, "recovery-subject"), blocks)
        }
        Text::ContactCode { code, until } => {
            let until = say!(speech, "contact-code-until", hour = speech.hour(*until));
            let blocks = vec![
                words(say!(speech, "contact-code")),
                Block::Code(grouped(code.reveal())),
                words(format!("{until} {}", say!(speech, "keep-secret"))),
                words(say!(speech, "contact-code-not-you")),
            ];
            (say!(speech, "contact-code-subject"), blocks)
        }
        _ => nothing(sender),
    }
}

/// The codes of persons who share a mailbox: whose password is changed is chosen by which code is typed.
fn shared(first: (&str, &Hidden), others: &[NamedCode], sender: &Sender<'_>) -> Vec<Block> {
    let speech = sender.speech();
    let mut blocks = vec![words(say!(speech, "recovery-shared"))];
    let others = others.iter().map(|other| (other.name.as_str(), &other.code));
    for (name, code) in std::iter::once(first).chain(others) {
        blocks.push(words(say!(speech, "recovery-of", name = name)));
        blocks.push(Block::Code(grouped(code.reveal())));
    }
    blocks
}

/// What happened to the account.
fn account(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    let speech = sender.speech();
    let mut way_on = None;
    let (subject, said) = match text {
        Text::PasswordChanged { at } => (
            say!(speech, "password-subject"),
            say!(
                speech,
                "password",
                date = speech.date(*at),
                hour = speech.hour(*at)
            ),
        ),
        Text::ContactChanged { contact, added, at } => {
            let change = match (contact, added) {
                (ContactKind::Mail, true) => "mail-added",
                (ContactKind::Mail, false) => "mail-removed",
                (ContactKind::Phone, true) => "phone-added",
                (ContactKind::Phone, false) => "phone-removed",
            };
            (
                say!(speech, "contact-subject"),
                say!(
                    speech,
                    "contact",
                    change = change,
                    date = speech.date(*at),
                    hour = speech.hour(*at)
                ),
            )
        }
        Text::NewSignIn { device, at } => {
            way_on = Some(link(sender, "sign-in-devices", "profilo"));
            let (date, hour) = (speech.date(*at), speech.hour(*at));
            let said = match device.as_str() {
                "" => say!(speech, "sign-in", date = date, hour = hour),
                device => say!(
                    speech,
                    "sign-in-device",
                    device = device,
                    date = date,
                    hour = hour
                ),
            };
            (say!(speech, "sign-in-subject"), said)
        }
        _ => return nothing(sender),
    };
    let phone = sender.contacts.phone.as_str();
    let mut blocks = vec![
        words(said),
        words(say!(speech, "was-you")),
        words(say!(speech, "not-you", phone = phone)),
    ];
    blocks.extend(way_on);
    (subject, blocks)
}

/// What happens to the adults around a child.
fn family(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    let speech = sender.speech();
    let people = || link(sender, "open-people", "profilo");
    match text {
        Text::Invitation {
            from,
            children,
            role,
            link,
            until,
            ..
        } => {
            let from = from.as_str();
            let invited = say!(
                speech,
                "invitation",
                from = from,
                names = speech.joined(children),
                role = as_what(*role)
            );
            let open = say!(
                speech,
                "invitation-open",
                from = from,
                date = speech.date(*until),
                hour = speech.hour(*until)
            );
            let way_on = Block::Link {
                label: say!(speech, "invitation-link"),
                url: link.reveal().to_owned(),
            };
            let unknown = words(say!(speech, "invitation-unknown"));
            (
                say!(speech, "invitation-subject", from = from),
                vec![words(invited), words(open), way_on, unknown],
            )
        }
        Text::BondAdded {
            name,
            children,
            role,
            last_day,
        } => {
            let (name, names, role) = (name.as_str(), speech.joined(children), as_what(*role));
            // The same for who is new and for who may do something else from now on.
            let subject = say!(speech, "bond-subject", names = names.as_str());
            let said = match last_day {
                Some(last) => say!(
                    speech,
                    "bond-added-until",
                    name = name,
                    names = names,
                    role = role,
                    last = speech.day(Form::Bound, *last)
                ),
                None => say!(speech, "bond-added", name = name, names = names, role = role),
            };
            (subject, vec![words(said), people()])
        }
        Text::BondEnded { name, children } => {
            let names = speech.joined(children);
            let subject = say!(speech, "bond-subject", names = names.as_str());
            let said = say!(speech, "bond-ended", name = name.as_str(), names = names);
            (subject, vec![words(said), people()])
        }
        _ => nothing(sender),
    }
}

/// Wallets that are low, each in its own words.
fn low(wallets: &[LowWallet], sender: &Sender<'_>) -> (String, Vec<Block>) {
    let speech = sender.speech();
    let subject = match worst(wallets) {
        Some(wallet) if wallet.at_limit => say!(speech, "low-subject-limit"),
        Some(wallet) if wallet.meals_left > 0 => {
            say!(speech, "low-subject", count = wallet.meals_left)
        }
        _ => say!(speech, "low-subject-empty"),
    };
    let mut blocks = Vec::new();
    for wallet in wallets {
        let mut said = vec![say!(
            speech,
            "low",
            names = speech.joined(&wallet.children),
            amount = speech.amount(wallet.balance),
            count = wallet.meals_left
        )];
        if let Some(last) = wallet.last_day {
            said.push(say!(speech, "low-last", last = speech.day(Form::On, last)));
        }
        if wallet.at_limit {
            said.push(say!(speech, "low-limit"));
        }
        blocks.push(words(said.join(" ")));
    }
    blocks.push(link(sender, "top-up", "ricarica"));
    (subject, blocks)
}

/// What happens in the canteen.
fn told(text: &Text, sender: &Sender<'_>) -> (String, Vec<Block>) {
    let speech = sender.speech();
    let calendar = || link(sender, "open-calendar", "calendario");
    match text {
        Text::MorningReminder {
            day,
            cut_off,
            children,
            ..
        } => reminder((*day, *cut_off), children, sender),
        Text::PaymentReceived { amount, at, notice } => {
            let said = say!(
                speech,
                "payment",
                amount = speech.amount(*amount),
                notice = notice.as_str(),
                date = speech.date(*at),
                hour = speech.hour(*at)
            );
            let receipt = link(sender, "payment-link", "pagamenti");
            (say!(speech, "payment-subject"), vec![words(said), receipt])
        }
        Text::DaysChanged {
            by,
            children,
            days,
            choice,
            number,
            ..
        } => {
            let days: Vec<String> = days.iter().map(|day| speech.day(Form::Plain, *day)).collect();
            let (by, choice) = (by.as_str(), super::choice_name(*choice));
            let said = say!(
                speech,
                "days",
                by = by,
                choice = choice,
                names = speech.joined(children),
                days = speech.joined(&days),
                number = number.as_str()
            );
            let subject = say!(speech, "days-subject", by = by, choice = choice);
            (subject, vec![words(said), calendar()])
        }
        Text::ClosureAnnounced {
            first,
            last,
            reason,
            children,
            ..
        } => {
            let (names, reason) = (speech.joined(children), reason.as_str());
            let said = if first == last {
                let day = speech.day(Form::On, *first);
                say!(speech, "closure-day", names = names, day = day, reason = reason)
            } else {
                say!(
                    speech,
                    "closure-days",
                    names = names,
                    first = speech.day(Form::Bound, *first),
                    last = speech.day(Form::Bound, *last),
                    reason = reason
                )
            };
            let free = words(say!(speech, "closure-free"));
            (
                say!(speech, "closure-subject"),
                vec![words(said), free, calendar()],
            )
        }
        Text::RenewalOpens {
            year,
            last_day,
            children,
            ..
        } => {
            let said = say!(
                speech,
                "renewal",
                year = year.as_str(),
                names = speech.joined(children),
                last = speech.day(Form::Bound, *last_day)
            );
            (
                say!(speech, "renewal-subject", year = year.as_str()),
                vec![words(said), link(sender, "open", "")],
            )
        }
        _ => nothing(sender),
    }
}

/// The cut-off may lie on the eve, or before a weekend: then the day is not today.
fn reminder(
    (day, cut_off): (ServiceDay, Instant),
    children: &[String],
    sender: &Sender<'_>,
) -> (String, Vec<Block>) {
    let speech = sender.speech();
    let (count, names, hour) = (children.len(), speech.joined(children), speech.hour(cut_off));
    let closes = day_in_rome(cut_off);
    let (subject, said, until) = if closes == day {
        let today = speech.short_day(Form::Plain, day);
        (
            say!(speech, "reminder-subject-today"),
            say!(
                speech,
                "reminder-today",
                day = today,
                names = names,
                count = count
            ),
            say!(speech, "reminder-until-hour", hour = hour, count = count),
        )
    } else {
        let (when, closes) = (
            speech.short_day(Form::On, day),
            speech.short_day(Form::Bound, closes),
        );
        (
            say!(speech, "reminder-subject", day = when.as_str()),
            say!(speech, "reminder-day", day = when, names = names, count = count),
            say!(
                speech,
                "reminder-until-day",
                closes = closes,
                hour = hour,
                count = count
            ),
        )
    };
    let link = link(sender, "open-calendar", "calendario");
    (subject, vec![words(said), words(until), link])
}

const fn as_what(role: BondKind) -> &'static str {
    match role {
        BondKind::Guardian => "guardian",
        BondKind::Payer => "payer",
        BondKind::Delegate => "delegate",
    }
}
