//! Who is signed in, as far as the interface knows. The portal decides at every call.

use crate::{
    clock::Clock,
    offline::{kept, outbox},
    platform::{Here, Place, use_here},
    portal, push,
    remote::Known,
    route::Route,
};
use api::{
    Call, Endpoint as _, ErrorBody, ErrorCode, NoQuery,
    bodies::BodyView,
    children::{GetMe, MeView},
    sessions::{Secret, SessionKind, SessionView},
};
use bridge::KeychainView;
use dioxus::{core::spawn_forever, prelude::*};
use domain::{ChildId, PersonId, people::Right};

/// Under which name the chosen body's short name is remembered.
pub const BODY: &str = "body";

/// The body that was chosen before, or the only one there is.
pub fn chosen_body(here: &Here, bodies: &[BodyView]) -> Option<BodyView> {
    let remembered = here.recall(BODY);
    match bodies {
        [only] => Some(only.clone()),
        _ => bodies
            .iter()
            .find(|body| Some(&body.slug) == remembered.as_ref())
            .cloned(),
    }
}

/// Under which name the place is remembered that a browser left for a provider's page.
const WANTED: &str = "wanted";

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
    /// It ended by itself, and nobody has signed in since.
    expired: Signal<bool>,
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

    /// Whether the person holds a right for any child, or has no child yet to be told by. The portal decides at each
    /// read; the interface only shows no way to what it would refuse.
    pub fn may(self, right: Right) -> bool {
        match &*self.standing.read() {
            Standing::Open(me) => {
                me.children.is_empty() || me.children.iter().any(|child| child.rights.has(right))
            }
            _ => false,
        }
    }

    /// Whether there can be a wallet, or papers that are to be paid.
    pub fn may_see_money(self) -> bool {
        self.may(Right::Pay) || self.may(Right::Documents)
    }

    /// How the shell keeps the session.
    pub fn keychain(self) -> KeychainView {
        *self.keychain.read()
    }

    /// It stands otherwise now.
    pub fn set(mut self, standing: Standing) {
        match &standing {
            Standing::Anonymous => {
                let open = matches!(&*self.standing.peek(), Standing::Open(_));
                if open && !*self.left.peek() {
                    self.expired.set(true);
                }
            }
            Standing::Open(_) => self.expired.set(false),
            _ => {}
        }
        self.standing.set(standing);
    }

    /// Whether it ended by itself, so that the person is told why they have to sign in again.
    pub fn has_expired(self) -> bool {
        *self.expired.read()
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

    /// Where a browser comes back to from a provider's page; remembered in case it comes back without a session.
    pub fn leave(self, here: &Here) -> String {
        let wanted = self.wanted.peek().clone().unwrap_or(Route::Home {});
        let path = wanted.to_string();
        // A link that somebody was sent is theirs to keep.
        if here.place() == Place::Browser && !matches!(wanted, Route::Invitation { .. }) {
            here.remember(WANTED, &path);
        }
        path
    }

    /// The page was opened anew at the sign-in screen, after a login that `failed` or otherwise.
    pub fn come_back(mut self, here: &Here, failed: bool) {
        let Some(path) = here.recall(WANTED) else {
            return;
        };
        here.forget(WANTED);
        if let (true, Ok(route)) = (failed, path.parse::<Route>())
            && !matches!(route, Route::Missing { .. })
        {
            self.wanted.set(Some(route));
        }
    }

    /// Asks the shell whether a login that nobody awaited has opened a session.
    pub async fn look_again(self, here: &Here, clock: Clock) {
        if *self.standing.peek() == Standing::Anonymous
            && here.status().await.is_ok_and(|status| status.session.is_some())
        {
            self.find(here, clock).await;
        }
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
        let kept = here.place() == Place::Shell;
        self.load(here, clock).await;
        if kept && *self.standing.peek() == Standing::Anonymous {
            self.expired.set(true);
        }
    }

    /// Asks for the person, with a session that is believed to be full.
    pub async fn load(self, here: &Here, clock: Clock) {
        let standing = match me(here).await {
            Ok(me) => {
                clock.set(here, me.now);
                here.remember(BODY, &me.body.slug);
                here.forget(WANTED);
                let (place, person) = (here.clone(), me.person);
                spawn_forever(async move { push::renew(&place, person).await });
                Standing::Open(Box::new(me))
            }
            Err(error) if error.code == ErrorCode::Unauthenticated => Standing::Anonymous,
            Err(error) if error.code == ErrorCode::PasswordChoiceRequired => Standing::choosing(None, None),
            Err(error) => match portal::is_unanswered(&error).then(|| kept_me(here)).flatten() {
                // Nobody can tell now whether the session still holds: what was shown before may be read, no more.
                Some(me) => {
                    clock.set(here, here.now() + kept::offset(here));
                    Standing::Open(Box::new(me))
                }
                None => Standing::Failed(error),
            },
        };
        self.set(standing);
    }

    /// Whose session it is, without being drawn again when it changes.
    pub fn person(self) -> Option<PersonId> {
        match &*self.standing.peek() {
            Standing::Open(me) => Some(me.person),
            _ => None,
        }
    }

    /// Whose session it is.
    pub fn person_now(self) -> Option<PersonId> {
        match &*self.standing.read() {
            Standing::Open(me) => Some(me.person),
            _ => None,
        }
    }

    /// A child's first name, without being drawn again when it changes.
    pub fn name_of(self, child: ChildId) -> String {
        let standing = self.standing.peek();
        let Standing::Open(me) = &*standing else {
            return String::new();
        };
        let found = me.children.iter().find(|of| of.id == child);
        found.map(|of| of.first_name.clone()).unwrap_or_default()
    }

    /// A session was opened or renewed.
    pub async fn opened(self, here: &Here, clock: Clock, session: &SessionView, typed: Secret) {
        here.remember(BODY, &session.body);
        match session.kind {
            SessionKind::ChoosePassword => self.set(Standing::choosing(Some(session), Some(typed))),
            SessionKind::Full => self.load(here, clock).await,
        }
    }

    /// A session was opened by SPID or CIE: nothing was typed here.
    pub async fn entered(self, here: &Here, clock: Clock, session: &SessionView) {
        here.remember(BODY, &session.body);
        self.load(here, clock).await;
    }

    /// Asks for the person again, where something of theirs has changed. What is shown stays if no answer comes.
    pub async fn refresh(self, here: &Here, clock: Clock) {
        if let Ok(me) = me(here).await {
            clock.set(here, me.now);
            self.set(Standing::Open(Box::new(me)));
        }
    }

    /// Ends it. A browser without network stays signed in, and says so.
    pub async fn end(mut self, here: &Here, everywhere: bool) -> Result<(), ErrorBody> {
        match here.sign_out(everywhere).await {
            Ok(_) => {}
            Err(error) if error.code == ErrorCode::Unauthenticated => {}
            Err(error) => return Err(error),
        }
        outbox::wipe(here);
        push::leave(here).await;
        self.left.set(true);
        self.set(Standing::Anonymous);
        Ok(())
    }
}

