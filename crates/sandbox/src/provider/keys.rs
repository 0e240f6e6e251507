//! The provider's keys, and how it signs. Made with another library than the one that checks.

use aws_lc_rs::{
    hmac, rand, rsa,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signing {
    /// RSA, PKCS #1 1.5.
    #[default]
    Rs256,
    /// RSA, PSS.
    Ps256,
    /// ECDSA on P-256.
    Es256,
}

/// Keys of this process, made when first asked for: making one takes a good part of a second.
struct Pair {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

/// Two that take turns, and one that is never published.
static PAIRS: [OnceLock<Option<Pair>>; 3] = [const { OnceLock::new() }; 3];
const UNPUBLISHED: usize = 2;

fn pair(number: usize) -> Option<&'static Pair> {
    let made = PAIRS[number].get_or_init(|| {
        Some(Pair {
            rsa: RsaKeyPair::generate(rsa::KeySize::Rsa2048).ok()?,
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?,
        })
    });
    made.as_ref()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is signed with, of the turn that it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer {
    /// How often the keys were changed.
    pub turn: usize,
    pub signing: Signing,
    /// Whether keys have names.
    pub named: bool,
}

impl Signer {
    fn number(self) -> usize {
        self.turn % UNPUBLISHED
    }

    /// The name of a key; null where keys have none.
    fn id(self, kind: &str) -> Value {
        if self.named {
            format!("{kind}-{}", self.turn).into()
        } else {
            Value::Null
        }
    }

    /// The public keys of this turn, and one that is for locking only.
    pub(super) fn published(self) -> Option<Value> {
        let pair = pair(self.number())?;
        let public = pair.rsa.public_key();
        let (n, e) = (
            encode(public.modulus().big_endian_without_leading_zero()),
            encode(public.exponent().big_endian_without_leading_zero()),
        );
        let point = pair.ec.public_key().as_ref();
        Some(json!({ "keys": [
            { "kty": "RSA", "use": "enc", "kid": self.id("enc"), "n": n, "e": e },
            { "kty": "RSA", "use": "sig", "kid": self.id("rsa"), "n": n, "e": e },
            { "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": self.id("ec"),
              "x": encode(&point[1..33]), "y": encode(&point[33..65]) },
        ] }))
    }

    /// A token.
    pub(super) fn token(self, claims: &Value) -> Option<String> {
        self.token_by(self.number(), claims)
    }

    /// A token by a key that nobody can know.
    pub(super) fn token_by_unknown_key(self, claims: &Value) -> Option<String> {
        Self {
            turn: 1_000 + self.turn,
            ..self
        }
        .token_by(UNPUBLISHED, claims)
    }

    fn token_by(self, number: usize, claims: &Value) -> Option<String> {
        let pair = pair(number)?;
        let (alg, kid) = match self.signing {
            Signing::Rs256 => ("RS256", self.id("rsa")),
            Signing::Ps256 => ("PS256", self.id("rsa")),
            Signing::Es256 => ("ES256", self.id("ec")),
        };
        let text = unsigned(&json!({ "alg": alg, "typ": "JWT", "kid": kid }), claims);
        let signature = match self.signing {
            Signing::Rs256 => rsa_signature(&pair.rsa, &RSA_PKCS1_SHA256, &text)?,
            Signing::Ps256 => rsa_signature(&pair.rsa, &RSA_PSS_SHA256, &text)?,
            Signing::Es256 => {
                let random = rand::SystemRandom::new();
                pair.ec.sign(&random, text.as_bytes()).ok()?.as_ref().to_vec()
            }
        };
        Some(format!("{text}.{}", encode(signature)))
    }

    /// A token that says HS256 and takes the public key for the secret.
    pub(super) fn token_by_hmac(self, claims: &Value) -> Option<String> {
        let secret = pair(self.number())?.rsa.public_key().as_ref();
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": self.id("rsa") });
        let text = unsigned(&header, claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
        Some(format!("{text}.{}", encode(tag)))
    }
}

/// A token that nobody signed.
pub(super) fn token_by_nobody(claims: &Value) -> String {
    format!("{}.", unsigned(&json!({ "alg": "none", "typ": "JWT" }), claims))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string()), encode(claims.to_string()))
}

fn rsa_signature(
    key: &RsaKeyPair,
    padding: &'static dyn aws_lc_rs::signature::RsaEncoding,
    text: &str,
) -> Option<Vec<u8>> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        padding,
        &rand::SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .ok()?;
    Some(signature)
}
