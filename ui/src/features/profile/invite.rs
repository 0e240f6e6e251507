//! Invita qualcuno: who, which children, what and until when, a last look; then the code to tell by voice.

use crate::{
    acting::{Asked, use_acting},
    bonds::{self, RightsChecks},
    clock::use_clock,
    components::{
        Button, ButtonKind, Check, EmptyState, Fact, Field, LinkButton, Notice, NoticeKind, Page, PhoneLink,
        Reading, SpokenCode,
    },
    explain, format,
    platform::use_here,
    remote::use_fresh,
    route::Route,
    session::use_session,
    t,
};
use api::{
    NoQuery,
    invitations::{CreateInvitation, InvitationRequest, InvitationView},
    people::{ChildPeopleView, ListPeople},
};
use chrono::Datelike;
use dioxus::prelude::*;
use domain::{
    ChildId, ServiceDay,
    contact::{Contact, ContactKind},
    people::{BondKind, LONGEST_DELEGATION, Rights},
    time::day_in_rome,
};

/// How many steps there are.
const STEPS: u8 = 4;

/// The screen.
#[component]
pub fn Invite() -> Element {
    let source = use_fresh(ListPeople {}, NoQuery {});
    rsx! {
        Page { title: t!("invite-title"), narrow: true,
            Reading { source, skeleton: 1, ready: move |children: Vec<ChildPeopleView>| rsx! {
                Steps { families: children }
            } }
        }
    }
}

/// What was filled in. It stays while one goes back and forth.
#[derive(Clone, Copy, PartialEq)]
struct Draft {
    kind: Signal<BondKind>,
    first_name: Signal<String>,
    surname: Signal<String>,
    mail: Signal<String>,
    children: Signal<Vec<ChildId>>,
    rights: Signal<Rights>,
    last_day: Signal<String>,
}

impl Draft {
    fn name(self) -> String {
        format!("{} {}", self.first_name.read().trim(), self.surname.read().trim())
    }

    fn request(self) -> InvitationRequest {
        let kind = *self.kind.peek();
        let guardian = kind == BondKind::Guardian;
        InvitationRequest {
            children: self.children.peek().clone(),
            kind,
            first_name: self.first_name.peek().trim().to_owned(),
            surname: self.surname.peek().trim().to_owned(),
            mail: self.mail.peek().trim().to_owned(),
            rights: if guardian {
                Rights::ALL
            } else {
                *self.rights.peek()
            },
            last_day: if guardian {
                None
            } else {
                self.last_day.peek().parse().ok()
            },
        }
    }
}

/// Whether somebody of this kind may be invited for a child.
fn may(child: &ChildPeopleView, kind: BondKind) -> bool {
    match kind {
        BondKind::Guardian => child.may_invite_guardian,
        BondKind::Delegate | BondKind::Payer => child.may_invite,
    }
}

/// The end of the school year that is under way or begins next, where a delegation may reach so far.
fn usual_last_day(today: ServiceDay) -> ServiceDay {
    let june = |year| ServiceDay::from_ymd_opt(year, 6, 30);
    let end = june(today.year())
        .filter(|end| today <= *end)
        .or_else(|| june(today.year() + 1));
    let longest = today + chrono::Days::new(LONGEST_DELEGATION);
    end.unwrap_or(longest).min(longest)
}

