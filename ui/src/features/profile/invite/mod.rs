//! Invita qualcuno: who, which children, what and until when, a last look; then the code to tell by voice. One file a step.

mod done;
mod look;
mod what;
mod which;
mod who;

use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, EmptyState, LinkButton, Page, PhoneLink, Reading},
    platform::use_here,
    remote::use_fresh,
    route::Route,
    session::use_session,
    t,
};
use api::{
    NoQuery,
    invitations::{InvitationRequest, InvitationView},
    people::{ChildPeopleView, ListPeople},
};
use chrono::Datelike;
use dioxus::prelude::*;
use domain::{
    ChildId, ServiceDay,
    people::{BondKind, LONGEST_DELEGATION, Rights},
    time::day_in_rome,
};
use done::Done;
use look::Look;
use what::What;
use which::Which;
use who::Who;

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
