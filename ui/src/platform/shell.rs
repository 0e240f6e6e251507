//! In the shell: every call goes over the bridge, and no token is ever seen here.

use super::{
    Answer, Later, Place, Platform,
    page::{Page, page_half, window},
};
use crate::portal;
use api::{
    Call, ErrorBody, Reply,
    logins::RedeemedLoginView,
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, SessionView, SignInRequest},
};
use bridge::{
    BackgroundView, ChoosePortalArgs, Command, LinkView, LockView, LoginArgs, OpenCheckoutArgs,
    PendingLoginView, SetBackgroundArgs, SetLockArgs, ShareTextArgs, SignOutArgs, StartLoginArgs, StatusView,
    UnlockedView,
};
use domain::LoginId;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use serde::de::DeserializeOwned;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// In the shell's window.
#[derive(Default)]
pub struct Shell {
    page: Page,
    /// Whether the shell hands things to other apps, as far as it said so by now.
    shares: Rc<Cell<bool>>,
}

/// Whether this page is the shell's.
pub fn is_here() -> bool {
    invoke_function().is_some()
}

fn invoke_function() -> Option<(JsValue, Function)> {
    let window: JsValue = window()?.into();
    let tauri = Reflect::get(&window, &"__TAURI__".into()).ok()?;
    let core = Reflect::get(&tauri, &"core".into()).ok()?;
    let invoke = Reflect::get(&core, &"invoke".into()).ok()?.dyn_into().ok()?;
    Some((core, invoke))
}

/// Gives a command to the shell.
fn invoke<C: Command + 'static>(args: C::Args) -> Answer<C::Reply>
where
    C::Args: 'static,
    C::Reply: 'static,
{
    Box::pin(async move {
        let args = serde_json::to_string(&args).map_err(|_| portal::unreadable())?;
        let told = ask(C::NAME, &args).await;
        let (text, good) = match &told {
            Ok(value) => (value, true),
            Err(value) => (value, false),
        };
        let text = JSON::stringify(text).map(String::from).unwrap_or_default();
        if good {
            // A command without an answer says `undefined`, which is no JSON.
            let text = if text == "undefined" { "null" } else { &text };
            read(text).ok_or_else(portal::unreadable)
        } else {
            Err(read::<ErrorBody>(&text).unwrap_or_else(portal::unreadable))
        }
    })
}

/// Reads by way of a value, as the portal's answers are read: one reader in the program instead of two.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::from_str(text).ok()?).ok()
}

async fn ask(name: &str, args: &str) -> Result<JsValue, JsValue> {
    let (core, invoke) = invoke_function().ok_or(JsValue::NULL)?;
    let named = Object::new();
    Reflect::set(&named, &"args".into(), &JSON::parse(args)?)?;
    let promise: Promise = invoke.call2(&core, &name.into(), &named)?.dyn_into()?;
    JsFuture::from(promise).await
}

impl Platform for Shell {
    fn place(&self) -> Place {
        Place::Shell
    }

    fn call(&self, call: Call) -> Answer<Reply> {
        invoke::<bridge::CallPortal>(call)
    }

    fn status(&self) -> Answer<StatusView> {
        let (told, shares) = (invoke::<bridge::ShellStatus>(()), self.shares.clone());
        Box::pin(async move {
            let status = told.await?;
            shares.set(status.shares);
            Ok(status)
        })
    }

    fn choose_portal(&self, address: String) -> Answer<StatusView> {
        invoke::<bridge::ChoosePortal>(ChoosePortalArgs { address })
    }

    fn sign_in(&self, request: SignInRequest) -> Answer<SessionView> {
        invoke::<bridge::SignIn>(request)
    }

    fn choose_password(&self, request: ChoosePasswordRequest) -> Answer<SessionView> {
        invoke::<bridge::ChoosePassword>(request)
    }

    fn open_session(&self, call: Call) -> Answer<SessionView> {
        invoke::<bridge::OpenSession>(call)
    }

    fn sign_out(&self, everywhere: bool) -> Answer<StatusView> {
        invoke::<bridge::SignOut>(SignOutArgs { everywhere })
    }

    fn begin_login(&self, args: StartLoginArgs, _: String) -> Answer<Option<PendingLoginView>> {
        let begun = invoke::<bridge::StartLogin>(args);
        Box::pin(async move { begun.await.map(Some) })
    }

    fn pending_login(&self) -> Answer<Option<PendingLoginView>> {
        invoke::<bridge::PendingLogin>(())
    }

    fn open_login(&self, login: LoginId) -> Answer<()> {
        invoke::<bridge::OpenLogin>(LoginArgs { login })
    }

    fn await_login(&self, login: LoginId) -> Answer<RedeemedLoginView> {
        invoke::<bridge::AwaitLogin>(LoginArgs { login })
    }

    fn cancel_login(&self, login: LoginId) -> Answer<()> {
        invoke::<bridge::CancelLogin>(LoginArgs { login })
    }

    fn outcome(&self) -> Option<String> {
        None
    }

    fn open_checkout(&self, url: String) -> Answer<()> {
        invoke::<bridge::OpenCheckout>(OpenCheckoutArgs { url })
    }

    fn keep_document(&self, document: DocumentView) -> Answer<String> {
        let saved = invoke::<bridge::SaveDocument>(document);
        Box::pin(async move { Ok(saved.await?.file_name) })
    }

    fn can_share(&self) -> bool {
        self.shares.get() || Page::can_share()
    }

    fn share_document(&self, document: DocumentView) -> Later<bool> {
        if !self.shares.get() {
            return Page::share(&document);
        }
        let shared = invoke::<bridge::ShareDocument>(document);
        Box::pin(async move { shared.await.unwrap_or(false) })
    }

    fn can_share_text(&self) -> bool {
        self.shares.get() || Page::can_share_text()
    }

    fn share_text(&self, text: &str) -> Later<bool> {
        if !self.shares.get() {
            return Page::share_text(text);
        }
        let shared = invoke::<bridge::ShareText>(ShareTextArgs {
            text: text.to_owned(),
        });
        Box::pin(async move { shared.await.unwrap_or(false) })
    }

    fn lock_status(&self) -> Answer<LockView> {
        invoke::<bridge::LockStatus>(())
    }

    fn set_lock(&self, on: bool) -> Answer<UnlockedView> {
        invoke::<bridge::SetLock>(SetLockArgs { on })
    }

    fn unlock(&self) -> Answer<UnlockedView> {
        invoke::<bridge::Unlock>(())
    }

    fn cover(&self, covered: bool) {
        Page::cover(covered);
    }

    fn await_link(&self) -> Answer<Option<LinkView>> {
        invoke::<bridge::AwaitLink>(())
    }

    fn background(&self) -> Answer<BackgroundView> {
        invoke::<bridge::BackgroundStatus>(())
    }

    fn set_background(&self, wish: SetBackgroundArgs) -> Answer<BackgroundView> {
        invoke::<bridge::SetBackground>(wish)
    }

    page_half!();
}
