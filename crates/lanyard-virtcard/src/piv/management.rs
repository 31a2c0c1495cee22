//! Proof of the card management key, key reference `9B` (SP 800-73-4 part 2 §3.2.4, part 1 appendix;
//! SP 800-78-5 table 5): mutual, by witness and challenge, or of the terminal alone, by a challenge.
//!
//! The card never answers a challenge without being shown the key first: it would be an oracle for its
//! own challenges.

use lanyard_iso7816::Status;
use openssl::error::ErrorStack;
use openssl::memcmp;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, Crypter, Mode};
use serde::{Deserialize, Serialize};

use super::authenticate::{Template, answer};
use super::{Application, ManagementStatus};
use crate::memory::ManagementKey;

/// The block cipher of the management key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ManagementAlgorithm {
    /// Triple DES with three keys; withdrawn by SP 800-78-5, still what most tools expect.
    #[default]
    Tdes,
    /// AES with 128-bit keys.
    Aes128,
    /// AES with 192-bit keys.
    Aes192,
    /// AES with 256-bit keys.
    Aes256,
}

/// The bytes that the terminal must return to prove that it has the key.
#[derive(Debug)]
pub(super) struct Challenge(Vec<u8>);

impl ManagementAlgorithm {
    fn is_named(self, identifier: u8) -> bool {
        match self {
            Self::Tdes => matches!(identifier, 0x00 | 0x03),
            Self::Aes128 => identifier == 0x08,
            Self::Aes192 => identifier == 0x0A,
            Self::Aes256 => identifier == 0x0C,
        }
    }

    fn cipher(self) -> Cipher {
        match self {
            Self::Tdes => Cipher::des_ede3_ecb(),
            Self::Aes128 => Cipher::aes_128_ecb(),
            Self::Aes192 => Cipher::aes_192_ecb(),
            Self::Aes256 => Cipher::aes_256_ecb(),
        }
    }

    /// The length of a key in bytes.
    pub(crate) fn key_length(self) -> usize {
        self.cipher().key_len()
    }
}

impl ManagementKey {
    /// One block, enciphered.
    fn encipher(&self, block: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let cipher = self.algorithm.cipher();
        let mut crypter = Crypter::new(cipher, Mode::Encrypt, &self.key.0, None)?;
        crypter.pad(false);
        let mut output = vec![0; block.len() + cipher.block_size()];
        let written = crypter.update(block, &mut output)?;
        output.truncate(written);
        Ok(output)
    }

    fn challenge(&self) -> Result<Vec<u8>, ErrorStack> {
        let mut challenge = vec![0; self.algorithm.cipher().block_size()];
        rand_bytes(&mut challenge)?;
        Ok(challenge)
    }
}

impl Application {
    pub(super) fn authenticate_management(
        &mut self,
        algorithm: u8,
        template: &Template<'_>,
    ) -> Result<Vec<u8>, Status> {
        if !self.memory.management.algorithm.is_named(algorithm) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        // A challenge is good for the command after it, whatever that is.
        let before = std::mem::take(&mut self.security.management);
        match (before, template) {
            (_, Template { witness: Some([]), .. }) => self.send_witness(),
            (_, Template { challenge: Some([]), .. }) => self.send_challenge(),
            (
                ManagementStatus::Awaited(awaited),
                Template { witness: Some(shown), challenge: Some(challenge), .. },
            ) => self.accept_witness(&awaited, shown, challenge),
            (ManagementStatus::Awaited(awaited), Template { response: Some(shown), .. }) => {
                self.accept(&awaited, shown).map(|()| Vec::new())
            }
            _ => Err(Status::INCORRECT_DATA),
        }
    }

    /// Mutual: the terminal is to decipher this.
    fn send_witness(&mut self) -> Result<Vec<u8>, Status> {
        let key = &self.memory.management;
        let witness = key.challenge().map_err(failed)?;
        let enciphered = key.encipher(&witness).map_err(failed)?;
        self.security.management = ManagementStatus::Awaited(Challenge(witness));
        Ok(answer(0x80, &enciphered))
    }

    /// Of the terminal alone: it is to encipher this.
    fn send_challenge(&mut self) -> Result<Vec<u8>, Status> {
        let key = &self.memory.management;
        let challenge = key.challenge().map_err(failed)?;
        let enciphered = key.encipher(&challenge).map_err(failed)?;
        self.security.management = ManagementStatus::Awaited(Challenge(enciphered));
        Ok(answer(0x81, &challenge))
    }

    fn accept_witness(
        &mut self,
        awaited: &Challenge,
        shown: &[u8],
        challenge: &[u8],
    ) -> Result<Vec<u8>, Status> {
        if challenge.len() != awaited.0.len() {
            return Err(Status::INCORRECT_DATA);
        }
        self.accept(awaited, shown)?;
        let response = self.memory.management.encipher(challenge).map_err(failed)?;
        Ok(answer(0x82, &response))
    }

    fn accept(&mut self, awaited: &Challenge, shown: &[u8]) -> Result<(), Status> {
        if shown.len() != awaited.0.len() || !memcmp::eq(&awaited.0, shown) {
            return Err(Status::SECURITY_STATUS_NOT_SATISFIED);
        }
        self.security.management = ManagementStatus::Proved;
        Ok(())
    }
}

fn failed(_: ErrorStack) -> Status {
    Status::NO_PRECISE_DIAGNOSIS
}
