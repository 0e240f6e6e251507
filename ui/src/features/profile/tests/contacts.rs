use super::laptop;
use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    bodies::{HintView, ProviderKind, ProviderView},
    confirmations::ConfirmationView,
    contacts::ContactView,
    logins::LoginView,
    people::ChildPeopleView,
};
use domain::{ContactId, LoginId, contact::ContactKind};

fn contact(index: u8, kind: ContactKind, value: &str, verified: bool) -> ContactView {
    ContactView {
        id: ContactId::from_parts(1, [index; 10]),
        kind,
        value: value.into(),
        verified,
        proposed_by_office: false,
        code_until: None,
    }
}

fn mail() -> ContactView {
    contact(1, ContactKind::Mail, "giulia@example.it", true)
}

fn phone() -> ContactView {
    ContactView {
        proposed_by_office: true,
        ..contact(2, ContactKind::Phone, "+393331234567", false)
    }
}

fn sent(contact: ContactView) -> ContactView {
    ContactView {
        code_until: Some("2026-11-23T07:52:00Z".parse().unwrap()),
        ..contact
    }
}

fn base() -> Fake {
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_sessions", &vec![laptop()])
        .says("list_people", &Vec::<ChildPeopleView>::new())
}

fn must_confirm(ways: &[&str]) -> ErrorBody {
    ErrorBody::new(ErrorCode::ConfirmationRequired, "").with("ways", ways)
}

