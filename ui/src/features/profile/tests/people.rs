use super::{laptop, signed_in};
use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    confirmations::ConfirmationView,
    contacts::ContactView,
    invitations::{InvitationState, InvitationView},
    people::{BondView, ChildPeopleView},
    sessions::Secret,
};
use domain::{
    InvitationId, PersonId,
    people::{BondKind, Rights},
};

fn bond(index: u8, name: &str, kind: BondKind, rights: Rights) -> BondView {
    BondView {
        person: PersonId::from_parts(1, [index; 10]),
        name: name.into(),
        kind,
        rights,
        last_day: None,
        you: index == 1,
        granted_by_you: false,
        may_change: false,
        may_end: false,
    }
}

fn grandmother() -> BondView {
    let rights = Rights {
        see: true,
        cancel: true,
        ..Rights::NONE
    };
    BondView {
        last_day: Some("2027-06-30".parse().unwrap()),
        granted_by_you: true,
        may_change: true,
        may_end: true,
        ..bond(3, "Rosa Conti", BondKind::Delegate, rights)
    }
}

fn around(index: u8, first_name: &str, people: Vec<BondView>) -> ChildPeopleView {
    ChildPeopleView {
        child: sample::child(index),
        first_name: first_name.into(),
        may_invite: true,
        may_invite_guardian: true,
        people,
    }
}

fn family() -> Vec<ChildPeopleView> {
    let parents = || {
        vec![
            bond(1, "Giulia Bassi", BondKind::Guardian, Rights::ALL),
            bond(2, "Marco Bassi", BondKind::Guardian, Rights::ALL),
        ]
    };
    let mut ada = parents();
    ada.push(grandmother());
    vec![around(1, "Ada", ada), around(2, "Elio", parents())]
}

fn invitation(state: InvitationState, code: Option<&str>) -> InvitationView {
    InvitationView {
        id: InvitationId::from_parts(1, [5; 10]),
        children: vec![sample::child(1), sample::child(2)],
        kind: BondKind::Delegate,
        name: "Rosa Conti".into(),
        mail: "rosa@example.it".into(),
        rights: grandmother().rights,
        last_day: Some("2027-06-30".parse().unwrap()),
        state,
        created_at: sample::now(),
        expires_at: "2026-11-30T07:42:00Z".parse().unwrap(),
        code: code.map(|code| Secret(code.into())),
    }
}

fn with_people(invitations: &[InvitationView]) -> Fake {
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_sessions", &vec![laptop()])
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_people", &family())
        .says("list_invitations", &invitations)
}

fn must_confirm() -> ErrorBody {
    ErrorBody::new(ErrorCode::ConfirmationRequired, "").with("ways", ["password"])
}

fn confirmed() -> ConfirmationView {
    ConfirmationView { until: sample::now() }
}

#[test]
fn for_each_child_it_is_told_who_may_do_what_and_until_when() {
    let screen = Screen::open(with_people(&[]), "/profilo");
    assert_eq!(screen.count("people-of"), 2);
    assert_eq!(screen.count("person"), 5);
    for words in [
        "Per Ada",
        "Giulia Bassi (tu)",
        "Genitore o tutore: vede, disdice, paga e legge i documenti",
        "Persona delegata: vede e disdice, fino a mercoledì 30 giugno 2027",
        "Invita qualcuno",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
    assert_eq!(
        screen.count("person-change"),
        1,
        "parents are the office's affair"
    );
    assert!(!screen.has("invitations"));
}

#[test]
fn changing_a_delegate_asks_who_one_is_and_loses_nothing() {
    let mut changed = grandmother();
    changed.rights.pay = true;
    let fake = with_people(&[])
        .refuses("change_bond", must_confirm())
        .says("change_bond", &changed)
        .refuses(
            "confirm_password",
            ErrorBody::new(ErrorCode::WrongCredentials, ""),
        )
        .says("confirm_password", &confirmed());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("person-change");
    assert!(screen.says("Cosa può fare Rosa Conti per Ada?"));
    assert_eq!(
        screen.attribute("bond-last-day", "value").as_deref(),
        Some("2027-06-30")
    );
    screen.fill("bond-last-day", "2027-01-31");
    screen.submit("bond-form");
    assert!(
        screen.has("confirm-sheet") && screen.has("bond-sheet"),
        "{}",
        screen.html()
    );
    screen.submit("confirm-form");
    assert!(screen.says("Scrivi la password."));
    screen.fill("confirm-password", "sbagliata");
    screen.submit("confirm-form");
    assert!(screen.says("Non è la tua password"));
    screen.fill("confirm-password", "quattro parole a caso");
    screen.submit("confirm-form");
    let calls = screen.fake.calls("change_bond");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0], calls[1], "the same act with the same key");
    assert_eq!(calls[1].body.clone().unwrap()["last_day"], "2027-01-31");
    assert!(!screen.has("confirm-sheet") && !screen.has("bond-sheet"));
    assert!(screen.says("Salvato: cosa può fare Rosa Conti è cambiato."));
}

