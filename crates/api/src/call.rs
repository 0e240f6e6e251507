//! An endpoint as a type, and a call as a value that can travel over the bridge between interface and shell.

use crate::{ErrorBody, ErrorCode};
use domain::IdempotencyKey;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Write as _;

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Writes; needs an idempotency key.
    Post,
    /// Replaces; needs an idempotency key.
    Put,
    /// Ends; needs an idempotency key.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call an operation at all; what they see of it is decided in the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody.
    Public,
    /// A session, also one that may only choose a password.
    AnySession,
    /// A full session.
    Session,
}

/// One operation: where it is, what goes in and what comes out. A value of it holds the path's arguments.
pub trait Endpoint {
    /// `<verb>_<noun>`.
    const OPERATION: &'static str;
    /// How.
    const METHOD: Method;
    /// Where, with `{argument}` for each of the path's arguments.
    const PATH: &'static str;
    /// Who.
    const ACCESS: Access;
    /// One sentence for the documents.
    const SUMMARY: &'static str;
    /// What follows the question mark.
    type Query: Serialize + DeserializeOwned;
    /// The JSON body; `()` where there is none.
    type Request: Serialize + DeserializeOwned;
    /// The JSON answer; `()` where there is none.
    type Response: Serialize + DeserializeOwned;

    /// The path with its arguments filled in.
    fn path(&self) -> String;
}

/// No query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoQuery {}

/// A schema of the wire, for the OpenAPI document.
#[cfg(feature = "schema")]
pub type Schema = fn(&mut schemars::SchemaGenerator) -> schemars::Schema;

/// What the documents and the tables know of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `<verb>_<noun>`.
    pub id: &'static str,
    /// How.
    pub method: Method,
    /// Where.
    pub path: &'static str,
    /// Who.
    pub access: Access,
    /// One sentence.
    pub summary: &'static str,
    /// Schema of the query.
    #[cfg(feature = "schema")]
    pub query: Schema,
    /// Schema of the request.
    #[cfg(feature = "schema")]
    pub request: Schema,
    /// Schema of the response.
    #[cfg(feature = "schema")]
    pub response: Schema,
}

impl Operation {
    /// The operation of an endpoint.
    #[cfg(feature = "schema")]
    pub fn of<E: Endpoint>() -> Self
    where
        E::Query: schemars::JsonSchema,
        E::Request: schemars::JsonSchema,
        E::Response: schemars::JsonSchema,
    {
        Self {
            id: E::OPERATION,
            method: E::METHOD,
            path: E::PATH,
            access: E::ACCESS,
            summary: E::SUMMARY,
            query: schemars::SchemaGenerator::subschema_for::<E::Query>,
            request: schemars::SchemaGenerator::subschema_for::<E::Request>,
            response: schemars::SchemaGenerator::subschema_for::<E::Response>,
        }
    }

    /// The operation of an endpoint.
    #[cfg(not(feature = "schema"))]
    pub fn of<E: Endpoint>() -> Self {
        Self {
            id: E::OPERATION,
            method: E::METHOD,
            path: E::PATH,
            access: E::ACCESS,
            summary: E::SUMMARY,
        }
    }

    /// True where `path` (filled in, without query) is one of this operation.
    pub fn matches(&self, method: Method, path: &str) -> bool {
        let mut given = path.split('/');
        let fits = self.path.split('/').all(|segment| {
            given.next().is_some_and(|g| {
                if segment.starts_with('{') {
                    !g.is_empty()
                } else {
                    g == segment
                }
            })
        });
        method == self.method && fits && given.next().is_none()
    }
}

/// A call with everything filled in. It holds no secret but what the person typed: tokens are added by whoever
/// sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// `<verb>_<noun>`.
    pub operation: String,
    /// How.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// JSON body.
    pub body: Option<serde_json::Value>,
    /// For writes. The same key goes with each retry of the same act.
    pub key: Option<IdempotencyKey>,
}

