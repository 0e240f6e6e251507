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
            language: Language::It,
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
                who: Vec::new(),
                meals_left: 2,
                balance: Cents::new(1_236),
                last_day: Some(on("2027-01-14")),
                at_limit: false,
            }],
        },
        Text::LowBalance {
            wallets: vec![LowWallet {
                children: children.clone(),
                who: Vec::new(),
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
            who: Vec::new(),
        },
        Text::PaymentReceived {
            amount: Cents::new(2_000),
            at: at(),
            notice: "302000000000000001".to_owned(),
        },
        Text::DaysChanged {
            by: "Paolo".to_owned(),
            children: children.clone(),
            who: Vec::new(),
            days: vec![on("2026-11-24"), on("2026-11-25")],
            choice: Choice::DoesNotEat,
            number: "2026/12".to_owned(),
        },
        Text::ClosureAnnounced {
            first: on("2026-12-07"),
            last: on("2026-12-07"),
            reason: "ponte dell'Immacolata <b>".to_owned(),
            children,
            who: Vec::new(),
        },
        Text::RenewalOpens {
            year: "2027/2028".to_owned(),
            last_day: on("2027-06-30"),
            children: vec!["Anna".to_owned()],
            who: Vec::new(),
        },
    ]
}

fn with_sender<T>(then: impl FnOnce(&Sender<'_>) -> T) -> T {
    speaking(Language::It, then)
}

fn speaking<T>(language: Language, then: impl FnOnce(&Sender<'_>) -> T) -> T {
    then(&Sender {
        name: "Comune di Valdarca",
        contacts: &contacts(),
        origin: "https://mensa.example.it",
        language,
    })
}

/// What must be in no notification, as each language says it.
fn never(language: Language) -> &'static [&'static str] {
    match language {
        Language::It => &["debito", "saldo", "credito", "negativ", "moros", "dieta"],
        Language::De => &[
            "schuld", "guthaben", "saldo", "betrag", "kredit", "negativ", "diät",
        ],
        Language::En => &["debt", "balance", "amount", "owe", "credit", "negative", "diet"],
        Language::Fr => &["dette", "solde", "montant", "crédit", "négati", "régime"],
        Language::Sl => &["dolg", "dobroimetj", "znesek", "kredit", "negativ", "diet"],
    }
}

#[test]
fn a_notification_holds_no_surname_amount_debt_or_code_in_any_language() {
    for language in Language::ALL {
        for text in all() {
            for preview in [true, false] {
                let note = speaking(language, |sender| note(&text, sender, preview, at()));
                let labels: Vec<_> = note.actions.iter().map(|action| action.label.as_str()).collect();
                let said = format!("{} {} {}", note.title, note.body, labels.join(" ")).to_lowercase();
                let of_all = [
                    "conti",
                    "48151623",
                    "segreto",
                    "€",
                    "euro",
                    "12,36",
                    "12.36",
                    "20,00",
                    "20.00",
                    "50,00",
                    "50.00",
                    "302000000000000001",
                ];
                for never in of_all.iter().chain(never(language)) {
                    assert!(!said.contains(never), "{never}: {said}");
                }
                assert!(!note.body.is_empty() && note.path.starts_with('/'));
            }
        }
    }
}

#[test]
fn without_a_preview_a_notification_says_only_that_there_is_something() {
    let mut languages = std::collections::BTreeSet::new();
    for language in Language::ALL {
        let said: Vec<String> = all()
            .iter()
            .map(|text| speaking(language, |sender| note(text, sender, false, at()).body))
            .collect();
        assert!(said.iter().all(|body| *body == said[0]), "{said:?}");
        assert!(!said[0].contains("Anna"));
        languages.insert(said[0].clone());
    }
    assert_eq!(languages.len(), Language::ALL.len());
}

#[test]
fn a_mail_says_the_same_as_text_and_as_page_and_its_subject_holds_no_code() {
    for language in Language::ALL {
        let tag = format!("lang=\"{}\"", language.as_str());
        for text in all() {
            let letter = speaking(language, |sender| letter(&text, sender));
            assert!(!letter.subject.contains("4815") && !letter.subject.is_empty());
            assert!(letter.html.contains(&tag) && letter.html.contains("<title>"));
            assert!(letter.plain.contains("0575 123456") && letter.html.contains("0575 123456"));
            assert!(!letter.html.contains("<b>"), "the office's words are escaped");
            let nothing = speaking(language, |sender| {
                say!(sender.speech(), "title", body = sender.name)
            });
            assert!(letter.subject != nothing, "{text:?}");
            // What a person would notice: a placeholder, a gap, a sentence without an end.
            for left in ["{", "}", "$", "  (", "()", " ."] {
                assert!(!letter.plain.contains(left), "{left}: {}", letter.plain);
            }
        }
    }
    let code = with_sender(|sender| letter(&all()[0], sender));
    assert!(code.plain.contains("4815 1623") && code.plain.contains("9:41") && code.plain.contains("100001"));
    let invited = with_sender(|sender| letter(&all()[5], sender));
    assert!(invited.plain.contains("https://mensa.example.it/invito/segreto"));
}

#[test]
fn nobody_is_said_to_be_the_parent_of_the_children() {
    // A delegate and a guardian get the same sentences.
    for text in all() {
        let said = with_sender(|sender| {
            format!(
                "{:?}{}",
                note(&text, sender, true, at()),
                letter(&text, sender).plain
            )
        });
        for never in [
            "tuoi figli",
            "tuo figlio",
            "tua figlia",
            "tua famiglia",
            "tuoi bambini",
        ] {
            assert!(!said.contains(never), "{never}: {said}");
        }
    }
}

#[test]
fn the_forecast_is_said_as_people_say_it() {
    let low = with_sender(|sender| letter(&all()[8], sender));
    assert!(
        low.plain.contains("Il saldo finisce giovedì 14 gennaio."),
        "{}",
        low.plain
    );
    let note = with_sender(|sender| note(&all()[8], sender, true, at()));
    assert_eq!(note.body, "Restano 2 pasti, fino a giovedì 14.");
}

#[test]
fn a_reminder_says_today_only_of_today() {
    let reminder = |day: &str, children: &[&str]| Text::MorningReminder {
        day: on(day),
        cut_off: at(),
        children: children.iter().map(|name| (*name).to_owned()).collect(),
        who: Vec::new(),
    };
    let both =
        |text: &Text| with_sender(|sender| (letter(text, sender), note(text, sender, true, at()).body));
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

/// The letters of GSM 03.38 and of its extension, which cost no more than one another.
const EVERY_TELEPHONE: &str = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
    abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€";

#[test]
fn a_short_text_fits_two_parts_in_letters_that_every_telephone_shows() {
    for language in Language::ALL {
        for text in all() {
            let said = speaking(language, |sender| short(&text, sender));
            assert!(said.chars().count() <= 306, "{said}");
            // Only codes and what happened to the account are ever sent so.
            let sent = matches!(
                text,
                Text::RecoveryCode { .. }
                    | Text::ContactCode { .. }
                    | Text::PasswordChanged { .. }
                    | Text::ContactChanged { .. }
            );
            let odd: String = said.chars().filter(|c| !EVERY_TELEPHONE.contains(*c)).collect();
            assert!(!sent || odd.is_empty(), "{odd}: {said}");
        }
    }
    let code = with_sender(|sender| short(&all()[0], sender));
    assert!(code.contains("48151623") && code.contains("alle 9:41"));
}

/// Ids of a file, each with the names that its sentence is given.
fn ids(text: &str) -> std::collections::BTreeMap<String, std::collections::BTreeSet<String>> {
    let mut all = std::collections::BTreeMap::new();
    let mut id = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let (name, _) = line.split_once('=').unwrap();
            id = name.trim().to_owned();
            assert!(
                all.insert(id.clone(), std::collections::BTreeSet::new())
                    .is_none(),
                "{id} is there twice"
            );
        }
        for name in line.split('$').skip(1) {
            let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
            all.get_mut(&id).unwrap().insert(name);
        }
    }
    all
}

