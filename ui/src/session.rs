//! Who is signed in, as far as the interface knows. The portal decides at every call.

use crate::{
    clock::Clock,
    platform::{Here, Place, use_here},
    portal,
    remote::Known,
    route::Route,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::{GetMe, MeView},
    sessions::{Secret, SessionKind, SessionView},
};
use bridge::KeychainView;
use dioxus::prelude::*;

/// Under which name the chosen body's short name is remembered.
pub const BODY: &str = "body";

/// How a session stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Not asked yet.
    Unknown,
    /// The shell has no portal yet.
    NoPortal,
    /// Nobody is signed in.
    Anonymous,
    /// Somebody is, and has to choose a password first.
    ChoosingPassword {
        /// Fewest characters.
        min: u16,
        /// The provisional password, where it was just typed; otherwise it is asked for.
        current: Option<Secret>,
    },
    /// Somebody is.
    Open(Box<MeView>),
    /// It cannot be told.
    Failed(ErrorBody),
}

impl Standing {
    /// A session that may only choose a password.
    pub fn choosing(session: Option<&SessionView>, current: Option<Secret>) -> Self {
        let least = u16::try_from(domain::password::MIN_LENGTH).unwrap_or(u16::MAX);
        Self::ChoosingPassword {
            min: session.map_or(least, |s| s.password_min),
            current,
        }
    }
}

/// The session, as a context.
#[derive(Clone, Copy, PartialEq)]
pub struct Session {
    standing: Signal<Standing>,
    keychain: Signal<KeychainView>,
    /// Where the person was going when they had to sign in.
    wanted: Signal<Option<Route>>,
    /// They left on purpose: whoever comes next begins at the beginning.
    left: Signal<bool>,
}

impl Session {
    /// How it stands.
    pub fn standing(self) -> Standing {
        self.standing.read().clone()
    }

    /// Who is signed in. Only screens behind the guard ask, where there always is somebody.
    pub fn me(self) -> Option<MeView> {
        match &*self.standing.read() {
            Standing::Open(me) => Some((**me).clone()),
            _ => None,
        }
    }

    /// How the shell keeps the session.
    pub fn keychain(self) -> KeychainView {
        *self.keychain.read()
    }

    /// It stands otherwise now.
    pub fn set(mut self, standing: Standing) {
        self.standing.set(standing);
    }

    /// Remembers where to go after signing in.
    pub fn want(mut self, route: Route) {
        if self.left.replace(false) {
            return;
        }
        self.wanted.set(Some(route));
    }

    /// Where to go after signing in.
    pub fn take_wanted(mut self) -> Route {
        self.wanted.take().unwrap_or(Route::Home {})
    }

    /// Asks who is signed in.
    pub async fn find(mut self, here: &Here, clock: Clock) {
        if here.place() == Place::Shell {
            match here.status().await {
                Ok(status) => {
                    self.keychain.set(status.keychain);
                    if status.portal.is_none() {
                        return self.set(Standing::NoPortal);
                    }
                    match status.session {
                        None => return self.set(Standing::Anonymous),
                        Some(session) if session.kind == SessionKind::ChoosePassword => {
                            return self.set(Standing::choosing(Some(&session), None));
                        }
                        Some(_) => {}
                    }
                }
                Err(error) => return self.set(Standing::Failed(error)),
            }
        }
        self.load(here, clock).await;
    }

    /// Asks for the person, with a session that is believed to be full.
    pub async fn load(self, here: &Here, clock: Clock) {
        let standing = match portal::send(here, &GetMe {}, &NoQuery {}, &(), None).await {
            Ok(me) => {
                clock.set(here, me.now);
                here.remember(BODY, &me.body.slug);
                Standing::Open(Box::new(me))
            }
            Err(error) if error.code == ErrorCode::Unauthenticated => Standing::Anonymous,
            Err(error) if error.code == ErrorCode::PasswordChoiceRequired => Standing::choosing(None, None),
            Err(error) => Standing::Failed(error),
        };
        self.set(standing);
    }

    /// A session was opened or renewed.
    pub async fn opened(self, here: &Here, clock: Clock, session: &SessionView, typed: Secret) {
        here.remember(BODY, &session.body);
        match session.kind {
            SessionKind::ChoosePassword => self.set(Standing::choosing(Some(session), Some(typed))),
            SessionKind::Full => self.load(here, clock).await,
        }
    }

    /// Ends it. A browser without network stays signed in, and says so.
    pub async fn end(mut self, here: &Here, everywhere: bool) -> Result<(), ErrorBody> {
        match here.sign_out(everywhere).await {
            Ok(_) => {}
            Err(error) if error.code == ErrorCode::Unauthenticated => {}
            Err(error) => return Err(error),
        }
        self.left.set(true);
        self.set(Standing::Anonymous);
        Ok(())
    }
}

/// Puts the session into the context and asks who is signed in.
pub fn use_session_provider(clock: Clock) -> Session {
    let here = use_here();
    let session = Session {
        standing: use_signal(|| Standing::Unknown),
        keychain: use_signal(|| KeychainView::System),
        wanted: use_signal(|| None),
        left: use_signal(|| false),
    };
    use_context_provider(|| session);
    let known = use_context::<Known>();
    use_effect(move || match *session.standing.read() {
        // What one family saw is never shown to the next.
        Standing::Anonymous | Standing::NoPortal | Standing::ChoosingPassword { .. } => known.forget(),
        Standing::Unknown | Standing::Open(_) | Standing::Failed(_) => {}
    });
    use_future(move || {
        let here = here.clone();
        async move { session.find(&here, clock).await }
    });
    session
}

/// The session.
pub fn use_session() -> Session {
    use_context()
}