#[test]
fn who_does_not_confirm_finds_the_form_as_it_was() {
    let fake = with_people(&[]).refuses("change_bond", must_confirm());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("person-change");
    screen.fill("bond-last-day", "2027-01-31");
    screen.submit("bond-form");
    screen.press("confirm-leave");
    assert!(!screen.has("confirm-sheet"));
    assert_eq!(
        screen.attribute("bond-last-day", "value").as_deref(),
        Some("2027-01-31")
    );
    assert!(screen.fake.calls("confirm_password").is_empty());
}

#[test]
fn a_day_that_is_over_is_stopped_before_it_is_sent() {
    let mut screen = Screen::open(with_people(&[]).silent("change_bond"), "/profilo");
    screen.press("person-change");
    screen.fill("bond-last-day", "2026-11-22");
    screen.submit("bond-form");
    assert!(screen.says("Scegli un giorno da oggi in poi."));
    assert!(screen.fake.calls("change_bond").is_empty());
}

#[test]
fn ending_a_delegate_asks_first_and_takes_them_off_the_list() {
    let mut without = family();
    without[0].people.pop();
    let fake = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_sessions", &vec![laptop()])
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_people", &family())
        .says("list_people", &without)
        .says("list_invitations", &Vec::<InvitationView>::new())
        .offline("end_bond")
        .says("end_bond", &());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("person-change");
    screen.press("bond-end");
    assert!(screen.says("Togliere Rosa Conti da Ada?"));
    screen.press("bond-end-confirm");
    assert!(screen.says("Non riesco a collegarmi") && screen.count("person") == 5);
    screen.press("bond-end-confirm");
    let calls = screen.fake.calls("end_bond");
    assert_eq!(calls[0].key, calls[1].key);
    assert!(!screen.has("bond-sheet"));
    assert_eq!(screen.count("person"), 4);
    assert!(screen.says("Rosa Conti non vede più Ada."));
}

#[test]
fn a_delegate_may_leave_and_may_not_invite() {
    let mut own = grandmother();
    own.you = true;
    own.may_change = false;
    let alone = ChildPeopleView {
        may_invite: false,
        may_invite_guardian: false,
        ..around(1, "Ada", vec![own])
    };
    let fake = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_sessions", &vec![laptop()])
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_people", &vec![alone])
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("end_bond", &());
    let mut screen = Screen::open(fake, "/profilo");
    assert!(!screen.has("invite"));
    screen.press("person-change");
    assert!(screen.says("Non vuoi più occuparti di Ada?"));
    let before = screen.fake.calls("get_me").len();
    screen.press("bond-end-confirm");
    assert!(screen.says("Non vedo nessun bambino iscritto"));
    let after = screen.fake.calls("get_me").len();
    assert_eq!(after, before + 1, "the children are fewer now");
}

#[test]
fn the_people_are_waited_for_and_asked_for_again() {
    let base = || {
        Fake::at(sample::now())
            .says("get_me", &sample::me())
            .says("list_sessions", &vec![laptop()])
            .says("list_contacts", &Vec::<ContactView>::new())
            .says("list_invitations", &Vec::<InvitationView>::new())
    };
    let screen = Screen::open(base().silent("list_people"), "/profilo");
    assert!(
        screen.has("loading") && screen.has("office"),
        "the rest does not wait"
    );
    let fake = base().offline("list_people").says("list_people", &family());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press_words("Riprova");
    assert_eq!(screen.count("person"), 5);
}

#[test]
fn open_invitations_stand_there_and_can_be_taken_back() {
    let fake = with_people(&[
        invitation(InvitationState::Open, None),
        InvitationView {
            id: InvitationId::from_parts(1, [6; 10]),
            ..invitation(InvitationState::Accepted, None)
        },
    ])
    .says("list_invitations", &Vec::<InvitationView>::new())
    .says(
        "withdraw_invitation",
        &invitation(InvitationState::Withdrawn, None),
    );
    let mut screen = Screen::open(fake, "/profilo");
    assert_eq!(
        screen.count("invitation"),
        1,
        "what was accepted stands among the people"
    );
    for words in [
        "rosa@example.it",
        "Ada e Elio",
        "Aspetta fino a lunedì 30 novembre",
    ] {
        assert!(screen.text("invitation").contains(words), "{words}");
    }
    screen.press("invitation-withdraw");
    screen.press("withdraw-confirm");
    assert_eq!(screen.fake.calls("withdraw_invitation").len(), 1);
    assert!(!screen.has("invitation") && !screen.has("withdraw-sheet"));
    assert!(screen.says("L'invito a Rosa Conti è ritirato."));
}

