//! The valid policies of a path, as the graph of RFC 9618 §5: it says the same as the tree of RFC 5280
//! §6.1.2 (a), and grows no faster than the certificates, where the tree grows exponentially.
//!
//! Each level belongs to one certificate, each node to one policy of it; parents stand one level above.

use std::collections::HashMap;

use crate::der::{Oid, oid};

/// Whether `anyPolicy` in a certificate stands for every policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnyPolicy {
    Counts,
    IsNone,
}

#[derive(Debug)]
pub(super) struct Graph {
    levels: Vec<Level>,
}

#[derive(Debug, Default)]
struct Level {
    nodes: HashMap<Oid, Node>,
    /// The node of `anyPolicy`. Its one parent is that of the level above.
    any: bool,
}

#[derive(Debug)]
struct Node {
    /// What the next certificate must name.
    expected: Vec<Oid>,
    /// Policies of the level above; none when the parent is `anyPolicy`.
    parents: Vec<Oid>,
}

impl Graph {
    /// One node, `anyPolicy`.
    pub(super) fn new() -> Self {
        Self { levels: vec![Level { nodes: HashMap::new(), any: true }] }
    }

    /// RFC 5280 §6.1.3 (d) and (e).
    pub(super) fn descend(&mut self, policies: Option<&[Oid]>, any: AnyPolicy) {
        let above = self.levels.last();
        let (Some(above), Some(policies)) = (above.filter(|level| !level.is_empty()), policies)
        else {
            self.levels.push(Level::default());
            return;
        };
        let expected = above.expected();
        let mut level = Level::default();
        for policy in policies.iter().filter(|policy| !policy.is(oid::ANY_POLICY)) {
            match expected.get(policy) {
                Some(parents) => level.add(policy, parents),
                None if above.any => level.add(policy, &[]),
                None => {}
            }
        }
        let says_any = policies.iter().any(|policy| policy.is(oid::ANY_POLICY));
        if says_any && any == AnyPolicy::Counts {
            for (policy, parents) in &expected {
                if !level.nodes.contains_key(*policy) {
                    level.add(policy, parents);
                }
            }
            level.any = above.any;
        }
        self.levels.push(level);
    }

    /// RFC 5280 §6.1.4 (b) (1).
    pub(super) fn map(&mut self, mappings: &[(Oid, Oid)]) {
        let Some(level) = self.levels.last_mut() else { return };
        let mut mapped: HashMap<&Oid, Vec<Oid>> = HashMap::new();
        for (from, to) in mappings {
            mapped.entry(from).or_default().push(to.clone());
        }
        for (from, expected) in mapped {
            match level.nodes.get_mut(from) {
                Some(node) => node.expected = expected,
                None if level.any => {
                    level.nodes.insert(from.clone(), Node { expected, parents: Vec::new() });
                }
                None => {}
            }
        }
    }

    /// RFC 5280 §6.1.4 (b) (2).
    pub(super) fn forget(&mut self, mappings: &[(Oid, Oid)]) {
        let Some(level) = self.levels.last_mut() else { return };
        for (from, _) in mappings {
            level.nodes.remove(from);
        }
    }

    /// Whether no policy is valid any more.
    pub(super) fn is_empty(&self) -> bool {
        self.levels.last().is_none_or(Level::is_empty)
    }

    /// RFC 5280 §6.1.5 (g): whether one of these is valid, as the anchor's authorities name policies; of
    /// none, any.
    pub(super) fn has_any_of(&self, accepted: &[Oid]) -> bool {
        let Some(last) = self.levels.last() else { return false };
        let any = accepted.is_empty() || accepted.iter().any(|policy| policy.is(oid::ANY_POLICY));
        if any || last.any {
            return !last.is_empty();
        }
        let mut alive: Vec<&Oid> = last.nodes.keys().collect();
        for level in self.levels.iter().rev() {
            let mut parents = Vec::new();
            for policy in alive {
                let Some(node) = level.nodes.get(policy) else { continue };
                if node.parents.is_empty() && accepted.contains(policy) {
                    return true;
                }
                parents.extend(&node.parents);
            }
            parents.sort();
            parents.dedup();
            alive = parents;
        }
        false
    }
}

impl Level {
    fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.any
    }

    /// Which nodes expect a policy.
    fn expected(&self) -> HashMap<&Oid, Vec<Oid>> {
        let mut expected: HashMap<&Oid, Vec<Oid>> = HashMap::new();
        for (policy, node) in &self.nodes {
            for wanted in &node.expected {
                expected.entry(wanted).or_default().push(policy.clone());
            }
        }
        expected
    }

    fn add(&mut self, policy: &Oid, parents: &[Oid]) {
        let node = Node { expected: vec![policy.clone()], parents: parents.to_vec() };
        self.nodes.insert(policy.clone(), node);
    }
}
