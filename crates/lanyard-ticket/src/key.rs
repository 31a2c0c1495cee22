//! The key of a session: P-256, in a locked page from its first moment to its last.
//!
//! `ring` zeroes no private key. So what it needs it is given for one call at a time, and the stack on which
//! the call worked is overwritten afterwards; it puts nothing of a key anywhere else. What registers and
//! caches keep is not in our hands.

use std::hint::black_box;

use lanyard_iso7816::{SecretBytes, SecretError};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, Signature};
use zeroize::Zeroize as _;

use crate::jwk::Jwk;

/// How many bytes of stack are overwritten. A test finds out whether that is enough.
const OVERWRITTEN: usize = 16 * 1024;

/// The private key. Dropped, it is zeroed.
#[derive(Debug)]
pub(crate) struct SessionKey {
    pkcs8: SecretBytes,
    public: Jwk,
}

/// Why there is no key, or it does not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// There is no safe place for it.
    #[error(transparent)]
    Memory(#[from] SecretError),
    /// The system gave no randomness.
    #[error("there is no randomness for a key or a signature")]
    Random,
}

impl SessionKey {
    /// A new key.
    pub(crate) fn generate(random: &dyn SecureRandom) -> Result<Self, KeyFault> {
        let mut pkcs8 = SecretBytes::new()?;
        let public = generate(&mut pkcs8, random);
        overwrite_stack();
        Ok(Self { pkcs8, public: public? })
    }

    /// The public key.
    pub(crate) const fn public(&self) -> &Jwk {
        &self.public
    }

    /// ES256 over a signing input.
    pub(crate) fn sign(
        &self,
        input: &[u8],
        random: &dyn SecureRandom,
    ) -> Result<Signature, KeyFault> {
        let signature = sign(self.pkcs8.bytes(), input, random);
        overwrite_stack();
        signature
    }
}

#[inline(never)]
fn generate(pkcs8: &mut SecretBytes, random: &dyn SecureRandom) -> Result<Jwk, KeyFault> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, random).map_err(|_| KeyFault::Random)?;
    pkcs8.append(document.as_ref())?;
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.bytes(), random);
    let pair = pair.map_err(|_| KeyFault::Random)?;
    Jwk::of(pair.public_key().as_ref()).ok_or(KeyFault::Random)
}

#[inline(never)]
fn sign(pkcs8: &[u8], input: &[u8], random: &dyn SecureRandom) -> Result<Signature, KeyFault> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random);
    let pair = pair.map_err(|_| KeyFault::Random)?;
    pair.sign(random, input).map_err(|_| KeyFault::Random)
}

