//! A session that renews itself, once, however many calls want it at the same time.
//!
//! A refresh token is good for one use; the portal ends the whole session when it sees one again. So there is
//! one lock around the tokens, a new refresh token is kept before anything is done with it, and a renewal whose
//! answer got lost is not repeated blindly.

use crate::{Client, Transport, http::keyed, words};
use api::{
    Access, Call, Endpoint as _, ErrorBody, ErrorCode, NoQuery, Reply,
    logins::{LoginView, RedeemLogin, RedeemLoginRequest, RedeemedLoginView, StartLogin, StartLoginRequest},
    recoveries::{FinishRecovery, StartRecovery},
    sessions::{
        ChoosePassword, ChoosePasswordRequest, RefreshRequest, RefreshSession, Secret, SessionView, SignIn,
        SignInRequest, SignOut, SignOutEverywhere, TokensView,
    },
};
use domain::{Instant, LoginId};
use std::{fmt, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time};

/// Where the wall clock is read. Only a hint: the portal decides what has expired.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Access tokens are renewed this long before they end.
const EARLY: Duration = Duration::from_secs(30);
/// A token whose life seems shorter or longer than these was dated by another clock than this machine's.
const PLAUSIBLE: std::ops::Range<Duration> = Duration::from_mins(2)..Duration::from_hours(24);

/// Keeps a session beyond the life of the program. Errors are the keeper's own affair: a session goes on also
/// where nothing can keep it.
#[async_trait::async_trait]
pub trait TokenStore: Send + Sync {
    /// Keeps this refresh token instead of any other, before it is used. `view` holds no token.
    async fn keep(&self, refresh: &Secret, view: &SessionView);
    /// Forgets what was kept, but not the device's own token.
    async fn forget(&self);
    /// The token by which the portal knows this device again, where it gave one. It opens nothing.
    async fn device(&self) -> Option<Secret> {
        None
    }
    /// Keeps the device's token beyond the session.
    async fn keep_device(&self, _token: &Secret) {}
}

/// What the session holds. Its `Debug` shows no token.
#[derive(Debug)]
struct Tokens {
    refresh: Secret,
    access: Option<Fresh>,
    view: SessionView,
}

#[derive(Debug, Clone)]
struct Fresh {
    token: Secret,
    renew_at: Option<time::Instant>,
}

/// A person's session with one portal.
pub struct Session {
    client: Client,
    store: Arc<dyn TokenStore>,
    clock: Clock,
    tokens: Mutex<Option<Tokens>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("portal", self.client.portal())
            .finish_non_exhaustive()
    }
}

impl Session {
    /// No session yet.
    pub fn new(client: Client, store: Arc<dyn TokenStore>, clock: Clock) -> Self {
        Self {
            client,
            store,
            clock,
            tokens: Mutex::new(None),
        }
    }

    /// A session that was kept; the first call renews it.
    pub fn resume(
        client: Client,
        store: Arc<dyn TokenStore>,
        clock: Clock,
        refresh: Secret,
        view: SessionView,
    ) -> Self {
        Self {
            tokens: Mutex::new(Some(Tokens {
                refresh,
                access: None,
                view,
            })),
            ..Self::new(client, store, clock)
        }
    }

    /// The client without the session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the session opens, where there is one; without tokens.
    pub async fn view(&self) -> Option<SessionView> {
        self.tokens
            .lock()
            .await
            .as_ref()
            .map(|tokens| tokens.view.clone())
    }

    /// Opens a session and keeps it. The answer holds no token.
    pub async fn sign_in(&self, request: &SignInRequest) -> Result<SessionView, ErrorBody> {
        let mut tokens = self.tokens.lock().await;
        let mut request = request.clone();
        if request.device.is_none() {
            request.device = self.store.device().await;
        }
        let view = self.client.send(&SignIn {}, &NoQuery {}, &request, None).await?;
        self.adopt(&mut tokens, view).await
    }

    /// Makes a call that opens a session ([`crate::opens_session`]) and keeps it instead of any other. The answer holds
    /// no token.
    pub async fn open(&self, call: Call) -> Result<SessionView, ErrorBody> {
        let call = keyed(self.with_device(call).await)?;
        let mut tokens = self.tokens.lock().await;
        let view = self.client.send_call(call, None).await?.read::<SignIn>()?;
        self.adopt(&mut tokens, view).await
    }

    /// Begins a login by SPID or CIE. One that only confirms goes with the session's token, any other without.
    pub async fn start_login(&self, request: &StartLoginRequest) -> Result<LoginView, ErrorBody> {
        if !request.confirm {
            return self.client.send(&StartLogin {}, &NoQuery {}, request, None).await;
        }
        let call = Call::new(&StartLogin {}, &NoQuery {}, request, None).map_err(|_| words::unreadable())?;
        self.send_with_token(call).await?.read::<StartLogin>()
    }

    /// Asks what became of a login; a session that it opened is kept instead of any other. The answer holds no
    /// token.
    pub async fn redeem_login(
        &self,
        login: LoginId,
        request: &RedeemLoginRequest,
    ) -> Result<RedeemedLoginView, ErrorBody> {
        let mut tokens = self.tokens.lock().await;
        let mut view = self
            .client
            .send(&RedeemLogin { login }, &NoQuery {}, request, None)
            .await?;
        if let Some(session) = view.session.take() {
            view.session = Some(self.adopt(&mut tokens, session).await?);
        }
        Ok(view)
    }

