//! It was sent: the code that is told by voice.

use crate::{
    components::{Button, ButtonKind, LinkButton, Notice, NoticeKind, SpokenCode},
    format,
    route::Route,
    t,
};
use api::invitations::InvitationView;
use dioxus::prelude::*;
use domain::time::day_in_rome;

/// The code, once.
#[component]
pub(super) fn Done(invitation: InvitationView, onanother: EventHandler<()>) -> Element {
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