#[test]
fn every_language_has_every_sentence_and_says_as_much_in_it() {
    // Dates are put together as each language does it: those may leave something out.
    let free = |id: &str| {
        id.starts_with("day-")
            || id.starts_with("weekday")
            || id.starts_with("action-")
            || ["date", "number-of-day"].contains(&id)
    };
    let italian = ids(speech::FILES[0].1);
    for (language, text) in speech::FILES {
        assert!(
            fluent_bundle::FluentResource::try_new(text.to_owned()).is_ok(),
            "{language:?}"
        );
        let theirs = ids(text);
        for (id, names) in &italian {
            let Some(their_names) = theirs.get(id) else {
                panic!("{language:?} has no {id}");
            };
            assert!(free(id) || names == their_names, "{language:?} {id}");
        }
        for id in theirs.keys() {
            assert!(
                italian.contains_key(id) || free(id),
                "{language:?} alone has {id}"
            );
        }
    }
    // And code has a use for each.
    let sources = [
        include_str!("html.rs"),
        include_str!("letters.rs"),
        include_str!("mod.rs"),
        include_str!("notes.rs"),
        include_str!("shorts.rs"),
        include_str!("speech.rs"),
    ]
    .concat();
    for id in italian.keys() {
        let inside = italian_text_uses(id);
        assert!(
            inside || sources.contains(&format!("\"{id}\"")),
            "nobody says {id}"
        );
    }
}