#[component]
fn Steps(families: Vec<ChildPeopleView>) -> Element {
    let here = use_here();
    let me = use_session().me();
    let clock = use_clock();
    let today = clock.peek().map_or_else(|| day_in_rome(here.now()), day_in_rome);
    let guardians = families.iter().any(|child| child.may_invite_guardian);
    let delegates = families.iter().any(|child| child.may_invite);
    let draft = Draft {
        kind: use_signal(|| {
            if delegates {
                BondKind::Delegate
            } else {
                BondKind::Guardian
            }
        }),
        first_name: use_signal(String::new),
        surname: use_signal(String::new),
        mail: use_signal(String::new),
        children: use_signal(Vec::new),
        rights: use_signal(|| Rights {
            see: true,
            cancel: true,
            ..Rights::NONE
        }),
        last_day: use_signal(|| usual_last_day(today).to_string()),
    };
    let mut step = use_signal(|| 1_u8);
    let mut done = use_signal(|| None::<InvitationView>);
    let go = {
        let here = here.clone();
        use_callback(move |to: u8| {
            step.set(to);
            here.focus("invite-step");
        })
    };
    if !guardians && !delegates {
        return rsx! {
            EmptyState { title: t!("invite-none"),
                p { {t!("invite-none-hint")} }
                if let Some(me) = me {
                    PhoneLink { phone: me.body.contacts.phone }
                }
                LinkButton { to: Route::Profile {}, kind: ButtonKind::Link, {t!("invite-done-back")} }
            }
        };
    }
    if let Some(invitation) = done() {
        return rsx! {
            Done { invitation, onanother: move |()| {
                let mut draft = draft;
                draft.first_name.set(String::new());
                draft.surname.set(String::new());
                draft.mail.set(String::new());
                done.set(None);
                go.call(1);
            } }
        };
    }
    let title = match step() {
        1 => t!("invite-who"),
        2 => t!("invite-children"),
        3 => t!("invite-rights"),
        _ => t!("invite-check"),
    };
    rsx! {
        div { class: "step-name",
            p { class: "soft", {t!("invite-step", step = step(), of = STEPS)} }
            h2 { id: "invite-step", tabindex: "-1", "data-testid": "invite-step", "data-step": "{step}", "{title}" }
        }
        match step() {
            1 => rsx! { Who { draft, guardians, delegates, ongo: go } },
            2 => rsx! { Which { draft, families, ongo: go } },
            3 => rsx! { What { draft, families, today, ongo: go } },
            _ => rsx! { Look { draft, families, ongo: go, ondone: move |made| done.set(Some(made)) } },
        }
    }
}

/// On, and back.
#[component]
fn Turn(step: u8, ongo: EventHandler<u8>) -> Element {
    rsx! {
        Button { submit: true, testid: "invite-next", {t!("common-go-on")} }
        if step > 1 {
            Button { kind: ButtonKind::Link, testid: "invite-back", onclick: move |()| ongo.call(step - 1),
                {t!("common-back")}
            }
        } else {
            LinkButton { to: Route::Profile {}, kind: ButtonKind::Link, {t!("invite-done-back")} }
        }
    }
}

#[component]
fn Who(draft: Draft, guardians: bool, delegates: bool, ongo: EventHandler<u8>) -> Element {
    let here = use_here();
    let mut kind = draft.kind;
    let mut tried = use_signal(|| false);
    let wrong =
        |field: Signal<String>, words: String| (tried() && field.read().trim().is_empty()).then_some(words);
    let mail_wrong = |typed: &str| Contact::parse(ContactKind::Mail, typed).is_err();
    let kinds = [
        (
            delegates,
            BondKind::Delegate,
            t!("invite-delegate"),
            t!("invite-delegate-hint"),
        ),
        (
            guardians,
            BondKind::Guardian,
            t!("invite-guardian"),
            t!("invite-guardian-hint"),
        ),
    ];
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        for (id, missing) in [
            ("invite-first-name", draft.first_name.peek().trim().is_empty()),
            ("invite-surname", draft.surname.peek().trim().is_empty()),
            ("invite-mail", mail_wrong(&draft.mail.peek())),
        ] {
            if missing {
                here.focus(id);
                return;
            }
        }
        ongo.call(2);
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            fieldset { class: "checks",
                legend { class: "visually-hidden", {t!("invite-who")} }
                for (offered , one , name , hint) in kinds {
                    if offered {
                        label { key: "{name}", class: "check",
                            input {
                                r#type: "radio",
                                name: "invite-kind",
                                value: one.as_str(),
                                checked: kind() == one,
                                "data-testid": "invite-kind",
                                "data-kind": one.as_str(),
                                onchange: move |_| kind.set(one),
                            }
                            span { class: "check-words",
                                "{name}"
                                span { class: "hint", "{hint}" }
                            }
                        }
                    }
                }
            }
            Field {
                id: "invite-first-name",
                label: t!("invite-first-name"),
                value: draft.first_name,
                error: wrong(draft.first_name, t!("invite-name-missing")),
                autocomplete: "off",
                testid: "invite-first-name",
            }
            Field {
                id: "invite-surname",
                label: t!("invite-surname"),
                hint: t!("invite-name-hint"),
                value: draft.surname,
                error: wrong(draft.surname, t!("invite-surname-missing")),
                autocomplete: "off",
                testid: "invite-surname",
            }
            Field {
                id: "invite-mail",
                label: t!("invite-mail"),
                hint: t!("invite-mail-hint"),
                value: draft.mail,
                error: (tried() && mail_wrong(&draft.mail.read())).then(|| t!("error-mail-invalid")),
                kind: "email",
                inputmode: "email",
                autocomplete: "off",
                code: true,
                testid: "invite-mail",
            }
            Turn { step: 1, ongo }
        }
    }
}

