//! The chosen portal and the session with it: what every command works on.

mod background;
mod phone;

use crate::{
    checkout::{Named, Opener},
    downloads::Downloads,
    keychain::{Item, Keychain},
    links::Links,
    lock::Lock,
    login::Logins,
    settings::Settings,
    share::Share,
};
use api::{
    Call, ErrorBody, ErrorCode, NoQuery, Reply,
    health::GetHealth,
    logins::RedeemedLoginView,
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, ClientKind, Secret, SessionView, SignInRequest},
};
use bridge::{PendingLoginView, SavedView, StartLoginArgs, StatusView};
use client::{Client, Clock, PortalAddress, Session, TokenStore, Transport, answers_tokens, opens_session};
use domain::LoginId;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, OnceCell, RwLock};

/// The state of the app.
#[derive(Debug)]
pub struct Shell {
    settings: Settings,
    keychain: Arc<Keychain>,
    opener: Opener,
    downloads: Downloads,
    preselected: Option<String>,
    clock: ClockOf,
    started: OnceCell<()>,
    session: RwLock<Option<Arc<Session>>>,
    named: Mutex<Named>,
    logins: Logins,
    lock: Lock,
    share: Option<Arc<Share>>,
    links: Links,
    /// Somebody signed in or out.
    changed: Notify,
}

/// A clock without a `Debug` of its own.
struct ClockOf(Clock);

impl std::fmt::Debug for ClockOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// The wall clock of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place in the app that reads the wall clock; it only guesses when to renew a token"
)]
pub fn system_clock() -> Clock {
    Arc::new(|| std::time::SystemTime::now().into())
}

/// Keeps the session's refresh token for one portal.
struct Keeper {
    keychain: Arc<Keychain>,
    settings: Settings,
    portal: String,
}

#[async_trait::async_trait]
impl TokenStore for Keeper {
    async fn keep(&self, refresh: &Secret, view: &SessionView) {
        let item = Item {
            portal: self.portal.clone(),
            refresh_token: refresh.clone(),
            session: view.clone(),
        };
        self.keychain.write(item).await;
    }

    async fn forget(&self) {
        self.keychain.delete().await;
    }

    async fn device(&self) -> Option<Secret> {
        self.settings.device(&self.portal)
    }

    async fn keep_device(&self, token: &Secret) {
        if let Err(error) = self.settings.remember_device(&self.portal, token) {
            tracing::warn!(%error, "this device will not be known again");
        }
    }
}

impl Shell {
    /// A shell that has not looked at its keychain yet. `preselected` goes before what the settings remember.
    pub fn new(
        settings: Settings,
        keychain: Arc<Keychain>,
        opener: Opener,
        downloads: Downloads,
        preselected: Option<String>,
        clock: Clock,
    ) -> Self {
        Self {
            settings,
            keychain,
            opener,
            downloads,
            preselected,
            lock: Lock::none(Arc::clone(&clock)),
            share: None,
            links: Links::default(),
            changed: Notify::new(),
            clock: ClockOf(clock),
            started: OnceCell::new(),
            session: RwLock::new(None),
            named: Mutex::new(Named::default()),
            logins: Logins::default(),
        }
    }

    /// Where the shell stands.
    pub async fn status(&self) -> StatusView {
        let session = self.current().await;
        StatusView {
            portal: session
                .as_ref()
                .map(|session| session.client().portal().to_string()),
            session: match &session {
                Some(session) => session.view().await,
                None => None,
            },
            keychain: self.keychain.view(),
            shares: self.share.is_some(),
        }
    }

