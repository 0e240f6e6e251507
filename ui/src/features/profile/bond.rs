//! Changing what a delegate may do and until when, or ending it. A delegate may leave by themselves.

use crate::{
    acting::{Asked, use_acting},
    bonds::RightsChecks,
    clock::use_clock,
    components::{Button, ButtonKind, Field, Notice, NoticeKind, Sheet, use_announcer},
    explain,
    platform::use_here,
    remote::Source,
    session::use_session,
    t,
};
use api::{
    ErrorCode,
    people::{BondView, ChangeBond, ChangeBondRequest, ChildPeopleView, EndBond},
};
use dioxus::{core::spawn_forever, prelude::*};
use domain::{ChildId, ServiceDay, people::Rights};

/// The sheet. `child` and `bond` are as they were when it was opened.
#[component]
pub fn ChangeBondSheet(
    child: ChildPeopleView,
    bond: BondView,
    today: ServiceDay,
    source: Source<Vec<ChildPeopleView>>,
    onclose: EventHandler<()>,
) -> Element {
    let mut ending = use_signal(|| !bond.may_change);
    let name = bond.name.clone();
    let title = if bond.you {
        t!("people-leave-title", child = child.first_name.as_str())
    } else if ending() {
        t!(
            "people-end-title",
            name = name.as_str(),
            child = child.first_name.as_str()
        )
    } else {
        t!(
            "people-change-title",
            name = name.as_str(),
            child = child.first_name.as_str()
        )
    };
    rsx! {
        Sheet { id: "bond-sheet", title, onclose,
            if ending() {
                End { child, bond, source, onclose }
            } else {
                Change { child, bond, today, source, onclose, onend: move |()| ending.set(true) }
            }
        }
    }
}

/// What this person may give away: what they hold themselves.
fn most_of(child: &ChildPeopleView) -> Rights {
    child
        .people
        .iter()
        .find(|bond| bond.you)
        .map_or(Rights::ALL, |bond| bond.rights)
}

#[component]
fn Change(
    child: ChildPeopleView,
    bond: BondView,
    today: ServiceDay,
    source: Source<Vec<ChildPeopleView>>,
    onclose: EventHandler<()>,
    onend: EventHandler<()>,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut rights = use_signal(|| bond.rights);
    let last_day = use_signal(|| bond.last_day.map(|day| day.to_string()).unwrap_or_default());
    let mut wrong = use_signal(|| None::<String>);
    let (id, person, name) = (child.child, bond.person, bond.name.clone());
    let about = t!(
        "people-about-change",
        name = name.as_str(),
        child = child.first_name.as_str()
    );
    let acting = use_acting::<ChangeBond>({
        let name = name.clone();
        move |changed: BondView| {
            source.amend(|children| put(children, id, &changed));
            source.reload();
            announcer.say(t!("people-changed", name = name.as_str()));
            onclose.call(());
            here.focus("people");
        }
    });
    let save = move |event: FormEvent| {
        event.prevent_default();
        wrong.set(None);
        match last_day.peek().parse::<ServiceDay>() {
            Ok(day) if day >= today => {
                let request = ChangeBondRequest {
                    rights: rights(),
                    last_day: Some(day),
                };
                acting.start(ChangeBond { child: id, person }, request);
            }
            _ => wrong.set(Some(t!("invite-day-missing"))),
        }
    };
    rsx! {
        form { class: "form sheet-form", novalidate: true, "data-testid": "bond-form", onsubmit: save,
            RightsChecks { rights: rights(), most: most_of(&child), onchange: move |to| rights.set(to) }
            Field {
                id: "bond-last-day",
                label: t!("invite-last-day"),
                value: last_day,
                kind: "date",
                error: wrong(),
                testid: "bond-last-day",
            }
            if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button { submit: true, busy: acting.busy(), testid: "bond-save", {t!("people-save")} }
        }
        if bond.may_end {
            Button { kind: ButtonKind::Outline, testid: "bond-end", onclick: move |()| onend.call(()),
                {t!("people-end", name = name)}
            }
        }
        Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
        Asked { acting, about }
    }
}

/// Puts what the portal answered into what is shown.
fn put(children: &mut [ChildPeopleView], child: ChildId, changed: &BondView) {
    let people = children
        .iter_mut()
        .filter(|of| of.child == child)
        .flat_map(|of| of.people.iter_mut());
    for bond in people.filter(|bond| bond.person == changed.person) {
        bond.clone_from(changed);
    }
}

#[component]
fn End(
    child: ChildPeopleView,
    bond: BondView,
    source: Source<Vec<ChildPeopleView>>,
    onclose: EventHandler<()>,
) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let announcer = use_announcer();
    let (id, person, you, name) = (child.child, bond.person, bond.you, bond.name.clone());
    let gone = use_callback({
        let name = name.clone();
        let (here, child) = (here.clone(), child.first_name.clone());
        move |()| {
            source.amend(|children| {
                for of in children.iter_mut().filter(|of| of.child == id) {
                    of.people.retain(|bond| bond.person != person);
                }
                if you {
                    children.retain(|of| of.child != id);
                }
            });
            source.reload();
            if you {
                announcer.say(t!("people-left", child = child.as_str()));
                let here = here.clone();
                // The children of this person are fewer now, everywhere.
                spawn_forever(async move { session.refresh(&here, clock).await });
            } else {
                announcer.say(t!("people-ended", name = name.as_str(), child = child.as_str()));
            }
            onclose.call(());
            here.focus("people");
        }
    });
    let about = if you {
        t!("people-about-leave", child = child.first_name.as_str())
    } else {
        t!(
            "people-about-end",
            name = name.as_str(),
            child = child.first_name.as_str()
        )
    };
    let acting = use_acting::<EndBond>(move |()| gone.call(()));
    // Somebody was faster: what is not there any more has ended too.
    let not_there = acting.error().is_some_and(|why| why.code == ErrorCode::NotFound);
    use_effect(use_reactive((&not_there,), move |(not_there,)| {
        if not_there {
            gone.call(());
        }
    }));
    rsx! {
        p {
            if you {
                {t!("people-leave-words", child = child.first_name.as_str())}
            } else {
                {t!("people-end-words", name = name.as_str(), child = child.first_name.as_str())}
            }
        }
        if let Some(why) = acting.error() {
            Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
        }
        Button { busy: acting.busy(), testid: "bond-end-confirm", onclick: move |()| acting.start(EndBond { child: id, person }, ()),
            if you {
                {t!("people-leave-act")}
            } else {
                {t!("people-end-act")}
            }
        }
        Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
        Asked { acting, about }
    }
}
