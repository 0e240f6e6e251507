//! Who acts, as types: a story names its actor and the compiler knows it.

use crate::town::{Family, Town};
use domain::{BodyId, PersonId};
use storage::sessions::Kind;

/// Whose session an actor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// The body.
    pub body: BodyId,
    /// The adult.
    pub person: PersonId,
    /// What the session opens.
    pub kind: Kind,
}

/// A kind of actor.
pub trait Role {
    /// Its name in tables.
    const NAME: &'static str;

    /// Whose session it holds, if any.
    fn who(town: &Town) -> Option<Who>;
}

fn payer(family: &Family, kind: Kind) -> Who {
    Who {
        body: family.body,
        person: family.payer,
        kind,
    }
}

/// Nobody: no session.
#[derive(Debug, Clone, Copy)]
pub struct Anonymous;

/// The payer of [`Town::family`], with a session that may only choose a password.
#[derive(Debug, Clone, Copy)]
pub struct ProvisionalParent;

/// The payer of [`Town::family`].
#[derive(Debug, Clone, Copy)]
pub struct Parent;

/// The other parent of the first child of [`Town::family`]: a guardian with all rights, not the payer.
#[derive(Debug, Clone, Copy)]
pub struct OtherParent;

/// A delegate of the first child of [`Town::family`] who sees, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DelegateWhoSees;

/// A delegate who cancels, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DelegateWhoCancels;

/// A delegate who pays, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DelegateWhoPays;

/// A delegate who reads the office's papers, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DelegateWhoReads;

/// Somebody of the office. The office works at the portal's own machine and has no sign-in on the web: whatever it would
/// send opens nothing there, see [`crate::Actor::holding`].
#[derive(Debug, Clone, Copy)]
pub struct Staff;

/// The payer of [`Town::neighbours`]: same body, other children.
#[derive(Debug, Clone, Copy)]
pub struct ParentOfAnotherFamily;

/// The payer of [`Town::elsewhere`]: another body.
#[derive(Debug, Clone, Copy)]
pub struct ParentOfAnotherBody;

impl Role for Anonymous {
    const NAME: &'static str = "anonymous";
    fn who(_: &Town) -> Option<Who> {
        None
    }
}

impl Role for ProvisionalParent {
    const NAME: &'static str = "provisional parent";
    fn who(town: &Town) -> Option<Who> {
        Some(payer(&town.family, Kind::ChoosePassword))
    }
}

impl Role for Parent {
    const NAME: &'static str = "parent";
    fn who(town: &Town) -> Option<Who> {
        Some(payer(&town.family, Kind::Full))
    }
}

impl Role for OtherParent {
    const NAME: &'static str = "other parent";
    fn who(town: &Town) -> Option<Who> {
        Some(Who {
            body: town.family.body,
            person: town.other_parent,
            kind: Kind::Full,
        })
    }
}

fn of_family(town: &Town, person: PersonId) -> Who {
    Who {
        body: town.family.body,
        person,
        kind: Kind::Full,
    }
}

impl Role for DelegateWhoSees {
    const NAME: &'static str = "delegate who sees";
    fn who(town: &Town) -> Option<Who> {
        Some(of_family(town, town.delegates.see))
    }
}

impl Role for DelegateWhoCancels {
    const NAME: &'static str = "delegate who cancels";
    fn who(town: &Town) -> Option<Who> {
        Some(of_family(town, town.delegates.cancel))
    }
}

impl Role for DelegateWhoPays {
    const NAME: &'static str = "delegate who pays";
    fn who(town: &Town) -> Option<Who> {
        Some(of_family(town, town.delegates.pay))
    }
}

impl Role for DelegateWhoReads {
    const NAME: &'static str = "delegate who reads papers";
    fn who(town: &Town) -> Option<Who> {
        Some(of_family(town, town.delegates.documents))
    }
}

impl Role for Staff {
    const NAME: &'static str = "staff";
    fn who(_: &Town) -> Option<Who> {
        None
    }
}

impl Role for ParentOfAnotherFamily {
    const NAME: &'static str = "parent of another family";
    fn who(town: &Town) -> Option<Who> {
        Some(payer(&town.neighbours, Kind::Full))
    }
}

impl Role for ParentOfAnotherBody {
    const NAME: &'static str = "parent of another body";
    fn who(town: &Town) -> Option<Who> {
        Some(payer(&town.elsewhere, Kind::Full))
    }
}
