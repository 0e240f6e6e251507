//! I tuoi contatti: where messages go and what recovers a password; each counts once a code came back from it.

use crate::{
    acting::{Asked, use_acting},
    components::{
        Button, ButtonKind, Card, Chip, Chips, CodeField, Field, Icon, Notice, NoticeKind, Picture, Reading,
        Sheet, code_wrong, digits, use_announcer,
    },
    explain, format,
    platform::use_here,
    remote::{Source, use_source, use_wake},
    t,
};
use api::{
    ErrorCode, NoQuery,
    contacts::{
        AddContact, AddContactRequest, ContactView, ListContacts, RemoveContact, VerifyContact,
        VerifyContactRequest,
    },
    sessions::Secret,
};
use dioxus::prelude::*;
use domain::contact::{Contact, ContactKind};

/// What is being done with contacts.
#[derive(Debug, Clone, PartialEq)]
enum Doing {
    Adding,
    Verifying(ContactView),
    Removing(ContactView),
}

/// The contacts.
#[component]
pub fn Contacts() -> Element {
    let source = use_source(ListContacts {}, NoQuery {});
    use_wake(move || source.reload());
    let mut doing = use_signal(|| None::<Doing>);
    let close = move |()| doing.set(None);
    rsx! {
        Card { labelled_by: "contacts".to_owned(), testid: "contacts",
            h2 { id: "contacts", tabindex: "-1", {t!("contacts-title")} }
            Reading { source, skeleton: 1, brief: true, ready: move |contacts: Vec<ContactView>| rsx! {
                p { class: "soft", {t!("contacts-hint")} }
                if !contacts.iter().any(|contact| contact.verified) {
                    Notice { kind: NoticeKind::Warm, testid: "contacts-none", p { {t!("contacts-none")} } }
                }
                if !contacts.is_empty() {
                    ul { class: "people",
                        for contact in contacts {
                            Row { key: "{contact.id}", contact, ondo: move |what| doing.set(Some(what)) }
                        }
                    }
                }
            } }
            Button { kind: ButtonKind::Outline, testid: "contact-add", onclick: move |()| doing.set(Some(Doing::Adding)),
                {t!("contacts-add")}
            }
        }
        match doing() {
            None => rsx! {},
            Some(Doing::Adding) => rsx! {
                Add { source, onclose: close, onadded: move |contact| doing.set(Some(Doing::Verifying(contact))) }
            },
            Some(Doing::Verifying(contact)) => rsx! {
                Verify { key: "{contact.id}", contact, source, onclose: close }
            },
            Some(Doing::Removing(contact)) => rsx! {
                Remove { key: "{contact.id}", contact, source, onclose: close }
            },
        }
    }
}

#[component]
fn Row(contact: ContactView, ondo: EventHandler<Doing>) -> Element {
    let value = contact.value.as_str();
    let (verifying, removing) = (contact.clone(), contact.clone());
    rsx! {
        li { class: "person", "data-testid": "contact", "data-verified": "{contact.verified}",
            p { class: "person-name",
                Icon { picture: picture(contact.kind) }
                "{value}"
            }
            if contact.verified {
                p { class: "contact-state eats",
                    Icon { picture: Picture::Check }
                    {t!("contacts-verified")}
                }
            } else {
                p { class: "contact-state does-not-eat",
                    Icon { picture: Picture::Warning }
                    {t!("contacts-unverified")}
                }
                if contact.proposed_by_office {
                    p { class: "soft", {t!("contacts-proposed")} }
                }
            }
            div { class: "person-acts",
                if !contact.verified {
                    button {
                        class: "btn btn-link act person-act",
                        r#type: "button",
                        "data-testid": "contact-verify",
                        "aria-label": t!("contacts-verify-of", contact = value),
                        onclick: move |_| ondo.call(Doing::Verifying(verifying.clone())),
                        {t!("contacts-verify")}
                    }
                }
                // What the office wrote down is the office's to take out.
                if contact.verified || !contact.proposed_by_office {
                    button {
                        class: "btn btn-link act person-act",
                        r#type: "button",
                        "data-testid": "contact-remove",
                        "aria-label": t!("contacts-remove-of", contact = value),
                        onclick: move |_| ondo.call(Doing::Removing(removing.clone())),
                        {t!("contacts-remove")}
                    }
                }
            }
        }
    }
}

