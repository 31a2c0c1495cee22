//! Checking signatures within one judgement: each pair once, and no more than a fixed number.
//!
//! A signature check is the one thing that costs: crafted certificates could ask for thousands.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::x509::{Algorithms, Certificate, KeyInfo, SignatureFault, Signed};

/// So many are made for one judgement. A chain of three with its lists needs four to six.
const MOST_CHECKS: u32 = 100;

/// The signatures of one judgement.
#[derive(Debug)]
pub(crate) struct Signatures {
    algorithms: Algorithms,
    known: RefCell<HashMap<(usize, usize), Known>>,
    /// By the places of message and key in memory, for what lives as long as the judgement.
    others: RefCell<HashMap<(usize, usize), Result<(), SignatureFault>>>,
    left: Cell<u32>,
}

/// A verdict about two certificates, which are held so that no other can take their place in memory.
#[derive(Debug)]
struct Known {
    verdict: Result<(), SignatureFault>,
    _pair: (Certificate, Certificate),
}

impl Signatures {
    pub(crate) fn new(algorithms: Algorithms) -> Self {
        let (known, others) = (RefCell::default(), RefCell::default());
        Self { algorithms, known, others, left: Cell::new(MOST_CHECKS) }
    }

    pub(crate) const fn algorithms(&self) -> Algorithms {
        self.algorithms
    }

    /// Whether `issuer`'s key signed `certificate`.
    pub(crate) fn of_certificate(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<(), SignatureFault> {
        let pair = (certificate.identity(), issuer.identity());
        if let Some(known) = self.known.borrow().get(&pair) {
            return known.verdict;
        }
        let verdict = self.spent(&certificate.signed(), issuer.key());
        let known = Known { verdict, _pair: (certificate.clone(), issuer.clone()) };
        self.known.borrow_mut().insert(pair, known);
        verdict
    }

    /// Whether the key signed a list or an answer of the evidence.
    pub(crate) fn of_evidence(
        &self,
        signed: &Signed<'_>,
        by: &Certificate,
    ) -> Result<(), SignatureFault> {
        let pair = (signed.message.as_ptr().addr(), by.identity());
        if let Some(known) = self.others.borrow().get(&pair) {
            return *known;
        }
        let verdict = self.spent(signed, by.key());
        self.others.borrow_mut().insert(pair, verdict);
        verdict
    }

    fn spent(&self, signed: &Signed<'_>, key: &KeyInfo) -> Result<(), SignatureFault> {
        self.spend()?;
        key.has_signed(signed, self.algorithms)
    }

    fn spend(&self) -> Result<(), SignatureFault> {
        let left = self.left.get().checked_sub(1).ok_or(SignatureFault::TooMany)?;
        self.left.set(left);
        Ok(())
    }
}