    /// Chooses a portal, after looking whether one answers there. Ends a session with another.
    pub async fn choose_portal(&self, address: &str) -> Result<StatusView, ErrorBody> {
        self.guard().await?;
        let portal = PortalAddress::parse(address)
            .map_err(|error| ErrorBody::new(ErrorCode::InvalidRequest, error.to_string()))?;
        let before = self.current().await;
        if before
            .as_ref()
            .is_some_and(|session| *session.client().portal() == portal)
        {
            return Ok(self.status().await);
        }
        let client = Client::new(portal.clone())?;
        client
            .send(&GetHealth {}, &NoQuery {}, &(), None)
            .await
            .map_err(|error| match error.code {
                ErrorCode::Offline => error,
                _ => ErrorBody::new(
                    ErrorCode::UnreadableAnswer,
                    "A questo indirizzo non c'è un portale della mensa. Controlla come lo ha scritto il tuo Comune.",
                ),
            })?;
        // What comes of a login with the portal before would be that portal's.
        self.logins.cancel(None);
        if let Some(session) = before
            && session.view().await.is_some()
            && let Err(error) = session.sign_out(false).await
        {
            tracing::warn!(code = ?error.code, "the portal before could not be told");
        }
        self.forget_watched();
        *self.session.write().await = Some(Arc::new(self.fresh(client)));
        self.changed.notify_one();
        if let Err(error) = self.settings.remember(&portal) {
            // The choice holds for this run; at the next start it is made again.
            tracing::warn!(%error, "the portal cannot be remembered");
        }
        Ok(self.status().await)
    }

    /// Calls an operation of the chosen portal that answers no token.
    pub async fn call(&self, call: Call) -> Result<Reply, ErrorBody> {
        if !is_known(&call) || answers_tokens(&call.operation) {
            return Err(unknown_call());
        }
        self.guard().await?;
        let reply = self.chosen().await?.send_call(call).await?;
        self.named
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(&reply.body);
        Ok(reply)
    }