    /// Replaces the password, and the tokens with it. The answer holds no token.
    pub async fn choose_password(&self, request: &ChoosePasswordRequest) -> Result<SessionView, ErrorBody> {
        let call =
            Call::new(&ChoosePassword {}, &NoQuery {}, request, None).map_err(|_| words::unreadable())?;
        let call = keyed(call)?;
        // The lock is held throughout: a renewal meanwhile would be of a session that is about to end.
        let mut tokens = self.tokens.lock().await;
        let token = self.access(&mut tokens, None).await?;
        let mut reply = self.client.send_call(call.clone(), Some(&token)).await?;
        if is_stale(&reply) {
            let token = self.access(&mut tokens, Some(&token)).await?;
            reply = self.client.send_call(call, Some(&token)).await?;
        }
        let view = reply.read::<ChoosePassword>()?;
        self.adopt(&mut tokens, view).await
    }

    /// Ends the session. What was kept is forgotten in any case; an error tells that the portal could not be
    /// told, and that the session ends there by itself in time.
    pub async fn sign_out(&self, everywhere: bool) -> Result<(), ErrorBody> {
        let told = if everywhere {
            self.send(&SignOutEverywhere {}, &NoQuery {}, &(), None).await
        } else {
            self.send(&SignOut {}, &NoQuery {}, &(), None).await
        };
        *self.tokens.lock().await = None;
        self.store.forget().await;
        match told {
            Err(error) if error.code != ErrorCode::Unauthenticated => Err(error),
            _ => Ok(()),
        }
    }

    /// Calls with the session's token. Where there is no session, or the operation needs none, calls without.
    pub async fn send_call(&self, call: Call) -> Result<Reply, ErrorBody> {
        let public = api::operations()
            .iter()
            .any(|operation| operation.id == call.operation && operation.access == Access::Public);
        if public || self.tokens.lock().await.is_none() {
            let call = self.with_device(call).await;
            return self.client.send_call(call, None).await;
        }
        self.send_with_token(call).await
    }

    /// The call with what this device is known by, where it is about a lost password: the interface has no such token.
    async fn with_device(&self, mut call: Call) -> Call {
        let asks = [StartRecovery::OPERATION, FinishRecovery::OPERATION];
        if asks.contains(&call.operation.as_str())
            && let Some(body) = call.body.as_mut().and_then(|body| body.as_object_mut())
            && body.get("device").is_none_or(serde_json::Value::is_null)
            && let Some(device) = self.store.device().await
        {
            body.insert("device".to_owned(), device.0.into());
        }
        call
    }

    async fn send_with_token(&self, call: Call) -> Result<Reply, ErrorBody> {
        let call = keyed(call)?;
        let token = self.access(&mut *self.tokens.lock().await, None).await?;
        let reply = self.client.send_call(call.clone(), Some(&token)).await?;
        if !is_stale(&reply) {
            return Ok(reply);
        }
        // The portal refused before doing anything, so the same act may be sent once more.
        let token = self.access(&mut *self.tokens.lock().await, Some(&token)).await?;
        self.client.send_call(call, Some(&token)).await
    }

    /// An access token that is not `refused`, renewed where it is time. The caller holds the lock.
    async fn access(
        &self,
        tokens: &mut Option<Tokens>,
        refused: Option<&Secret>,
    ) -> Result<Secret, ErrorBody> {
        let held = tokens.as_ref().ok_or_else(words::signed_out)?;
        if let Some(fresh) = &held.access
            && refused != Some(&fresh.token)
            && fresh.renew_at.is_none_or(|at| time::Instant::now() < at)
        {
            return Ok(fresh.token.clone());
        }
        let request = RefreshRequest {
            refresh_token: held.refresh.clone(),
        };
        match self
            .client
            .send(&RefreshSession {}, &NoQuery {}, &request, None)
            .await
        {
            Ok(view) => {
                self.adopt(tokens, view).await?;
                let fresh = tokens.as_ref().and_then(|tokens| tokens.access.as_ref());
                fresh
                    .map(|fresh| fresh.token.clone())
                    .ok_or_else(words::signed_out)
            }
            Err(error) if error.code == ErrorCode::Unauthenticated => {
                *tokens = None;
                self.store.forget().await;
                Err(words::signed_out())
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps new tokens, the lasting one first.
    async fn adopt(
        &self,
        tokens: &mut Option<Tokens>,
        mut view: SessionView,
    ) -> Result<SessionView, ErrorBody> {
        let TokensView {
            access_token,
            access_expires_at,
            refresh_token,
            device_token,
        } = view.tokens.take().ok_or_else(words::unreadable)?;
        self.store.keep(&refresh_token, &view).await;
        if let Some(device) = device_token {
            self.store.keep_device(&device).await;
        }
        let life = (access_expires_at - (self.clock)()).to_std().unwrap_or_default();
        let renew_at = PLAUSIBLE
            .contains(&life)
            .then(|| time::Instant::now() + life.saturating_sub(EARLY));
        *tokens = Some(Tokens {
            refresh: refresh_token,
            access: Some(Fresh {
                token: access_token,
                renew_at,
            }),
            view: view.clone(),
        });
        Ok(view)
    }
}

impl Transport for Session {
    fn carry(&self, call: Call) -> impl Future<Output = Result<Reply, ErrorBody>> {
        self.send_call(call)
    }
}

/// True where the portal does not know the token: it has expired, or the session has ended.
fn is_stale(reply: &Reply) -> bool {
    reply.status == 401
        && serde_json::from_value::<ErrorBody>(reply.body.clone())
            .is_ok_and(|error| error.code == ErrorCode::Unauthenticated)
}

#[cfg(test)]
mod tests;
