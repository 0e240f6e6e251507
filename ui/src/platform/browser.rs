//! In a browser: the portal is the page's own origin, the session is a cookie that this code cannot read.

use super::{
    Answer, Later, Place, Platform,
    page::{Page, page_half, window},
    push::{Keys, NotSubscribed, Notices},
    push_web, version,
};
use crate::portal;
use api::{
    CSRF_HEADER, Call, Endpoint, ErrorBody, ErrorCode, IDEMPOTENCY_KEY, NoQuery, Reply,
    logins::{BackTo, RedeemedLoginView, StartLogin, StartLoginRequest},
    notices::DocumentView,
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, SessionView, SignIn, SignInRequest, SignOut,
        SignOutEverywhere,
    },
};
use bridge::{KeychainView, PendingLoginView, StartLoginArgs, StatusView};
use domain::{IdempotencyKey, LoginId};
use js_sys::{Array, Promise};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, Response};

/// After so long without an answer the person is told that there is none.
const PATIENCE_MILLIS: i32 = 15_000;

/// In a browser.
pub struct Browser {
    page: Page,
    /// Read before the router writes the address anew, which leaves out what it does not know.
    outcome: RefCell<Option<String>>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            page: Page::default(),
            outcome: RefCell::new(Page::take_query("esito")),
        }
    }
}

impl Platform for Browser {
    fn place(&self) -> Place {
        Place::Browser
    }

    fn call(&self, call: Call) -> Answer<Reply> {
        Box::pin(async move { fetch(call).await.map_err(|_| portal::offline()) })
    }

    fn status(&self) -> Answer<StatusView> {
        let status = StatusView {
            portal: window().and_then(|w| w.location().origin().ok()),
            session: None,
            keychain: KeychainView::System,
            shares: false,
        };
        Box::pin(async { Ok(status) })
    }

    fn choose_portal(&self, _: String) -> Answer<StatusView> {
        self.status()
    }

    fn sign_in(&self, request: SignInRequest) -> Answer<SessionView> {
        send(SignIn {}, request)
    }

    fn choose_password(&self, request: ChoosePasswordRequest) -> Answer<SessionView> {
        send(ChoosePassword {}, request)
    }

    fn open_session(&self, call: Call) -> Answer<SessionView> {
        let reply = self.call(call);
        Box::pin(async move { reply.await?.read::<SignIn>() })
    }

    fn sign_out(&self, everywhere: bool) -> Answer<StatusView> {
        let status = self.status();
        Box::pin(async move {
            if everywhere {
                send(SignOutEverywhere {}, ()).await?;
            } else {
                send(SignOut {}, ()).await?;
            }
            status.await
        })
    }

    fn begin_login(&self, args: StartLoginArgs, back: String) -> Answer<Option<PendingLoginView>> {
        let begun = send(
            StartLogin {},
            StartLoginRequest {
                body: args.body,
                provider: args.provider,
                hint: args.hint,
                client: ClientKind::Browser,
                challenge: None,
                back: BackTo::Page { path: back },
                invitation: args.invitation,
                confirm: args.confirm,
            },
        );
        Box::pin(async move {
            let url = begun.await?.url;
            window()
                .filter(|_| url.starts_with("https://") || url.starts_with("http://127.0.0.1"))
                .and_then(|w| w.location().assign(&url).ok())
                .ok_or_else(portal::unreadable)?;
            Ok(None)
        })
    }

    fn pending_login(&self) -> Answer<Option<PendingLoginView>> {
        Box::pin(async { Ok(None) })
    }

    fn open_login(&self, _: LoginId) -> Answer<()> {
        Box::pin(async { Err(portal::unreadable()) })
    }

    fn await_login(&self, _: LoginId) -> Answer<RedeemedLoginView> {
        Box::pin(async { Err(portal::unreadable()) })
    }

    fn cancel_login(&self, _: LoginId) -> Answer<()> {
        Box::pin(async { Ok(()) })
    }

    fn outcome(&self) -> Option<String> {
        self.outcome.take()
    }

    fn open_checkout(&self, url: String) -> Answer<()> {
        Box::pin(async move {
            window()
                .filter(|_| url.starts_with("https://") || url.starts_with("http://127.0.0.1"))
                .and_then(|w| w.location().assign(&url).ok())
                .ok_or_else(|| ErrorBody::new(ErrorCode::PaymentUnavailable, "Non riesco ad aprire pagoPA."))
        })
    }

    fn keep_document(&self, document: DocumentView) -> Answer<String> {
        Box::pin(async move {
            Page::keep(&document)
                .map(|()| document.file_name)
                .ok_or_else(portal::unreadable)
        })
    }

    fn newer(&self) -> Later<()> {
        version::newer()
    }

    fn reload(&self) {
        version::reload();
    }

    fn notices(&self) -> Later<Notices> {
        push_web::notices()
    }

    fn subscribe(&self, key: String) -> Later<Result<Keys, NotSubscribed>> {
        push_web::subscribe(key)
    }

    fn unsubscribe(&self) -> Later<()> {
        push_web::unsubscribe()
    }

    fn can_share(&self) -> bool {
        Page::can_share()
    }

    fn share_document(&self, document: DocumentView) -> Later<bool> {
        Page::share(&document)
    }

    fn can_share_text(&self) -> bool {
        Page::can_share_text()
    }

    fn share_text(&self, text: &str) -> Later<bool> {
        Page::share_text(text)
    }

    page_half!();
}

fn send<E: Endpoint<Query = NoQuery> + 'static>(endpoint: E, request: E::Request) -> Answer<E::Response>
where
    E::Request: 'static,
{
    Box::pin(async move {
        let millis = u64::try_from(Page::now().timestamp_millis()).unwrap_or_default();
        let key = IdempotencyKey::from_parts(millis, Page::chance());
        let call =
            Call::new(&endpoint, &NoQuery {}, &request, Some(key)).map_err(|_| portal::unreadable())?;
        fetch(call).await.map_err(|_| portal::offline())?.read::<E>()
    })
}

/// Any failure here means that no answer came.
async fn fetch(call: Call) -> Result<Reply, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    headers.set(CSRF_HEADER, "1")?;
    if let Some(key) = call.key {
        headers.set(IDEMPOTENCY_KEY, &key.to_string())?;
    }
    let request = RequestInit::new();
    request.set_method(call.method.as_str());
    request.set_credentials(RequestCredentials::SameOrigin);
    request.set_cache(RequestCache::NoStore);
    if let Some(body) = call.body {
        headers.set("content-type", "application/json")?;
        request.set_body(&body.to_string().into());
    }
    request.set_headers(&headers);
    let abort = AbortController::new()?;
    request.set_signal(Some(&abort.signal()));
    let answer = window.fetch_with_str_and_init(&call.path, &request);
    let out_of_patience = Promise::new(&mut |_, reject| {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&reject, PATIENCE_MILLIS);
    });
    let whole = async move {
        let response: Response = JsFuture::from(answer).await?.dyn_into()?;
        let text = JsFuture::from(response.text()?).await?;
        Ok(Array::of2(&response.status().into(), &text).into())
    };
    let whole = wasm_bindgen_futures::future_to_promise(whole);
    let first = JsFuture::from(Promise::race(&Array::of2(&whole, &out_of_patience))).await;
    if first.is_err() {
        abort.abort();
    }
    let first: Array = first?.dyn_into()?;
    let text = first.get(1).as_string().unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript tells the status, 100 to 599, as a float"
    )]
    let status = first.get(0).as_f64().unwrap_or_default() as u16;
    Ok(Reply {
        status,
        body: serde_json::from_str(&text).unwrap_or_default(),
    })
}
