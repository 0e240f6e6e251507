//! Who acts: the adults around a child, and what each may do.
//!
//! Every decision about a bond is made here: what a right allows ([`allow`]), who may bring in whom with what
//! ([`grant`]), who may change or end a bond ([`may_change`], [`may_end`]). The queries of `storage` find the bond that
//! holds at the moment of the act.

use crate::{BodyId, PersonId, ServiceDay, body::Families};
use serde::{Deserialize, Serialize};

/// What a bond allows. Guardians hold all by default; the office and guardians grant parts of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each right is given and taken by itself"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rights {
    /// Sees calendar and name.
    pub see: bool,
    /// Cancels and restores meals.
    pub cancel: bool,
    /// Sees the wallet and tops it up.
    pub pay: bool,
    /// Sees the office's papers about the child: notices that are to be paid, and what is printed of them.
    #[serde(default)]
    pub documents: bool,
}

impl Rights {
    /// Everything.
    pub const ALL: Self = Self {
        see: true,
        cancel: true,
        pay: true,
        documents: true,
    };

    /// Nothing.
    pub const NONE: Self = Self {
        see: false,
        cancel: false,
        pay: false,
        documents: false,
    };

    /// Whether that right is among them.
    pub const fn has(self, right: Right) -> bool {
        match right {
            Right::See => self.see,
            Right::Cancel => self.cancel,
            Right::Pay => self.pay,
            Right::Documents => self.documents,
        }
    }

    /// Whether there is any.
    pub fn any(self) -> bool {
        self != Self::NONE
    }

    /// Whether none of them is missing in `other`.
    pub fn within(self, other: Self) -> bool {
        Right::ALL
            .iter()
            .all(|right| !self.has(*right) || other.has(*right))
    }

    /// Those that both have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self {
            see: self.see && other.see,
            cancel: self.cancel && other.cancel,
            pay: self.pay && other.pay,
            documents: self.documents && other.documents,
        }
    }
}

/// One of the rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// [`Rights::see`].
    See,
    /// [`Rights::cancel`].
    Cancel,
    /// [`Rights::pay`].
    Pay,
    /// [`Rights::documents`].
    Documents,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::See, Self::Cancel, Self::Pay, Self::Documents];
}

/// What a person is to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BondKind {
    /// Genitore o tutore.
    Guardian,
    /// Intestatario dei pagamenti.
    Payer,
    /// Delegato.
    Delegate,
}

impl BondKind {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guardian => "guardian",
            Self::Payer => "payer",
            Self::Delegate => "delegate",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Guardian, Self::Payer, Self::Delegate]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// Whether it answers for the child, the payer as well; otherwise it acts for somebody who does.
    pub const fn answers(self) -> bool {
        matches!(self, Self::Guardian | Self::Payer)
    }
}

/// Who is asking, resolved in the same transaction as the act itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The tenant; no query crosses it.
    pub body: BodyId,
    /// The adult.
    pub person: PersonId,
}

/// A bond that holds on the day of the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// What the person is to the child.
    pub kind: BondKind,
    /// What they may do.
    pub rights: Rights,
}

/// Why somebody may not do what they asked for with a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// There is no bond that holds: to this person the child does not exist.
    #[error("not this person's child")]
    Unknown,
    /// There is a bond, without that right.
    #[error("not among this person's rights")]
    NotAllowed,
}

/// Whether whoever holds that bond may do what needs `right`.
pub fn allow(held: Option<Held>, right: Right) -> Result<Held, Denied> {
    let held = held.filter(|held| held.rights.any()).ok_or(Denied::Unknown)?;
    if held.rights.has(right) {
        Ok(held)
    } else {
        Err(Denied::NotAllowed)
    }
}

/// For how many days ahead a delegation may be given: a school year and the summer before it.
pub const LONGEST_DELEGATION: u64 = 400;