/// Asks for the person; from now on this device keeps what is theirs.
async fn me(here: &Here) -> Result<MeView, ErrorBody> {
    let call = Call::new(&GetMe {}, &NoQuery {}, &(), None).map_err(|_| portal::unreadable())?;
    let reply = here.call(call.clone()).await?;
    let body = reply.body.clone();
    let me = reply.read::<GetMe>()?;
    kept::claim(here, me.person);
    kept::keep(here, me.person, &call, &body, me.now, me.now - here.now());
    Ok(me)
}

/// Whoever was signed in here last and has not signed out.
fn kept_me(here: &Here) -> Option<MeView> {
    let kept = kept::recall(here, None, &GetMe {}.path())?;
    serde_json::from_value(kept.body).ok()
}

/// Puts the session into the context and asks who is signed in.
pub fn use_session_provider(clock: Clock) -> Session {
    let here = use_here();
    let session = Session {
        standing: use_signal(|| Standing::Unknown),
        keychain: use_signal(|| KeychainView::System),
        wanted: use_signal(|| None),
        left: use_signal(|| false),
        expired: use_signal(|| false),
    };
    use_context_provider(|| session);
    let known = use_context::<Known>();
    let place = here.clone();
    use_effect(move || match *session.standing.read() {
        // What one family saw is never shown to the next.
        Standing::Anonymous | Standing::NoPortal | Standing::ChoosingPassword { .. } => {
            known.forget();
            kept::forget(&place);
        }
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