    /// Signs in; the tokens stay here.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<SessionView, ErrorBody> {
        let request = SignInRequest {
            client: ClientKind::App,
            ..request
        };
        self.guard().await?;
        self.keychain.may_ask_again();
        let session = self.chosen().await?.sign_in(&request).await?;
        self.lock.opened();
        self.changed.notify_one();
        Ok(session)
    }

    /// Makes a call that opens a session by a recovery or an invitation; the tokens stay here.
    pub async fn open_session(&self, mut call: Call) -> Result<SessionView, ErrorBody> {
        if !is_known(&call) || !opens_session(&call.operation) {
            return Err(unknown_call());
        }
        if let Some(serde_json::Value::Object(body)) = &mut call.body {
            body.insert("client".to_owned(), "app".into());
        }
        self.guard().await?;
        self.keychain.may_ask_again();
        let session = self.chosen().await?.open(call).await?;
        self.lock.opened();
        self.changed.notify_one();
        Ok(session)
    }

    /// Chooses a password; the new tokens stay here.
    pub async fn choose_password(&self, request: &ChoosePasswordRequest) -> Result<SessionView, ErrorBody> {
        self.guard().await?;
        self.keychain.may_ask_again();
        let session = self.chosen().await?.choose_password(request).await?;
        self.changed.notify_one();
        Ok(session)
    }

    /// Signs out here, also where the portal cannot be told; everywhere only where it can.
    pub async fn sign_out(&self, everywhere: bool) -> Result<StatusView, ErrorBody> {
        self.logins.cancel(None);
        // What this computer shows goes at once: telling the portal may take its time.
        self.forget_watched();
        self.changed.notify_one();
        let told = match self.current().await {
            Some(session) => session.sign_out(everywhere).await,
            None => Ok(()),
        };
        // Also where the keychain refuses; and again, because a look may have been under way.
        self.forget_watched();
        if let Some(share) = &self.share {
            share.empty();
        }
        self.changed.notify_one();
        if !self.keychain.delete().await {
            return Err(ErrorBody::new(
                ErrorCode::Internal,
                "Sei uscito, ma il portachiavi di questo computer non si è aperto e potrebbe conservare ancora \
                 l'accesso. Sblocca il portachiavi ed esci di nuovo.",
            ));
        }
        // Only now: a session that the keychain still holds stays behind its lock.
        self.lock.forget();
        match told {
            Err(error) if everywhere => Err(ErrorBody::new(
                error.code,
                "Da questo dispositivo sei uscito, ma il portale non risponde: sugli altri dispositivi l'accesso \
                 è ancora aperto. Accedi di nuovo più tardi e ripeti l'uscita da tutti i dispositivi.",
            )),
            Err(error) => {
                tracing::warn!(code = ?error.code, "signed out here; the portal could not be told");
                Ok(self.status().await)
            }
            Ok(()) => Ok(self.status().await),
        }
    }

    /// Begins a login by SPID or CIE; what it opens stays here.
    pub async fn start_login(&self, args: StartLoginArgs) -> Result<PendingLoginView, ErrorBody> {
        self.guard().await?;
        self.keychain.may_ask_again();
        let session = self.chosen().await?;
        self.logins
            .start(session, args, |url| self.opener.lead(url))
            .await
    }

    /// Opens the browser again for the login that is under way.
    pub async fn open_login(&self, login: LoginId) -> Result<(), ErrorBody> {
        self.guard().await?;
        self.logins.open(login, |url| self.opener.lead(url))
    }

    /// Waits until a login has ended.
    pub async fn await_login(&self, login: LoginId) -> Result<RedeemedLoginView, ErrorBody> {
        let ended = self.logins.ended(login).await?;
        if ended.session.is_some() {
            self.lock.opened();
            self.changed.notify_one();
        }
        Ok(ended)
    }

    /// The login that is under way.
    pub fn logins(&self) -> &Logins {
        &self.logins
    }

    /// Opens a checkout that the portal named.
    pub async fn open_checkout(&self, address: &str) -> Result<(), ErrorBody> {
        self.guard().await?;
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let url = named.address(address);
        drop(named);
        self.opener.open(&url?)
    }

    /// Keeps a document among the downloads and shows it. One that nothing shows here is kept all the same.
    pub async fn save_document(&self, document: &DocumentView) -> Result<SavedView, ErrorBody> {
        self.guard().await?;
        let path = self.downloads.keep(document)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(SavedView {
            path: path.to_string_lossy().into_owned(),
            file_name: file_name.into_owned(),
            opened: self.opener.show(&path),
        })
    }

    async fn chosen(&self) -> Result<Arc<Session>, ErrorBody> {
        self.current().await.ok_or_else(|| {
            ErrorBody::new(
                ErrorCode::InvalidRequest,
                "Scegli prima il portale della mensa del tuo Comune.",
            )
        })
    }

    /// The session with the chosen portal; the first call looks into settings and keychain.
    async fn current(&self) -> Option<Arc<Session>> {
        self.started.get_or_init(|| self.start()).await;
        self.session.read().await.clone()
    }

    async fn start(&self) {
        let wish = self.preselected.as_deref().filter(|wish| !wish.is_empty());
        let portal = wish
            .and_then(|wish| {
                PortalAddress::parse(wish)
                    .inspect_err(|error| tracing::warn!(%error, "REFETTORIO_PORTAL is no address"))
                    .ok()
            })
            .or_else(|| self.settings.portal());
        let Some(Ok(client)) = portal.map(Client::new) else {
            return;
        };
        // A token goes to the portal that gave it and to no other.
        let address = client.portal().to_string();
        let session = match self.keychain.read().await {
            Some(item) if item.portal == address => {
                let keeper = self.keeper(&address);
                Session::resume(
                    client,
                    keeper,
                    Arc::clone(&self.clock.0),
                    item.refresh_token,
                    item.session,
                )
            }
            _ => self.fresh(client),
        };
        *self.session.write().await = Some(Arc::new(session));
    }

    fn fresh(&self, client: Client) -> Session {
        let keeper = self.keeper(&client.portal().to_string());
        Session::new(client, keeper, Arc::clone(&self.clock.0))
    }

    fn keeper(&self, portal: &str) -> Arc<dyn TokenStore> {
        Arc::new(Keeper {
            keychain: Arc::clone(&self.keychain),
            settings: self.settings.clone(),
            portal: portal.to_owned(),
        })
    }
}

/// Whether it is an operation of the API at its own place.
fn is_known(call: &Call) -> bool {
    let path = call
        .path
        .split_once('?')
        .map_or(call.path.as_str(), |(path, _)| path);
    api::operations()
        .iter()
        .any(|operation| operation.id == call.operation && operation.matches(call.method, path))
}

fn unknown_call() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::InvalidRequest,
        "Questa versione dell'app non sa fare questa richiesta. Aggiorna l'app e riprova.",
    )
}

#[cfg(test)]
mod tests;
