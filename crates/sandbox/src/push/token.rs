//! A signed token (JWT) in its parts, and keys as their owners' consoles give them. Own code over `aws-lc-rs`, so that what
//! one library signs is checked by another.

use aws_lc_rs::signature::{UnparsedPublicKey, VerificationAlgorithm};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

/// Head and claims of a token whose signature is good; none where it is not one or not signed by that key.
pub(crate) fn opened(
    token: &str,
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
) -> Option<(Value, Value)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(algorithm, key)
        .verify(signed.as_bytes(), &signature)
        .ok()?;
    let (head, claims) = signed.split_once('.')?;
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    Some((read(head)?, read(claims)?))
}

/// A private key as a file.
pub(crate) fn pem(pkcs8: &[u8]) -> String {
    let text = STANDARD.encode(pkcs8);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

/// As many random bytes, hex.
pub(crate) fn random<const N: usize>() -> Option<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}
