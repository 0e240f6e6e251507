//! Who acts: the adults around a child, and what each may do.

use crate::{BodyId, PersonId};
use serde::{Deserialize, Serialize};

/// What a bond allows. Guardians hold all; the office and, later, guardians grant parts of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rights {
    /// Sees calendar and name.
    pub see: bool,
    /// Cancels and restores meals.
    pub cancel: bool,
    /// Sees the wallet and tops it up.
    pub pay: bool,
    /// Sees the office's papers about the child: notices, and what is printed of them.
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
}

/// Who is asking, resolved in the same transaction as the act itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The tenant; no query crosses it.
    pub body: BodyId,
    /// The adult.
    pub person: PersonId,
}