/// What is to be granted to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// To be what.
    pub kind: BondKind,
    /// What they will be allowed.
    pub rights: Rights,
    /// Until when.
    pub last_day: Option<ServiceDay>,
}

/// Why something cannot be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Who asks does not answer for the child, or has no bond that holds.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The body does not let families bring in that kind of person.
    #[error("the body does not offer it")]
    NotOffered,
    /// More than who asks holds.
    #[error("more rights than who grants them has")]
    TooWide,
    /// No right at all, or fewer than all for a guardian.
    #[error("rights that make no sense")]
    Rights,
    /// Missing for a delegate, there for a guardian, past, or too far away.
    #[error("a last day that is not allowed")]
    LastDay,
}

/// What `granter` may give to somebody else, in the form in which it is kept: who cancels sees as well.
///
/// A guardian brings in a guardian with all rights and without an end, and a delegate with at most their own rights until
/// a day. A delegate brings in nobody. `last_day` is read on the day `today`.
pub fn grant(
    granter: Option<Held>,
    families: Families,
    wish: Grant,
    today: ServiceDay,
) -> Result<Grant, GrantError> {
    let granter = granter.filter(|held| held.rights.any()).ok_or(Denied::Unknown)?;
    if !granter.kind.answers() {
        return Err(Denied::NotAllowed.into());
    }
    let offered = match wish.kind {
        BondKind::Guardian => families.guardians_invite,
        BondKind::Delegate => families.delegates,
        BondKind::Payer => false,
    };
    if !offered {
        return Err(GrantError::NotOffered);
    }
    let rights = Rights {
        see: wish.rights.see || wish.rights.cancel,
        ..wish.rights
    };
    if !rights.within(granter.rights) {
        return Err(GrantError::TooWide);
    }
    let (rights_fit, day_fits) = match (wish.kind, wish.last_day) {
        (BondKind::Guardian, last_day) => (rights == Rights::ALL, last_day.is_none()),
        (_, None) => (rights.any(), false),
        (_, Some(last)) => {
            let farthest = today.checked_add_days(chrono::Days::new(LONGEST_DELEGATION));
            (
                rights.any(),
                last >= today && farthest.is_some_and(|farthest| last <= farthest),
            )
        }
    };
    if !rights_fit {
        return Err(GrantError::Rights);
    }
    if !day_fits {
        return Err(GrantError::LastDay);
    }
    Ok(Grant { rights, ..wish })
}

/// Whether `asker` may change that bond of somebody else: who answers for the child changes delegates.
pub fn may_change(asker: Held, of: BondKind) -> bool {
    asker.kind.answers() && asker.rights.any() && of == BondKind::Delegate
}

