//! Recapiti: the mail addresses and mobile numbers of a person, which count once a code came back from them.

use crate::{NoQuery, endpoint, sessions::Secret};
use domain::{
    ContactId, Instant,
    contact::{ContactKind, Language},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The contacts of this person: verified ones first.
    ListContacts {} list_contacts Get "/api/v1/contacts" Session "The contacts of this person"
    query NoQuery, request (), response Vec<ContactView>
}

endpoint! {
    /// Adds a contact and sends a code to it; the same contact again, or one that the office proposed, is sent a new
    /// code. It counts once the code came back. Needs a confirmed session.
    AddContact {} add_contact Post "/api/v1/contacts" Session "Adds a contact and sends a code to it"
    query NoQuery, request AddContactRequest, response ContactView
}

endpoint! {
    /// Verifies a contact by the code that was sent to it. The other verified contacts are told.
    VerifyContact { contact: ContactId } verify_contact Post "/api/v1/contacts/{contact}/verify" Session
    "Verifies a contact by its code"
    query NoQuery, request VerifyContactRequest, response ContactView
}

endpoint! {
    /// Removes a contact; it is told, and so are the others. Needs a confirmed session.
    RemoveContact { contact: ContactId } remove_contact Post "/api/v1/contacts/{contact}/remove" Session
    "Removes a contact"
    query NoQuery, request (), response ()
}

endpoint! {
    /// Sets the language of papers and messages to this person.
    SetLanguage {} set_language Put "/api/v1/me/language" Session "Sets the language of papers and messages"
    query NoQuery, request SetLanguageRequest, response ()
}

/// A contact to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddContactRequest {
    /// Mail or phone.
    pub kind: ContactKind,
    /// As typed.
    pub value: String,
}

/// What came to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyContactRequest {
    /// Eight digits.
    pub code: Secret,
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetLanguageRequest {
    /// ISO 639-1.
    pub language: Language,
}

/// A contact of the person who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactView {
    /// Identity.
    pub id: ContactId,
    /// Mail or phone.
    pub kind: ContactKind,
    /// In its one form: `ada@example.it`, `+393331234567`.
    pub value: String,
    /// Whether a code came back from it. Only a verified one is written to, signs in and recovers.
    pub verified: bool,
    /// Whether the office wrote it down and the person has not verified it.
    pub proposed_by_office: bool,
    /// Until when the code that was sent to it is good, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_until: Option<Instant>,
}
