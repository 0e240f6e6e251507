//! The key that signs receipts: Ed25519 (RFC 8032), one a portal, made at the first start and kept in a file that
//! only its owner can read. Losing it makes older receipts unverifiable: it belongs into the backup.

use crate::clock::Chance;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The file cannot be read or made.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold a key.
    #[error("{0}: does not hold a signing key (32 bytes in base64)")]
    Malformed(String),
}

/// Reads the key; makes the file with a fresh one where there is none.
pub fn load_or_create(path: &Path, chance: &dyn Chance) -> Result<SigningKey, SignerError> {
    let shown = || path.display().to_string();
    let failed = |source| SignerError::File {
        path: shown(),
        source,
    };
    match fs::read_to_string(path) {
        Ok(text) => {
            let bytes = BASE64
                .decode(text.trim())
                .map_err(|_| SignerError::Malformed(shown()))?;
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| SignerError::Malformed(shown()))?;
            Ok(SigningKey::from_bytes(&bytes))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            chance.bytes(&mut bytes);
            match create(path, &BASE64.encode(bytes)) {
                Ok(()) => Ok(SigningKey::from_bytes(&bytes)),
                // Two portals that start at once: the other one made it.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load_or_create(path, chance),
                Err(error) => Err(failed(error)),
            }
        }
        Err(error) => Err(failed(error)),
    }
}

/// Under another name first, so that nobody ever reads half a key.
fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&name)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = fs::hard_link(&name, path);
    fs::remove_file(&name)?;
    linked
}

/// The signature of a text, base64.
pub fn sign(key: &SigningKey, text: &str) -> String {
    BASE64.encode(key.sign(text.as_bytes()).to_bytes())
}

/// Whether a signature (base64) is this key's on exactly this text.
pub fn is_signed(key: &VerifyingKey, text: &str, signature: &str) -> bool {
    let bytes = BASE64
        .decode(signature.trim())
        .ok()
        .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    bytes.is_some_and(|bytes| {
        key.verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes))
            .is_ok()
    })
}

/// The public key, base64: what an office publishes so that anybody can check a receipt.
pub fn public_key(key: &SigningKey) -> String {
    BASE64.encode(key.verifying_key().to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;
    impl Chance for Ones {
        fn bytes(&self, into: &mut [u8]) {
            into.fill(1);
        }
    }

    #[test]
    fn the_key_is_made_once_and_read_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/receipts.key");
        let first = load_or_create(&path, &Ones).unwrap();
        assert_eq!(first, load_or_create(&path, &Ones).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path().join("keys")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.key");
        fs::write(&path, "hello").unwrap();
        assert!(matches!(
            load_or_create(&path, &Ones),
            Err(SignerError::Malformed(_))
        ));
    }

    #[test]
    fn one_changed_letter_breaks_the_signature() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let signature = sign(&key, "Numero: VA-00001-H");
        assert!(is_signed(&key.verifying_key(), "Numero: VA-00001-H", &signature));
        assert!(!is_signed(&key.verifying_key(), "Numero: VA-00002-H", &signature));
        assert!(!is_signed(
            &key.verifying_key(),
            "Numero: VA-00001-H",
            "not base64"
        ));
        assert!(!is_signed(
            &SigningKey::from_bytes(&[2; 32]).verifying_key(),
            "Numero: VA-00001-H",
            &signature
        ));
    }
}