fn italian_text_uses(id: &str) -> bool {
    speech::FILES[0].1.contains(&format!("{{ {id} }}"))
}

#[test]
fn each_language_counts_declines_and_writes_as_it_does() {
    let low = &all()[8];
    let said = |language| {
        speaking(language, |sender| {
            (letter(low, sender).plain, note(low, sender, true, at()).body)
        })
    };
    let (mail, push) = said(Language::De);
    assert!(
        mail.contains("Für Anna und Luca beträgt das Guthaben 12,36 €: Es reicht für 2 Mahlzeiten. Das Guthaben endet am Donnerstag, 14. Jänner."),
        "{mail}"
    );
    assert_eq!(push, "Noch 2 Mahlzeiten, bis Donnerstag, 14.1.");
    let (mail, push) = said(Language::En);
    assert!(
        mail.contains(
            "the balance is €12.36: enough for 2 meals. The balance runs out on Thursday 14 January."
        ),
        "{mail}"
    );
    assert_eq!(push, "2 meals left, until Thursday 14.");
    let (mail, push) = said(Language::Fr);
    assert!(
        mail.contains("Le solde sera épuisé le jeudi 14 janvier."),
        "{mail}"
    );
    assert_eq!(push, "Il reste 2 repas, jusqu'au jeudi 14.");
    let (mail, push) = said(Language::Sl);
    assert!(
        mail.contains("zadošča za 2 obroka. Dobroimetje bo porabljeno v četrtek, 14. januarja."),
        "{mail}"
    );
    assert_eq!(push, "Ostajata 2 obroka, do četrtka, 14. 1.");
    // The first of a month is a word of its own in French.
    let closed = Text::ClosureAnnounced {
        first: on("2027-02-01"),
        last: on("2027-02-03"),
        reason: "neve".to_owned(),
        children: vec!["Anna".to_owned()],
        who: Vec::new(),
    };
    let french = speaking(Language::Fr, |sender| note(&closed, sender, true, at()).body);
    assert_eq!(french, "La cantine sera fermée du lundi 1er au mercredi 3.");
    let negative = Cents::new(-123_456);
    let amounts: Vec<_> = Language::ALL
        .iter()
        .map(|language| speaking(*language, |sender| sender.speech().amount(negative)))
        .collect();
    assert_eq!(
        amounts,
        [
            "−1.234,56 €",
            "−1.234,56 €",
            "−€1,234.56",
            "−1\u{202f}234,56 €",
            "−1.234,56 €"
        ]
    );
}

#[test]
fn a_notification_offers_what_can_still_be_done() {
    let top_up = with_sender(|sender| note(&all()[8], sender, true, at()));
    let said = serde_json::to_value(&top_up.actions).unwrap();
    assert_eq!(
        said,
        serde_json::json!([{"id": "top_up", "label": "Ricarica", "path": "/ricarica"}])
    );
    let reminder = |day: &str, children: &[&str]| Text::MorningReminder {
        day: on(day),
        cut_off: at(),
        children: children.iter().map(|name| (*name).to_owned()).collect(),
        who: Vec::new(),
    };
    let offered = |text: &Text, now: &str, preview: bool| {
        with_sender(|sender| note(text, sender, preview, now.parse().unwrap()).actions)
    };
    let (before, late) = ("2026-11-23T08:40:59Z", "2026-11-23T08:41:00Z");
    let one = offered(&reminder("2026-11-23", &["Anna"]), before, true);
    assert_eq!(
        (one[0].id, one[0].label.as_str(), one[0].path.as_str()),
        (NoteActionId::AbsentToday, "Oggi non mangia", "/?assenti=oggi")
    );
    let two = offered(&reminder("2026-11-23", &["Anna", "Luca"]), before, true);
    assert_eq!(two[0].label, "Oggi non mangiano");
    // Not after the cut-off, not of tomorrow, and never where the notification says nothing.
    assert!(offered(&reminder("2026-11-23", &["Anna"]), late, true).is_empty());
    assert!(offered(&reminder("2026-11-24", &["Anna"]), before, true).is_empty());
    for text in all() {
        assert!(offered(&text, before, false).is_empty());
    }
}
