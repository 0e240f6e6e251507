use super::*;
use domain::{
    Cents, Instant, ServiceDay,
    meals::Choice,
    message::{ContactKind, Hidden, LowWallet},
    people::BondKind,
};

fn at() -> Instant {
    "2026-11-23T08:41:00Z".parse().unwrap()
}

fn on(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

fn contacts() -> Contacts {
    Contacts {
        office: "Ufficio mensa".to_owned(),
        phone: "0575 123456".to_owned(),
        email: "mensa@valdarca.example.it".to_owned(),
        hours: "lun-ven 9-12".to_owned(),
    }
}

fn all() -> Vec<Text> {
    let children = vec!["Anna".to_owned(), "Luca".to_owned()];
    vec![
        Text::RecoveryCode {
            code: Hidden::new("48151623"),
            name: "Sara".to_owned(),
            others: Vec::new(),
            until: at(),
            badges: vec!["100001".to_owned()],
        },
        Text::ContactCode {
            code: Hidden::new("48151623"),
            until: at(),
        },
        Text::PasswordChanged { at: at() },
        Text::ContactChanged {
            contact: ContactKind::Mail,
            added: true,
            at: at(),
        },
        Text::NewSignIn {
            device: "Firefox su Windows".to_owned(),
            at: at(),
        },
        Text::Invitation {
            from: "Sara Conti".to_owned(),
            children: children.clone(),
            role: BondKind::Delegate,
            link: Hidden::new("https://mensa.example.it/invito/segreto"),
            until: at(),
        },
        Text::BondAdded {
            name: "Sara Conti".to_owned(),
            children: children.clone(),
            role: BondKind::Delegate,
            last_day: Some(on("2027-01-14")),
        },
        Text::BondEnded {
            name: "Sara Conti".to_owned(),
            children: children.clone(),
        },
        Text::LowBalance {
            wallets: vec![LowWallet {
                children: children.clone(),
                meals_left: 2,
                balance: Cents::new(1_236),
                last_day: Some(on("2027-01-14")),
                at_limit: false,
            }],
        },
        Text::LowBalance {
            wallets: vec![LowWallet {
                children: children.clone(),
                meals_left: 0,
                balance: Cents::new(-5_000),
                last_day: None,
                at_limit: true,
            }],
        },
        Text::MorningReminder {
            day: on("2026-11-23"),
            cut_off: at(),
            children: children.clone(),
        },
        Text::PaymentReceived {
            amount: Cents::new(2_000),
            at: at(),
            notice: "302000000000000001".to_owned(),
        },
        Text::DaysChanged {
            by: "Paolo".to_owned(),
            children: children.clone(),
            days: vec![on("2026-11-24"), on("2026-11-25")],
            choice: Choice::DoesNotEat,
            number: "2026/12".to_owned(),
        },
        Text::ClosureAnnounced {
            first: on("2026-12-07"),
            last: on("2026-12-07"),
            reason: "ponte dell'Immacolata <b>".to_owned(),
            children,
        },
        Text::RenewalOpens {
            year: "2027/2028".to_owned(),
            last_day: on("2027-06-30"),
        },
    ]
}

fn with_sender<T>(then: impl FnOnce(&Sender<'_>) -> T) -> T {
    then(&Sender {
        name: "Comune di Valdarca",
        contacts: &contacts(),
        origin: "https://mensa.example.it",
    })
}

#[test]
fn a_notification_holds_no_surname_amount_debt_or_code() {
    for text in all() {
        for preview in [true, false] {
            let note = with_sender(|sender| note(&text, sender, preview));
            let said = format!("{} {}", note.title, note.body);
            for never in [
                "Conti",
                "48151623",
                "segreto",
                "€",
                "euro",
                "12,36",
                "20,00",
                "50,00",
                "debito",
                "saldo",
                "negativ",
                "moros",
                "302000000000000001",
                "dieta",
            ] {
                assert!(
                    !said.to_lowercase().contains(&never.to_lowercase()),
                    "{never}: {said}"
                );
            }
            assert!(!note.body.is_empty() && note.path.starts_with('/'));
        }
    }
}

#[test]
fn without_a_preview_a_notification_says_only_that_there_is_something() {
    let said: Vec<String> = all()
        .iter()
        .map(|text| with_sender(|sender| note(text, sender, false).body))
        .collect();
    assert!(said.iter().all(|body| *body == said[0]), "{said:?}");
    assert!(!said[0].contains("Anna"));
}

#[test]
fn a_mail_says_the_same_as_text_and_as_page_and_its_subject_holds_no_code() {
    for text in all() {
        let letter = with_sender(|sender| letter(&text, sender));
        assert!(!letter.subject.contains("4815") && !letter.subject.is_empty());
        assert!(letter.html.contains("lang=\"it\"") && letter.html.contains("<title>"));
        assert!(letter.plain.contains("0575 123456") && letter.html.contains("0575 123456"));
        assert!(!letter.html.contains("<b>"), "the office's words are escaped");
        assert!(letter.subject != "Mensa", "{text:?}");
    }
    let code = with_sender(|sender| letter(&all()[0], sender));
    assert!(code.plain.contains("4815 1623") && code.plain.contains("9:41") && code.plain.contains("100001"));
    let invited = with_sender(|sender| letter(&all()[5], sender));
    assert!(invited.plain.contains("https://mensa.example.it/invito/segreto"));
}

#[test]
fn the_forecast_is_said_as_people_say_it() {
    let low = with_sender(|sender| letter(&all()[8], sender));
    assert!(
        low.plain.contains("Il saldo finisce giovedì 14 gennaio."),
        "{}",
        low.plain
    );
    let note = with_sender(|sender| note(&all()[8], sender, true));
    assert_eq!(note.body, "Restano 2 pasti, fino a giovedì 14.");
}

#[test]
fn a_reminder_says_today_only_of_today() {
    let reminder = |day: &str, children: &[&str]| Text::MorningReminder {
        day: on(day),
        cut_off: at(),
        children: children.iter().map(|name| (*name).to_owned()).collect(),
    };
    let both = |text: &Text| with_sender(|sender| (letter(text, sender), note(text, sender, true).body));
    let (mail, push) = both(&reminder("2026-11-23", &["Anna", "Luca"]));
    assert!(
        mail.plain
            .contains("Oggi, lunedì 23, Anna e Luca mangiano a scuola.")
    );
    assert!(mail.plain.contains("Se restano a casa, disdici entro le 9:41."));
    assert!(push.starts_with("Oggi c'è la mensa per Anna e Luca."), "{push}");
    // The cut-off of tomorrow's meal lies on the eve.
    let (mail, push) = both(&reminder("2026-11-24", &["Anna"]));
    assert!(
        mail.plain.contains("Anna mangia a scuola martedì 24."),
        "{}",
        mail.plain
    );
    assert!(
        mail.plain
            .contains("Se resta a casa, disdici entro lunedì 23 alle 9:41.")
    );
    assert!(!format!("{}{}{push}", mail.subject, mail.plain).contains("Oggi"));
}

#[test]
fn a_short_text_fits_two_parts() {
    for text in all() {
        let said = with_sender(|sender| short(&text, sender));
        assert!(said.chars().count() <= 306, "{said}");
    }
    let code = with_sender(|sender| short(&all()[0], sender));
    assert!(code.contains("48151623") && code.contains("alle 9:41"));
}