#[component]
fn Which(draft: Draft, families: Vec<ChildPeopleView>, ongo: EventHandler<u8>) -> Element {
    let mut chosen = draft.children;
    let kind = *draft.kind.read();
    let offered: Vec<_> = families.into_iter().filter(|child| may(child, kind)).collect();
    let ids: Vec<_> = offered.iter().map(|child| child.child).collect();
    let mut tried = use_signal(|| false);
    // Of another kind one may invite for other children; a single one needs no choice.
    use_hook(|| {
        chosen.with_mut(|chosen| {
            chosen.retain(|child| ids.contains(child));
            if let ([], [only]) = (chosen.as_slice(), ids.as_slice()) {
                chosen.push(*only);
            }
        });
    });
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !chosen.peek().is_empty() {
            // Guardians hold everything: there is nothing to choose.
            ongo.call(if kind == BondKind::Guardian { STEPS } else { 3 });
        }
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            fieldset { class: "checks",
                legend { class: "visually-hidden", {t!("invite-children")} }
                for child in offered {
                    Check {
                        key: "{child.child}",
                        checked: chosen.read().contains(&child.child),
                        testid: "invite-child",
                        name: child.first_name.clone(),
                        onchange: move |holds| {
                            let mut chosen = chosen.write();
                            chosen.retain(|id| *id != child.child);
                            if holds {
                                chosen.push(child.child);
                            }
                        },
                        "{child.first_name}"
                    }
                }
            }
            if tried() && chosen.read().is_empty() {
                Notice { kind: NoticeKind::Error, p { {t!("invite-children-missing")} } }
            }
            Turn { step: 2, ongo }
        }
    }
}

/// What who invites holds for all of the chosen children.
fn most_for(children: &[ChildPeopleView], chosen: &[ChildId]) -> Rights {
    children
        .iter()
        .filter(|child| chosen.contains(&child.child))
        .flat_map(|child| child.people.iter().filter(|bond| bond.you))
        .fold(Rights::ALL, |most, bond| most.both(bond.rights))
}

#[component]
fn What(draft: Draft, families: Vec<ChildPeopleView>, today: ServiceDay, ongo: EventHandler<u8>) -> Element {
    let here = use_here();
    let mut rights = draft.rights;
    let most = most_for(&families, &draft.children.read());
    use_hook(|| {
        let fitting = rights.peek().both(most);
        rights.set(fitting);
    });
    let mut tried = use_signal(|| false);
    let longest = today + chrono::Days::new(LONGEST_DELEGATION);
    let day_wrong = move |typed: &str| {
        !typed
            .parse::<ServiceDay>()
            .is_ok_and(|day| (today..=longest).contains(&day))
    };
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !rights.peek().any() {
            return;
        }
        if day_wrong(&draft.last_day.peek()) {
            here.focus("invite-last-day");
            return;
        }
        ongo.call(STEPS);
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            RightsChecks { rights: rights(), most, onchange: move |to| rights.set(to) }
            if tried() && !rights().any() {
                Notice { kind: NoticeKind::Error, p { {t!("invite-rights-missing")} } }
            }
            Field {
                id: "invite-last-day",
                label: t!("invite-last-day"),
                hint: t!("invite-day-hint", days = LONGEST_DELEGATION),
                value: draft.last_day,
                kind: "date",
                error: (tried() && day_wrong(&draft.last_day.read())).then(|| t!("invite-day-missing")),
                testid: "invite-last-day",
            }
            Turn { step: 3, ongo }
        }
    }
}