/// Whether `asker` may end a bond: a delegate's, as [`may_change`]; or their own, where they are the delegate. Guardians
/// are ended by the office alone.
pub fn may_end(asker: Held, of: BondKind, own: bool) -> bool {
    of == BondKind::Delegate && (own || may_change(asker, of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEE: Rights = Rights {
        see: true,
        ..Rights::NONE
    };
    const PARENT: Held = Held {
        kind: BondKind::Guardian,
        rights: Rights::ALL,
    };

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    fn today() -> ServiceDay {
        day("2026-11-23")
    }

    fn delegate(rights: Rights, last: &str) -> Grant {
        Grant {
            kind: BondKind::Delegate,
            rights,
            last_day: Some(day(last)),
        }
    }

    fn ask(granter: Held, wish: Grant) -> Result<Grant, GrantError> {
        grant(Some(granter), Families::default(), wish, today())
    }

    #[test]
    fn a_child_does_not_exist_for_who_is_not_bound_and_a_right_is_missed_by_who_is() {
        let aunt = Held {
            kind: BondKind::Delegate,
            rights: SEE,
        };
        assert_eq!(allow(None, Right::See), Err(Denied::Unknown));
        assert_eq!(allow(Some(aunt), Right::See), Ok(aunt));
        assert_eq!(allow(Some(aunt), Right::Cancel), Err(Denied::NotAllowed));
        let none = Held {
            rights: Rights::NONE,
            ..aunt
        };
        assert_eq!(allow(Some(none), Right::See), Err(Denied::Unknown));
    }

    #[test]
    fn a_delegation_has_an_end_that_is_not_past_and_not_far() {
        assert!(ask(PARENT, delegate(SEE, "2026-11-23")).is_ok());
        assert!(ask(PARENT, delegate(SEE, "2027-12-28")).is_ok());
        for last in ["2026-11-22", "2027-12-29"] {
            assert_eq!(
                ask(PARENT, delegate(SEE, last)),
                Err(GrantError::LastDay),
                "{last}"
            );
        }
        let endless = Grant {
            last_day: None,
            ..delegate(SEE, "2026-11-23")
        };
        assert_eq!(ask(PARENT, endless), Err(GrantError::LastDay));
    }

    #[test]
    fn who_cancels_sees() {
        let cancel = Rights {
            cancel: true,
            ..Rights::NONE
        };
        let granted = ask(PARENT, delegate(cancel, "2027-06-08")).unwrap();
        assert!(granted.rights.see && granted.rights.cancel);
    }

    #[test]
    fn a_delegate_brings_in_nobody() {
        let aunt = Held {
            kind: BondKind::Delegate,
            rights: Rights::ALL,
        };
        let wish = delegate(SEE, "2027-06-08");
        assert_eq!(ask(aunt, wish), Err(Denied::NotAllowed.into()));
        assert_eq!(
            grant(None, Families::default(), wish, today()),
            Err(Denied::Unknown.into())
        );
    }

    #[test]
    fn a_guardian_is_brought_in_with_everything_or_not_at_all() {
        let wish = Grant {
            kind: BondKind::Guardian,
            rights: Rights::ALL,
            last_day: None,
        };
        assert_eq!(ask(PARENT, wish), Ok(wish));
        let part = Grant { rights: SEE, ..wish };
        assert_eq!(ask(PARENT, part), Err(GrantError::Rights));
        let payer = Grant {
            kind: BondKind::Payer,
            ..wish
        };
        assert_eq!(ask(PARENT, payer), Err(GrantError::NotOffered));
        let closed = Families {
            guardians_invite: false,
            ..Families::default()
        };
        assert_eq!(
            grant(Some(PARENT), closed, wish, today()),
            Err(GrantError::NotOffered)
        );
    }

    #[test]
    fn guardians_end_delegates_delegates_themselves_and_nobody_a_guardian() {
        let aunt = Held {
            kind: BondKind::Delegate,
            rights: Rights::ALL,
        };
        assert!(may_change(PARENT, BondKind::Delegate) && may_end(PARENT, BondKind::Delegate, false));
        assert!(may_end(aunt, BondKind::Delegate, true));
        assert!(!may_end(aunt, BondKind::Delegate, false) && !may_change(aunt, BondKind::Delegate));
        for kind in [BondKind::Guardian, BondKind::Payer] {
            assert!(
                !may_end(PARENT, kind, false) && !may_end(PARENT, kind, true) && !may_change(PARENT, kind)
            );
        }
    }

    fn rights() -> impl Strategy<Value = Rights> {
        any::<[bool; 4]>().prop_map(|[see, cancel, pay, documents]| Rights {
            see,
            cancel,
            pay,
            documents,
        })
    }

    proptest! {
        #[test]
        fn nobody_grants_more_than_they_hold(held in rights(), wish in rights()) {
            let granter = Held { kind: BondKind::Payer, rights: held };
            if let Ok(granted) = ask(granter, delegate(wish, "2027-06-08")) {
                prop_assert!(granted.rights.within(held));
                prop_assert!(granted.rights.any());
                prop_assert_eq!(granted.rights.both(held), granted.rights);
            }
        }
    }
}