impl Call {
    /// Fills in a call. Only fails where a request cannot be written as JSON, which is a programming error.
    pub fn new<E: Endpoint>(
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
        key: Option<IdempotencyKey>,
    ) -> Result<Self, serde_json::Error> {
        let body = serde_json::to_value(request)?;
        let query = query_string(&serde_json::to_value(query)?);
        Ok(Self {
            operation: E::OPERATION.to_owned(),
            method: E::METHOD,
            path: endpoint.path() + &query,
            body: (!body.is_null()).then_some(body),
            key,
        })
    }
}

/// Writes a flat object as `?a=1&b=2`; absent values are left out.
fn query_string(query: &serde_json::Value) -> String {
    let mut text = String::new();
    for (name, value) in query.as_object().into_iter().flatten() {
        let value = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// What came back: the status and its JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON body, null where there was none.
    pub body: serde_json::Value,
}

impl Reply {
    /// Reads the answer of an endpoint, or the portal's error.
    pub fn read<E: Endpoint>(self) -> Result<E::Response, ErrorBody> {
        let unreadable = || {
            ErrorBody::new(
                ErrorCode::UnreadableAnswer,
                "La risposta del portale non è leggibile.",
            )
        };
        if (200..300).contains(&self.status) {
            serde_json::from_value(self.body).map_err(|_| unreadable())
        } else {
            Err(serde_json::from_value(self.body).unwrap_or_else(|_| unreadable()))
        }
    }
}

/// Declares an endpoint: its operation, place and types. The struct's fields are the path's arguments.
#[macro_export]
macro_rules! endpoint {
    ($(#[$doc:meta])* $name:ident { $($argument:ident: $type:ty),* $(,)? }
     $operation:ident $method:ident $path:literal $access:ident $summary:literal
     query $query:ty, request $request:ty, response $response:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $(#[doc = "Argument of the path."] pub $argument: $type,)*
        }

        impl $crate::Endpoint for $name {
            const OPERATION: &'static str = stringify!($operation);
            const METHOD: $crate::Method = $crate::Method::$method;
            const PATH: &'static str = $path;
            const ACCESS: $crate::Access = $crate::Access::$access;
            const SUMMARY: &'static str = $summary;
            type Query = $query;
            type Request = $request;
            type Response = $response;

            fn path(&self) -> String {
                let path = $path.to_owned();
                $(let path = path.replace(concat!("{", stringify!($argument), "}"), &self.$argument.to_string());)*
                path
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meals::CancelMeal,
        wallets::{ListPostings, PostingsQuery},
    };
    use domain::{ChildId, WalletId};

    #[test]
    fn a_call_has_its_arguments_filled_in() {
        let child = ChildId::from_parts(1, [1; 10]);
        let endpoint = CancelMeal {
            child,
            day: "2026-11-23".parse().unwrap(),
        };
        let call = Call::new(&endpoint, &NoQuery {}, &(), None).unwrap();
        assert_eq!(
            call.path,
            format!("/api/v1/children/{child}/days/2026-11-23/cancel")
        );
        assert_eq!((call.method, call.body), (Method::Post, None));
        assert!(Operation::of::<CancelMeal>().matches(Method::Post, &call.path));
        assert!(!Operation::of::<CancelMeal>().matches(Method::Get, &call.path));
        assert!(!Operation::of::<CancelMeal>().matches(Method::Post, &(call.path + "/more")));
    }

    #[test]
    fn a_query_is_escaped_and_leaves_absent_values_out() {
        let endpoint = ListPostings {
            wallet: WalletId::from_parts(1, [1; 10]),
        };
        let query = PostingsQuery {
            after: Some("a b&c".into()),
            limit: Some(20),
            ..PostingsQuery::default()
        };
        let call = Call::new(&endpoint, &query, &(), None).unwrap();
        assert!(
            call.path.ends_with("/postings?after=a%20b%26c&limit=20"),
            "{}",
            call.path
        );
    }
}
