//! A registration authority with a key of its own.

use lanyard_roles::{KeyRights, Keys, PublicKey, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

/// Whoever signs roles.
#[derive(Debug)]
pub struct Authority {
    /// The private key.
    pub key: SigningKey,
    /// The public key, as it lies in a folder of keys.
    pub public_pem: String,
}

impl Authority {
    /// One with a new key on P-256 of this name.
    pub fn new(kid: &str) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let pkcs8 = pkcs8.expect("ring makes keys");
        let key = SigningKey::from_pkcs8(kid, pkcs8.as_ref()).expect("it is a key");
        let public_pem = key.public_pem().expect("it is on P-256");
        Self { key, public_pem }
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_pem(self.public_pem.as_bytes()).expect("it is a key")
    }

    /// Keys among which it alone is, with these rights.
    pub fn alone(&self, rights: KeyRights) -> Keys {
        let mut keys = Keys::default();
        keys.insert(self.key.kid(), self.public(), rights);
        keys
    }
}
