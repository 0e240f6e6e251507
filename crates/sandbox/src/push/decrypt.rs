//! RFC 8291 and RFC 8188 from the receiver's side: one record, as push messages have.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};

/// Salt, record size, length of the key's id.
const HEADER: usize = 16 + 4 + 1;

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(salt: &[u8], input: &[u8], info: &[&[u8]]) -> Option<[u8; N]> {
    let mut out = [0; N];
    Salt::new(HKDF_SHA256, salt)
        .extract(input)
        .expand(info, Length(N))
        .ok()?
        .fill(&mut out)
        .ok()?;
    Some(out)
}

/// What a browser reads; none where it was not written for it.
pub(super) fn decrypt(key: &PrivateKey, public: &[u8], auth: [u8; 16], body: &[u8]) -> Option<Vec<u8>> {
    let salt = body.get(..16)?;
    let record = u32::from_be_bytes(body.get(16..20)?.try_into().ok()?);
    let id = usize::from(*body.get(20)?);
    let sender = body.get(HEADER..HEADER + id)?;
    let sealed = body.get(HEADER + id..)?;
    if sealed.len() > usize::try_from(record).ok()? {
        return None;
    }
    let shared = agree(
        key,
        UnparsedPublicKey::new(&ECDH_P256, sender),
        (),
        |shared: &[u8]| Ok(shared.to_vec()),
    )
    .ok()?;
    let input: [u8; 32] = derive(&auth, &shared, &[b"WebPush: info\0", public, sender])?;
    let content: [u8; 16] = derive(salt, &input, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(salt, &input, &[b"Content-Encoding: nonce\0"])?;
    let opener = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content).ok()?);
    let mut sealed = sealed.to_vec();
    let plain = opener
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
        .ok()?;
    // After the text one byte 2, for the last record, and zeros.
    let end = plain.iter().rposition(|byte| *byte != 0)?;
    (plain.get(end) == Some(&2)).then(|| plain.get(..end).map(<[u8]>::to_vec))?
}