fn who(screen: &mut Screen) {
    screen.fill("invite-first-name", "Rosa");
    screen.fill("invite-surname", " Conti");
    screen.fill("invite-mail", "rosa@example.it");
    screen.submit("invite-form");
}

#[test]
fn inviting_a_grandmother_goes_step_by_step_to_a_code_to_be_told() {
    let fake = with_people(&[])
        .refuses("create_invitation", must_confirm())
        .says(
            "create_invitation",
            &invitation(InvitationState::Open, Some("12345678")),
        )
        .says("confirm_password", &confirmed());
    let mut screen = Screen::open(fake, "/profilo/invita");
    assert!(screen.says("Passo 1 di 4"));
    screen.submit("invite-form");
    for words in [
        "Scrivi il nome.",
        "Scrivi il cognome.",
        "Non sembra un indirizzo e-mail",
    ] {
        assert!(screen.says(words), "{words}");
    }
    who(&mut screen);
    assert_eq!(screen.attribute("invite-step", "data-step").as_deref(), Some("2"));
    screen.submit("invite-form");
    assert!(screen.says("Scegli almeno un figlio."));
    screen.tick("invite-child", 0, true);
    screen.submit("invite-form");
    assert_eq!(screen.attribute("invite-step", "data-step").as_deref(), Some("3"));
    assert_eq!(
        screen.attribute("invite-last-day", "value").as_deref(),
        Some("2027-06-30")
    );
    screen.press("invite-back");
    assert_eq!(
        screen.attribute("invite-child", "checked").as_deref(),
        Some("true"),
        "what was chosen stays"
    );
    screen.submit("invite-form");
    screen.submit("invite-form");
    for words in [
        "Va bene così?",
        "Rosa Conti",
        "rosa@example.it",
        "vede e disdice",
        "mercoledì 30 giugno 2027",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
    screen.press("invite-send");
    screen.fill("confirm-password", "quattro parole a caso");
    screen.submit("confirm-form");
    let calls = screen.fake.calls("create_invitation");
    assert_eq!(calls[0], calls[1], "the same act with the same key");
    let body = calls[1].body.clone().unwrap();
    assert_eq!(
        (&body["kind"], &body["surname"]),
        (&"delegate".into(), &"Conti".into())
    );
    assert_eq!(body["children"].as_array().unwrap().len(), 1);
    assert!(
        screen.text("invite-code").contains("1234 5678"),
        "{}",
        screen.html()
    );
    assert!(screen.says("Dillo a voce o al telefono"));
}

#[test]
fn the_other_parent_gets_everything_without_an_end() {
    let fake = with_people(&[]).says(
        "create_invitation",
        &invitation(InvitationState::Open, Some("12345678")),
    );
    let mut screen = Screen::open(fake, "/profilo/invita");
    screen.tick("invite-kind", 1, true);
    who(&mut screen);
    screen.tick("invite-child", 0, true);
    screen.submit("invite-form");
    assert_eq!(screen.attribute("invite-step", "data-step").as_deref(), Some("4"));
    assert!(screen.says("senza scadenza"));
    screen.press("invite-send");
    let body = screen.fake.calls("create_invitation")[0].body.clone().unwrap();
    assert_eq!(body["kind"], "guardian");
    assert_eq!(body["rights"], serde_json::to_value(Rights::ALL).unwrap());
    assert!(body["last_day"].is_null());
}

#[test]
fn who_may_invite_nobody_is_told_whom_to_ask() {
    let alone = ChildPeopleView {
        may_invite: false,
        may_invite_guardian: false,
        ..around(1, "Ada", vec![grandmother()])
    };
    let fake = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_people", &vec![alone]);
    let screen = Screen::open(fake, "/profilo/invita");
    assert!(screen.says("Da qui non puoi invitare nessuno") && screen.says("Chiama 0346 000111"));
}

#[test]
fn who_comes_in_by_spid_alone_has_no_password_to_change() {
    let mut me = sample::me();
    me.ways = vec![domain::body::SignInWay::Spid];
    let fake = Fake::at(sample::now())
        .says("get_me", &me)
        .says("list_sessions", &vec![laptop()])
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_people", &Vec::<ChildPeopleView>::new());
    assert!(!Screen::open(fake, "/profilo").has("change-password"));
    assert!(Screen::open(signed_in(), "/profilo").has("change-password"));
}