#[component]
fn Look(
    draft: Draft,
    families: Vec<ChildPeopleView>,
    ongo: EventHandler<u8>,
    ondone: EventHandler<InvitationView>,
) -> Element {
    let here = use_here();
    let acting = use_acting::<CreateInvitation>(move |made: InvitationView| {
        ondone.call(made);
        here.focus("invite-code");
    });
    let request = draft.request();
    let names: Vec<_> = families
        .iter()
        .filter(|child| request.children.contains(&child.child))
        .map(|child| child.first_name.clone())
        .collect();
    let guardian = request.kind == BondKind::Guardian;
    let mail = request.mail.clone();
    rsx! {
        div { class: "form",
            dl { class: "facts",
                Fact { name: t!("invite-fact-who"), {draft.name()} }
                Fact { name: t!("invite-fact-mail"), "{mail}" }
                Fact { name: t!("invite-fact-children"), {format::list(&names)} }
                Fact { name: t!("invite-fact-rights"),
                    if guardian {
                        {t!("invite-fact-all")}
                    } else {
                        {bonds::rights_words(request.rights)}
                    }
                }
                Fact { name: t!("invite-fact-until"),
                    match request.last_day {
                        Some(day) => format::long_day_of_year(day),
                        None => t!("invite-fact-forever"),
                    }
                }
            }
            p { {t!("invite-check-words", mail = mail)} }
            if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button {
                busy: acting.busy(),
                testid: "invite-send",
                onclick: move |()| acting.start(CreateInvitation {}, draft.request()),
                {t!("invite-act")}
            }
            Button {
                kind: ButtonKind::Link,
                testid: "invite-back",
                onclick: move |()| ongo.call(if guardian { 2 } else { 3 }),
                {t!("common-back")}
            }
            Asked { acting }
        }
    }
}

/// The code, once.
#[component]
fn Done(invitation: InvitationView, onanother: EventHandler<()>) -> Element {
    let name = invitation.name.as_str();
    let day = format::long_day(day_in_rome(invitation.expires_at));
    rsx! {
        div { class: "form",
            Notice { kind: NoticeKind::Good, title: t!("invite-done", name = name), testid: "invite-done",
                p { {t!("invite-done-next", name = name, day = day)} }
            }
            match invitation.code.clone() {
                Some(code) => rsx! {
                    h2 { id: "invite-code", tabindex: "-1", {t!("invite-done-title", name = name)} }
                    SpokenCode { code: code.0, testid: "invite-code" }
                    p { {t!("invite-done-words")} }
                },
                None => rsx! {
                    Notice { kind: NoticeKind::Warm, p { {t!("invite-done-lost")} } }
                },
            }
            LinkButton { to: Route::Profile {}, testid: "invite-done-back", {t!("invite-done-back")} }
            Button { kind: ButtonKind::Link, testid: "invite-another", onclick: move |()| onanother.call(()),
                {t!("invite-another")}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delegation_reaches_to_the_end_of_the_school_year() {
        let day = |text: &str| text.parse::<ServiceDay>().unwrap();
        assert_eq!(usual_last_day(day("2026-11-23")), day("2027-06-30"));
        assert_eq!(usual_last_day(day("2027-06-30")), day("2027-06-30"));
    }
}
