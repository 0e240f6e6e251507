//! What is chosen, saved when the person says so.

use super::{
    preview::Preview,
    quiet::{Hours, Quiet},
    topics::Topics,
};
use crate::{
    acting::use_acting,
    components::{Button, Icon, Notice, NoticeKind, Picture, use_announcer},
    explain,
    platform::use_here,
    remote::Source,
    t,
};
use api::preferences::{PreferencesView, SetPreferences};
use dioxus::prelude::*;
use domain::telling::Preferences;

/// The form.
#[component]
pub(super) fn Choices(
    view: PreferencesView,
    on_a_computer: bool,
    source: Source<PreferencesView>,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut draft = use_signal(|| view.choices);
    let mut hours = use_signal(|| Hours::of(view.choices.quiet));
    let mut wrong = use_signal(|| false);
    let mut saved = use_signal(|| false);
    let acting = use_acting::<SetPreferences>(move |view: PreferencesView| {
        source.amend(|shown| *shown = view);
        saved.set(true);
        announcer.say(t!("preferences-saved"));
    });
    // Changed here a moment ago, or on another device: what was chosen last is what stands here.
    use_effect(use_reactive((&view.choices,), move |(choices,)| {
        draft.set(choices);
        hours.set(Hours::of(choices.quiet));
        wrong.set(false);
    }));
    let changed = use_callback(move |()| {
        saved.set(false);
        acting.clear();
    });
    let kept = Hours::of(view.choices.quiet).read();
    let open = draft()
        != Preferences {
            quiet: draft().quiet,
            ..view.choices
        }
        || hours.read().read() != kept;
    let submit = move |event: FormEvent| {
        event.prevent_default();
        let Some(quiet) = hours.peek().read() else {
            wrong.set(true);
            here.focus("quiet-from");
            return;
        };
        wrong.set(false);
        saved.set(false);
        acting.start(SetPreferences {}, Preferences { quiet, ..draft() });
    };
    rsx! {
        form { class: "preferences", novalidate: true, "data-testid": "preferences-form", onsubmit: submit,
            Topics {
                view,
                on_a_computer,
                choices: draft(),
                onchange: move |choices| {
                    draft.set(choices);
                    changed.call(());
                },
            }
            Quiet {
                hours: hours(),
                wrong: wrong(),
                onchange: move |to| {
                    hours.set(to);
                    wrong.set(false);
                    changed.call(());
                },
            }
            Preview {
                shown: draft().preview,
                onchange: move |preview| {
                    draft.write().preview = preview;
                    changed.call(());
                },
            }
            div { class: "preferences-save",
                if let Some(why) = acting.error() {
                    Notice { kind: NoticeKind::Error, title: t!("preferences-not-saved"),
                        p { {explain::error(&why)} }
                    }
                } else if saved() && !open {
                    p { class: "saved eats", "data-testid": "preferences-saved",
                        Icon { picture: Picture::Check }
                        span { {t!("preferences-saved")} }
                    }
                } else if open {
                    p { class: "soft", "data-testid": "preferences-open-edits", {t!("preferences-to-save")} }
                }
                Button { submit: true, busy: acting.busy(), testid: "preferences-save", {t!("preferences-save")} }
            }
        }
    }
}