#[test]
fn each_contact_says_whether_it_is_verified_and_who_wrote_it() {
    let screen = Screen::open(base().says("list_contacts", &vec![mail(), phone()]), "/profilo");
    assert_eq!(screen.count("contact"), 2);
    assert_eq!(screen.count("contact-verify"), 1);
    for words in [
        "Verificato",
        "Da verificare",
        "L'ha scritto l'ufficio",
        "se dimentichi la password",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
    assert!(!screen.has("contacts-none"));
}

#[test]
fn without_a_verified_contact_it_says_what_that_means() {
    let screen = Screen::open(base().says("list_contacts", &vec![phone()]), "/profilo");
    assert!(
        screen
            .text("contacts-none")
            .contains("può aiutarti solo l'ufficio")
    );
}

#[test]
fn a_new_address_is_looked_at_sent_a_code_and_verified() {
    let new = sent(contact(3, ContactKind::Mail, "g.bassi@example.it", false));
    let wrong = ErrorBody::new(ErrorCode::ContactCodeWrong, "").with("left", 4);
    let verified = ContactView {
        verified: true,
        ..new.clone()
    };
    let fake = base()
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_contacts", &vec![new.clone()])
        .says("list_contacts", &vec![verified.clone()])
        .refuses("add_contact", must_confirm(&["password"]))
        .says("add_contact", &new)
        .says("confirm_password", &ConfirmationView { until: sample::now() })
        .refuses("verify_contact", wrong)
        .says("verify_contact", &verified);
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-add");
    screen.fill("contact-value", "g.bassi");
    screen.submit("contact-form");
    assert!(screen.says("Non sembra un indirizzo e-mail"));
    assert!(screen.fake.calls("add_contact").is_empty());
    screen.fill("contact-value", "g.bassi@example.it");
    screen.submit("contact-form");
    // First what waits for it, then why it is asked, then how.
    let sheet = screen.text("confirm-sheet");
    let at = |words: &str| sheet.find(words).unwrap_or_else(|| panic!("{words}: {sheet}"));
    assert!(at("Stai per usare g.bassi@example.it") < at("È una cosa delicata"));
    assert!(at("È una cosa delicata") < at("La tua password"));
    screen.fill("confirm-password", "quattro parole a caso");
    screen.submit("confirm-form");
    let calls = screen.fake.calls("add_contact");
    assert_eq!(calls[0], calls[1], "the same act with the same key");
    assert!(screen.says("Ti abbiamo mandato un'e-mail con un codice di 8 cifre. Vale fino alle 8:52."));
    screen.fill("contact-code", "8765 4321");
    screen.submit("verify-form");
    assert!(screen.says("Puoi provare ancora 4 volte"));
    screen.submit("verify-form");
    assert_eq!(
        screen.fake.calls("verify_contact")[1].body.clone().unwrap()["code"],
        "87654321"
    );
    assert!(!screen.has("verify-sheet"));
    assert_eq!(
        screen.attribute("contact", "data-verified").as_deref(),
        Some("true")
    );
    assert!(screen.says("g.bassi@example.it è verificato."));
}

#[test]
fn a_number_of_the_office_is_sent_a_code_first_and_one_that_is_over_another() {
    let fake = base()
        .says("list_contacts", &vec![mail(), phone()])
        .says("add_contact", &sent(phone()))
        .refuses("verify_contact", ErrorBody::new(ErrorCode::ContactCodeEnded, ""));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-verify");
    assert!(screen.says("Ti mandiamo un SMS con un codice di 8 cifre") && !screen.has("contact-code"));
    screen.press("contact-send");
    let body = screen.fake.calls("add_contact")[0].body.clone().unwrap();
    assert_eq!(
        (&body["kind"], &body["value"]),
        (&"phone".into(), &"+393331234567".into())
    );
    screen.fill("contact-code", "12345678");
    screen.submit("verify-form");
    assert!(screen.says("Questo codice non vale più") && !screen.has("contact-code"));
    screen.press("contact-send");
    assert!(screen.has("contact-code"));
    assert_ne!(
        screen.fake.calls("add_contact")[0].key,
        screen.fake.calls("add_contact")[1].key,
        "another code is another act"
    );
}

#[test]
fn what_the_office_proposed_is_verified_under_the_id_that_it_gets_with_its_code() {
    let own = contact(9, ContactKind::Phone, "+393331234567", false);
    let fake = base()
        .says("list_contacts", &vec![mail(), phone()])
        .says("add_contact", &sent(own.clone()))
        .says(
            "verify_contact",
            &ContactView {
                verified: true,
                ..own.clone()
            },
        );
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-verify");
    screen.press("contact-send");
    screen.fill("contact-code", "12345678");
    screen.submit("verify-form");
    let path = &screen.fake.calls("verify_contact")[0].path;
    assert!(path.contains(&own.id.to_string()), "{path}");
}

#[test]
fn a_finger_that_presses_twice_sends_one_act() {
    let fake = base()
        .says("list_contacts", &vec![mail()])
        .silent("remove_contact");
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-remove");
    screen.press_twice("contact-remove-confirm");
    assert_eq!(screen.fake.calls("remove_contact").len(), 1);
}

#[test]
fn what_the_office_wrote_down_is_not_taken_out_here() {
    let screen = Screen::open(base().says("list_contacts", &vec![phone()]), "/profilo");
    assert!(screen.has("contact-verify") && !screen.has("contact-remove"));
    assert!(screen.says("Dillo all'ufficio mensa"), "{}", screen.html());
}

#[test]
fn a_contact_is_removed_after_asking() {
    let own = ContactView {
        proposed_by_office: false,
        ..phone()
    };
    let fake = base()
        .says("list_contacts", &vec![mail(), own])
        .says("list_contacts", &vec![mail()])
        .says("remove_contact", &());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press_nth("contact-remove", 1);
    assert!(screen.says("Togliere +393331234567?"));
    screen.press("contact-remove-confirm");
    assert_eq!(screen.count("contact"), 1);
    assert!(screen.says("+393331234567 non è più tra i tuoi contatti."));
}

#[test]
fn too_many_contacts_and_no_sms_are_told_in_the_sheet() {
    let fake = base()
        .says("list_contacts", &vec![mail()])
        .refuses(
            "add_contact",
            ErrorBody::new(ErrorCode::TooManyContacts, "").with("max", 4),
        )
        .refuses("add_contact", ErrorBody::new(ErrorCode::SmsNotOffered, ""));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-add");
    screen.press_nth("contact-kind", 1);
    screen.fill("contact-value", "333 1234567");
    for words in ["Hai già 4 contatti", "non manda SMS"] {
        screen.submit("contact-form");
        assert!(screen.text("error").contains(words), "{words}");
    }
}

#[test]
fn where_spid_is_the_way_it_opens_beside_and_the_act_goes_on_by_itself() {
    let mut me = sample::me();
    let provider = |id: &str, kind, hints| ProviderView {
        id: id.into(),
        kind,
        label: "Entra".into(),
        hints,
    };
    let hint = HintView {
        value: "https://spid.example.it".into(),
        label: "Identità di prova".into(),
    };
    me.body.providers = vec![
        provider("spid", ProviderKind::Spid, vec![hint]),
        provider("cie", ProviderKind::Cie, vec![]),
    ];
    let login = LoginView {
        id: LoginId::from_parts(1, [4; 10]),
        url: "https://mensa.example.it/accesso/avvio/x".into(),
        expires_at: sample::now(),
        number: None,
    };
    let fake = Fake::at(sample::now())
        .says("get_me", &me)
        .says("list_sessions", &vec![laptop()])
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("list_contacts", &vec![mail()])
        .says("list_contacts", &Vec::<ContactView>::new())
        .refuses("remove_contact", must_confirm(&["spid", "cie"]))
        .refuses("remove_contact", must_confirm(&["spid", "cie"]))
        .says("remove_contact", &())
        .says("start_login", &login);
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-remove");
    screen.press("contact-remove-confirm");
    assert!(!screen.has("confirm-password"));
    assert_eq!(screen.count("provider"), 2);
    screen.press("provider-hint");
    let body = screen.fake.calls("start_login")[0].body.clone().unwrap();
    assert_eq!(
        (&body["provider"], &body["confirm"]),
        (&"spid".into(), &true.into())
    );
    assert_eq!(body["hint"], "https://spid.example.it");
    assert_eq!(
        body["back"],
        serde_json::json!({ "to": "page", "path": "/conferma" })
    );
    assert_eq!(
        screen.attribute("confirm-open", "target").as_deref(),
        Some("_blank")
    );
    screen.press("confirm-continue");
    assert!(screen.says("Non risulta ancora"), "{}", screen.words());
    screen.fake.come_back();
    screen.settle();
    let calls = screen.fake.calls("remove_contact");
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0], calls[2]);
    assert!(
        !screen.has("confirm-sheet") && !screen.has("contact"),
        "{}",
        screen.html()
    );
}

