//! Who came in, with what, and who was turned away. Rows are added and, when they are old, deleted: no statement here
//! or elsewhere changes one, which a test holds.
//!
//! Never holds what was typed, a token, a name, a fiscal code, a badge or a whole address.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Instant, PersonId};

const NOTE: &str = "insert into audit (body_id, person_id, at, act, outcome, detail, means, network, device) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OF_BODY: &str = "select body_id, person_id, at, act, outcome, detail, means, network, device from audit \
    where body_id = $1 and at >= $2 order by at, act, outcome";
const OF_PERSON: &str = "select body_id, person_id, at, act, outcome, detail, means, network, device from audit \
    where body_id = $1 and at >= $2 and person_id = $3 order by at, act, outcome";
const PRUNE: &str = "delete from audit where at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("audit::note", NOTE),
        ("audit::of_body", OF_BODY),
        ("audit::of_person", OF_PERSON),
        ("audit::prune", PRUNE),
    ]
}

/// Words that the database keeps.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            /// Reads what [`Self::as_str`] wrote.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

words! {
    /// What was done or tried.
    Act {
        /// Signing in.
        SignIn = "sign_in",
        /// Choosing a password.
        ChoosePassword = "choose_password",
        /// Signing out.
        SignOut = "sign_out",
        /// Signing out on every device.
        SignOutEverywhere = "sign_out_everywhere",
        /// Ending the session of one device.
        EndSession = "end_session",
        /// Renewing a session; noted only where it was refused.
        RefreshSession = "refresh_session",
        /// Making a private calendar address.
        CreateFeed = "create_feed",
        /// Ending one.
        RevokeFeed = "revoke_feed",
        /// Showing again who one is, before a sensitive act.
        Confirm = "confirm",
        /// Asking for a code to choose a new password.
        StartRecovery = "start_recovery",
        /// Choosing a new password by a code.
        FinishRecovery = "finish_recovery",
        /// Adding a mail address or number.
        AddContact = "add_contact",
        /// Verifying one by its code.
        VerifyContact = "verify_contact",
        /// Removing one.
        RemoveContact = "remove_contact",
        /// Inviting somebody to a child.
        CreateInvitation = "create_invitation",
        /// Taking an invitation back.
        WithdrawInvitation = "withdraw_invitation",
        /// Opening an invitation; noted only where it was refused.
        OpenInvitation = "open_invitation",
        /// Accepting an invitation.
        AcceptInvitation = "accept_invitation",
        /// Binding somebody to a child, by the office.
        AddBond = "add_bond",
        /// Changing what somebody may do for a child.
        ChangeBond = "change_bond",
        /// Ending a bond to a child.
        EndBond = "end_bond",
        /// The office chose to offer badge and password beside SPID and CIE.
        OfferBadge = "offer_badge",
        /// The office gave a provisional password.
        ResetPassword = "reset_password",
    }
}

words! {
    /// How it ended.
    Outcome {
        /// It was done.
        Done = "done",
        /// It was not.
        Refused = "refused",
    }
}

words! {
    /// With what.
    Means {
        /// The app.
        App = "app",
        /// A browser.
        Browser = "browser",
        /// The office, at its own machine.
        Office = "office",
    }
}