fn picture(kind: ContactKind) -> Picture {
    match kind {
        ContactKind::Mail => Picture::Mail,
        ContactKind::Phone => Picture::Phone,
    }
}

/// Puts what the portal answered into what is shown.
fn put(source: Source<Vec<ContactView>>, contact: &ContactView) {
    source.amend(|all| match all.iter_mut().find(|one| one.id == contact.id) {
        Some(one) => one.clone_from(contact),
        None => all.push(contact.clone()),
    });
    source.reload();
}

#[component]
fn Add(
    source: Source<Vec<ContactView>>,
    onclose: EventHandler<()>,
    onadded: EventHandler<ContactView>,
) -> Element {
    let here = use_here();
    let mut kind = use_signal(|| ContactKind::Mail);
    let value = use_signal(String::new);
    let mut wrong = use_signal(|| None::<String>);
    let acting = use_acting::<AddContact>(move |contact: ContactView| {
        put(source, &contact);
        if contact.verified {
            onclose.call(());
        } else {
            onadded.call(contact);
        }
    });
    let kinds = vec![
        Chip {
            value: ContactKind::Mail,
            label: t!("contacts-mail"),
        },
        Chip {
            value: ContactKind::Phone,
            label: t!("contacts-phone"),
        },
    ];
    let submit = move |event: FormEvent| {
        event.prevent_default();
        let (kind, typed) = (kind(), value.peek().trim().to_owned());
        wrong.set(Contact::parse(kind, &typed).err().map(|_| invalid(kind)));
        if wrong.peek().is_some() {
            here.focus("contact-value");
            return;
        }
        acting.start(AddContact {}, AddContactRequest { kind, value: typed });
    };
    // What the portal says of the value stands at its field.
    let (at_field, other) = match acting.error() {
        Some(why) if why.code == ErrorCode::ContactInvalid => (Some(explain::error(&why)), None),
        other => (wrong(), other),
    };
    rsx! {
        Sheet { id: "contact-sheet", title: t!("contacts-add"), onclose,
            form { class: "form sheet-form", novalidate: true, "data-testid": "contact-form", onsubmit: submit,
                Chips {
                    label: t!("contacts-kind"),
                    chips: kinds,
                    chosen: Some(kind()),
                    testid: "contact-kind",
                    onchoose: move |to| {
                        kind.set(to);
                        wrong.set(None);
                        acting.clear();
                    },
                }
                match kind() {
                    ContactKind::Mail => rsx! {
                        Field {
                            id: "contact-value",
                            label: t!("contacts-mail-value"),
                            value,
                            error: at_field,
                            kind: "email",
                            inputmode: "email",
                            autocomplete: "email",
                            code: true,
                            testid: "contact-value",
                        }
                    },
                    ContactKind::Phone => rsx! {
                        Field {
                            id: "contact-value",
                            label: t!("contacts-phone-value"),
                            value,
                            error: at_field,
                            kind: "tel",
                            inputmode: "tel",
                            autocomplete: "tel",
                            testid: "contact-value",
                        }
                    },
                }
                if let Some(why) = other {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
                Button { submit: true, busy: acting.busy(), testid: "contact-save", {t!("contacts-add-act")} }
                Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
            }
            Asked { acting, about: t!("contacts-about-add", contact = value.read().trim()) }
        }
    }
}

fn invalid(kind: ContactKind) -> String {
    match kind {
        ContactKind::Mail => t!("error-mail-invalid"),
        ContactKind::Phone => t!("error-phone-invalid"),
    }
}

/// Takes the code. One that was not sent yet, or is over, is sent first.
#[component]
fn Verify(contact: ContactView, source: Source<Vec<ContactView>>, onclose: EventHandler<()>) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let code = use_signal(String::new);
    let mut wrong = use_signal(|| None::<String>);
    let mut until = use_signal(|| contact.code_until);
    // What the office proposed is no contact of its own before a code is asked for: then it gets another id.
    let mut id = use_signal(|| contact.id);
    let (value, kind) = (contact.value.clone(), contact.kind);
    let acting = use_acting::<VerifyContact>({
        let (here, value) = (here.clone(), value.clone());
        move |verified: ContactView| {
            put(source, &verified);
            announcer.say(t!("contacts-done", contact = value.as_str()));
            onclose.call(());
            here.focus("contacts");
        }
    });
    let sending = use_acting::<AddContact>({
        let here = here.clone();
        move |told: ContactView| {
            put(source, &told);
            id.set(told.id);
            until.set(told.code_until);
            acting.clear();
            here.focus("contact-code");
        }
    });
    let again = {
        let value = value.clone();
        use_callback(move |()| {
            let value = value.clone();
            sending.start(AddContact {}, AddContactRequest { kind, value });
        })
    };
    let ended = acting
        .error()
        .is_some_and(|why| why.code == ErrorCode::ContactCodeEnded);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        wrong.set(code_wrong(&code.peek()));
        if wrong.peek().is_some() {
            here.focus("contact-code");
            return;
        }
        let code = Secret(digits(&code.peek()));
        let contact = *id.peek();
        acting.start(VerifyContact { contact }, VerifyContactRequest { code });
    };
    let (at_field, other) = match acting.error() {
        Some(why) if why.code == ErrorCode::ContactCodeWrong => (Some(explain::error(&why)), None),
        other => (wrong(), other),
    };
    let title = t!("contacts-verify-title", contact = value.as_str());
    rsx! {
        Sheet { id: "verify-sheet", title, onclose,
            if let Some(why) = sending.error().or(other) {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            if let Some(at) = until().filter(|_| !ended) {
                form { class: "form sheet-form", novalidate: true, "data-testid": "verify-form", onsubmit: submit,
                    p {
                        match kind {
                            ContactKind::Mail => t!("contacts-sent-mail", at = format::at_time(at)),
                            ContactKind::Phone => t!("contacts-sent-sms", at = format::at_time(at)),
                        }
                    }
                    CodeField {
                        id: "contact-code",
                        label: t!("contacts-code"),
                        value: code,
                        error: at_field,
                        testid: "contact-code",
                    }
                    Button { submit: true, busy: acting.busy(), testid: "contact-code-act", {t!("contacts-verify")} }
                }
                Button { kind: ButtonKind::Link, busy: sending.busy(), testid: "contact-send", onclick: move |()| again.call(()),
                    {t!("contacts-send-again")}
                }
            } else {
                p {
                    match kind {
                        ContactKind::Mail => t!("contacts-will-mail"),
                        ContactKind::Phone => t!("contacts-will-sms"),
                    }
                }
                Button { busy: sending.busy(), testid: "contact-send", onclick: move |()| again.call(()),
                    {t!("contacts-send")}
                }
            }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("contacts-later")} }
            Asked { acting: sending, about: t!("contacts-about-add", contact = value.as_str()) }
        }
    }
}

#[component]
fn Remove(contact: ContactView, source: Source<Vec<ContactView>>, onclose: EventHandler<()>) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let (id, value) = (contact.id, contact.value.clone());
    let gone = use_callback({
        let value = value.clone();
        move |()| {
            source.amend(|all| all.retain(|one| one.id != id));
            source.reload();
            announcer.say(t!("contacts-removed", contact = value.as_str()));
            onclose.call(());
            here.focus("contacts");
        }
    });
    let acting = use_acting::<RemoveContact>(move |()| gone.call(()));
    let not_there = acting.error().is_some_and(|why| why.code == ErrorCode::NotFound);
    use_effect(use_reactive((&not_there,), move |(not_there,)| {
        if not_there {
            gone.call(());
        }
    }));
    rsx! {
        Sheet { id: "remove-sheet", title: t!("contacts-remove-title", contact = value.as_str()), onclose,
            p { {t!("contacts-remove-words")} }
            if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button {
                busy: acting.busy(),
                testid: "contact-remove-confirm",
                onclick: move |()| acting.start(RemoveContact { contact: id }, ()),
                {t!("contacts-remove")}
            }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
            Asked { acting, about: t!("contacts-about-remove", contact = value.as_str()) }
        }
    }
}