#[test]
fn a_page_that_wakes_twice_goes_on_with_its_act_once() {
    let mut me = sample::me();
    me.body.providers = vec![ProviderView {
        id: "cie".into(),
        kind: ProviderKind::Cie,
        label: "Entra con CIE".into(),
        hints: vec![],
    }];
    let login = LoginView {
        id: LoginId::from_parts(1, [4; 10]),
        url: "https://mensa.example.it/accesso/avvio/x".into(),
        expires_at: sample::now(),
        number: None,
    };
    let fake = Fake::at(sample::now())
        .says("get_me", &me)
        .says("list_sessions", &vec![laptop()])
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("list_contacts", &vec![mail()])
        .refuses("remove_contact", must_confirm(&["cie"]))
        .silent("remove_contact")
        .says("start_login", &login);
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("contact-remove");
    screen.press("contact-remove-confirm");
    screen.press("provider");
    for _ in 0..2 {
        screen.fake.come_back();
        screen.settle();
    }
    assert_eq!(
        screen.fake.calls("remove_contact").len(),
        2,
        "it is on its way already"
    );
}

#[test]
fn a_language_is_saved_as_soon_as_it_is_chosen() {
    let fake = base()
        .says("list_contacts", &vec![mail()])
        .says("set_language", &())
        .offline("set_language");
    let mut screen = Screen::open(fake, "/profilo");
    screen.fill("language-choice", "de");
    assert_eq!(
        screen.fake.calls("set_language")[0].body.clone().unwrap()["language"],
        "de"
    );
    assert!(screen.text("language-saved").contains("Salvato: Deutsch"));
    screen.fill("language-choice", "fr");
    assert!(screen.says("Non ho salvato la lingua") && !screen.has("language-saved"));
}

#[test]
fn the_contacts_are_waited_for_and_asked_for_again() {
    assert!(Screen::open(base().silent("list_contacts"), "/profilo").has("loading"));
    let fake = base()
        .offline("list_contacts")
        .says("list_contacts", &vec![mail()]);
    let mut screen = Screen::open(fake, "/profilo");
    screen.press_words("Riprova");
    assert_eq!(screen.count("contact"), 1);
}