words! {
    /// More about it; a code, so that nothing that was typed can lie here.
    Detail {
        /// Nothing more.
        None = "",
        /// By badge and password.
        Badge = "badge",
        /// By badge and a provisional password, which opens only the choice of another.
        Provisional = "provisional",
        /// The badge exists, the password was another.
        WrongPassword = "wrong_password",
        /// No such badge, or nobody behind it.
        UnknownBadge = "unknown_badge",
        /// The provisional password is too old.
        ProvisionalExpired = "provisional_expired",
        /// By a verified mail address and password.
        Mail = "mail",
        /// Several persons share the mail address, and the password was right for more than one.
        SharedMail = "shared_mail",
        /// A mail address that nobody has verified.
        UnknownMail = "unknown_mail",
        /// By a code that came by mail.
        MailCode = "mail_code",
        /// By a code that came by SMS.
        SmsCode = "sms_code",
        /// The code was another.
        WrongCode = "wrong_code",
        /// The person is known and has no verified contact of that kind: only the office can help.
        NoContact = "no_contact",
        /// A mail address.
        MailAddress = "mail_address",
        /// A phone number.
        PhoneNumber = "phone_number",
        /// By the password.
        Password = "password",
        /// More codes were asked for than are sent.
        TooManyCodes = "too_many_codes",
        /// By SPID.
        Spid = "spid",
        /// By CIE.
        Cie = "cie",
        /// By a hub that lets people choose.
        Hub = "hub",
        /// They went back, or did not agree to hand over the data.
        Cancelled = "cancelled",
        /// The identity is right, and nobody with its fiscal code is enrolled.
        NoMatch = "no_match",
        /// Less than the level that is needed.
        LevelTooLow = "level_too_low",
        /// It took too long.
        LoginExpired = "login_expired",
        /// The provider does not answer.
        ProviderUnavailable = "provider_unavailable",
        /// What the provider says cannot be believed.
        ProviderFault = "provider_fault",
        /// Suspended, a company's, without an Italian fiscal code.
        IdentityRefused = "identity_refused",
        /// It came back in a browser that did not begin it.
        OtherBrowser = "other_browser",
        /// It came back a second time.
        AlreadyUsed = "already_used",
        /// Somebody else than the person who is signed in.
        OtherPerson = "other_person",
        /// The invitation is not theirs, or not open.
        InvitationRefused = "invitation_refused",
        /// The number that the app shows was typed wrong three times.
        WrongNumber = "wrong_number",
        /// A guardian or payer.
        Guardian = "guardian",
        /// A delegate.
        Delegate = "delegate",
        /// A refresh token came back that had been used: the session was ended.
        RefreshReused = "refresh_reused",
        /// The device at hand.
        ThisDevice = "this_device",
        /// Another device of the same person.
        OtherDevice = "other_device",
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The tenant.
    pub body: BodyId,
    /// Who, where somebody known was named.
    pub person: Option<PersonId>,
    /// When.
    pub at: Instant,
    /// What.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// More about it.
    pub detail: Detail,
    /// With what.
    pub means: Means,
    /// The network it came from, never a whole address.
    pub network: String,
    /// The device in words.
    pub device: String,
}

fn word<T>(row: &Row, name: &str, read: fn(&str) -> Option<T>) -> Result<T, StorageError> {
    read(row.text(name)?).ok_or_else(|| StorageError::Column {
        name: name.to_owned(),
        problem: "is no known word".to_owned(),
    })
}

fn entry(row: &Row) -> Result<Entry, StorageError> {
    Ok(Entry {
        body: row.parsed("body_id")?,
        person: row.opt_parsed("person_id")?,
        at: row.instant("at")?,
        act: word(row, "act", Act::from_name)?,
        outcome: word(row, "outcome", Outcome::from_name)?,
        detail: word(row, "detail", Detail::from_name)?,
        means: word(row, "means", Means::from_name)?,
        network: row.text("network")?.to_owned(),
        device: row.text("device")?.to_owned(),
    })
}

/// Adds a line, in the transaction of what it tells of.
pub fn note(tx: &mut dyn Tx, entry: &Entry) -> Result<(), StorageError> {
    let (act, outcome, detail, means) = (
        entry.act.as_str(),
        entry.outcome.as_str(),
        entry.detail.as_str(),
        entry.means.as_str(),
    );
    tx.execute(
        NOTE,
        &params![
            entry.body,
            entry.person,
            entry.at,
            act,
            outcome,
            detail,
            means,
            entry.network.as_str(),
            entry.device.as_str()
        ],
    )?;
    Ok(())
}

/// The lines of a body since an instant, the eldest first; of one person where one is named.
pub fn list(
    tx: &mut dyn Tx,
    body: BodyId,
    person: Option<PersonId>,
    since: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let rows = match person {
        Some(person) => tx.query(OF_PERSON, &params![body, since, person])?,
        None => tx.query(OF_BODY, &params![body, since])?,
    };
    rows.iter().map(entry).collect()
}

/// Deletes lines older than that; answers how many. The job alone calls it.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}