/// Overwrites the stack below its caller, where calls that have returned worked.
#[inline(never)]
fn overwrite_stack() {
    let mut room = [0xA5_u8; OVERWRITTEN];
    black_box(&mut room).zeroize();
    black_box(&room);
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use openssl::bn::{BigNum, BigNumContext};
    use openssl::ec::EcGroup;
    use openssl::nid::Nid;
    use ring::rand::SystemRandom;

    use super::*;

    /// Where the private number lies in ring's document (RFC 5915 §3).
    const NUMBER: std::ops::Range<usize> = 36..68;

    /// Says how often bytes stand in this process's memory. What is looked for is given inverted, so that it
    /// is not found in itself.
    /// One looks at a time: what one reads, another would find.
    struct Memory {
        whole: File,
        room: Vec<u8>,
        _alone: MutexGuard<'static, ()>,
    }

    static ALONE: Mutex<()> = Mutex::new(());

    impl Drop for Memory {
        fn drop(&mut self) {
            self.room.zeroize();
        }
    }

    impl Memory {
        fn new() -> Self {
            let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
            let whole = File::open("/proc/self/mem").unwrap();
            Self { whole, room: vec![0; 1 << 20], _alone: alone }
        }

        fn times(&mut self, inverted: &[u8]) -> usize {
            let own = self.room.as_ptr().addr();
            let own = own..own + self.room.len();
            let mut times = 0;
            for line in std::fs::read_to_string("/proc/self/maps").unwrap().lines() {
                let mut words = line.split(' ');
                let (from, to) = words.next().unwrap().split_once('-').unwrap();
                if !words.next().unwrap().starts_with("rw") {
                    continue;
                }
                let address = |text| usize::from_str_radix(text, 16).unwrap();
                let (mut from, to) = (address(from), address(to));
                while from < to {
                    if own.contains(&from) {
                        from = own.end;
                        continue;
                    }
                    let end = if from < own.start { to.min(own.start) } else { to };
                    let length = self.room.len().min(end - from);
                    let room = &mut self.room[..length];
                    // What cannot be read, such as a page that guards a stack, holds nothing.
                    let read = self.whole.read_at(room, from as u64).unwrap_or(0);
                    times += found(&self.room[..read], inverted);
                    let overlap = inverted.len() - 1;
                    from +=
                        if read > overlap && from + read < end { read - overlap } else { length };
                }
            }
            times
        }
    }

    fn found(bytes: &[u8], inverted: &[u8]) -> usize {
        let fits = |part: &[u8]| part.iter().zip(inverted).all(|(one, other)| *one == !*other);
        let first = !inverted[0];
        bytes.windows(inverted.len()).filter(|part| part[0] == first && fits(part)).count()
    }

    /// What betrays the key: its number in the order of bytes in which it is written, and in a processor's;
    /// and the number times 2^256 modulo the curve's order, by which `ring` multiplies.
    fn betrayals(key: &SessionKey) -> [Vec<u8>; 3] {
        let number = &key.pkcs8.bytes()[NUMBER];
        let multiplied = multiplied(number);
        // Half of it is enough; the first half may be gone when memory was given back and not used again.
        let inverted =
            |bytes: &mut dyn Iterator<Item = &u8>| bytes.skip(16).map(|byte| !*byte).collect();
        [
            inverted(&mut number.iter()),
            inverted(&mut number.iter().rev()),
            inverted(&mut multiplied.iter().rev()),
        ]
    }

    fn multiplied(number: &[u8]) -> Vec<u8> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let mut context = BigNumContext::new_secure().unwrap();
        let mut number = BigNum::from_slice(number).unwrap();
        let (mut order, mut shifted) = (BigNum::new().unwrap(), BigNum::new().unwrap());
        group.order(&mut order, &mut context).unwrap();
        shifted.lshift(&number, 256).unwrap();
        let mut rest = BigNum::new().unwrap();
        rest.nnmod(&shifted, &order, &mut context).unwrap();
        let bytes = rest.to_vec_padded(32).unwrap();
        for used in [&mut number, &mut shifted, &mut rest] {
            used.clear();
        }
        bytes
    }

    #[test]
    fn the_session_s_key_is_in_one_place_and_dies_with_the_session() {
        let random = SystemRandom::new();
        let mut memory = Memory::new();
        let key = SessionKey::generate(&random).unwrap();
        let betrayals = betrayals(&key);
        let mut times = || betrayals.each_ref().map(|inverted| memory.times(inverted));
        assert_eq!(times(), [1, 0, 0], "made");
        key.sign(b"something", &random).unwrap();
        assert_eq!(times(), [1, 0, 0], "used");
        drop(key);
        assert_eq!(times(), [0, 0, 0], "dropped");
    }

    #[test]
    fn a_copy_of_the_key_would_be_found() {
        let key = SessionKey::generate(&SystemRandom::new()).unwrap();
        let [written, turned, _] = betrayals(&key);
        let mut copy = key.pkcs8.bytes().to_vec();
        assert_eq!(Memory::new().times(&written), 2);
        copy.reverse();
        assert_eq!(Memory::new().times(&written), 1);
        // Turning it may have left another on the stack.
        assert!(Memory::new().times(&turned) >= 1);
        copy.zeroize();
    }

    #[test]
    fn what_it_signs_its_public_key_verifies() {
        let random = SystemRandom::new();
        let key = SessionKey::generate(&random).unwrap();
        let signature = key.sign(b"something", &random).unwrap();
        assert!(key.public().has_signed(b"something", signature.as_ref()));
        assert!(!key.public().has_signed(b"anything", signature.as_ref()));
        assert!(!format!("{key:?}").contains("pkcs8: ["));
    }
}
