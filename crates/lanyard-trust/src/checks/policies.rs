//! Do the policies suit (RFC 5280 §6.1.2 (d) to (f), §6.1.3 (d) to (f), §6.1.4 (a), (b), (h) to (j),
//! §6.1.5 (a), (b), (g))? The counters are here, the policies themselves in `policy_graph`.

use super::Case;
use super::policy_graph::{AnyPolicy, Graph};
use crate::der::oid;
use crate::finding::{Check, Fact, Findings, Place};
use crate::settings::{Demand, PolicySettings, Profile};
use crate::x509::{Certificate, Extensions};

/// How many more certificates may come before something is demanded or forbidden.
struct Counters {
    explicit_policy: usize,
    policy_mapping: usize,
    inhibit_any: usize,
}

impl Counters {
    fn new(settings: &PolicySettings, length: usize) -> Self {
        let start = |demand| match demand {
            Demand::Yes => 0,
            Demand::No => length + 1,
        };
        Self {
            explicit_policy: start(settings.explicit),
            policy_mapping: start(settings.inhibit_mapping),
            inhibit_any: start(settings.inhibit_any),
        }
    }

    /// §6.1.4 (h), (i), (j).
    fn prepare(&mut self, certificate: &Certificate) {
        if !certificate.is_self_issued() {
            for counter in
                [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.inhibit_any]
            {
                *counter = counter.saturating_sub(1);
            }
        }
        let Extensions { policy_constraints, inhibit_any_policy, .. } = certificate.extensions();
        lower(&mut self.explicit_policy, policy_constraints.require_explicit);
        lower(&mut self.policy_mapping, policy_constraints.inhibit_mapping);
        lower(&mut self.inhibit_any, *inhibit_any_policy);
    }

    /// §6.1.5 (a) and (b).
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        if certificate.extensions().policy_constraints.require_explicit == Some(0) {
            self.explicit_policy = 0;
        }
    }
}

fn lower(counter: &mut usize, limit: Option<u32>) {
    if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) {
        *counter = (*counter).min(limit);
    }
}

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let settings = &case.settings.policies;
    let mut counters = Counters::new(settings, case.below);
    if case.settings.profile == Profile::SignIn && !settings.accepted.is_empty() {
        counters.explicit_policy = 0;
    }
    let mut graph = Graph::new();
    if let Some(anchor) = case.anchor() {
        anchors_constraints(anchor, &mut counters);
    }
    for (number, certificate) in case.downwards() {
        let any_counts = counters.inhibit_any > 0 || (number > 0 && certificate.is_self_issued());
        let any = if any_counts { AnyPolicy::Counts } else { AnyPolicy::IsNone };
        graph.descend(certificate.extensions().policies.as_deref(), any);
        let demanded = counters.explicit_policy == 0;
        if number > 0 {
            map(certificate, number, &counters, &mut graph, findings);
            counters.prepare(certificate);
        } else {
            counters.wrap_up(certificate);
        }
        if demanded && graph.is_empty() {
            findings.refuse(Check::Policies, Place::Certificate(number), Fact::NoPolicy);
            return;
        }
    }
    if counters.explicit_policy == 0 && !graph.has_any_of(&settings.accepted) {
        findings.refuse(Check::Policies, Place::Certificate(0), Fact::NoPolicy);
    }
}

/// What an anchor demands holds for what is below it (RFC 5937 §3).
fn anchors_constraints(anchor: &Certificate, counters: &mut Counters) {
    let Extensions { policy_constraints, inhibit_any_policy, .. } = anchor.extensions();
    lower(&mut counters.explicit_policy, policy_constraints.require_explicit);
    lower(&mut counters.policy_mapping, policy_constraints.inhibit_mapping);
    lower(&mut counters.inhibit_any, *inhibit_any_policy);
}

/// §6.1.4 (a) and (b).
fn map(
    certificate: &Certificate,
    number: usize,
    counters: &Counters,
    graph: &mut Graph,
    findings: &mut Findings,
) {
    let mappings = &certificate.extensions().policy_mappings;
    if mappings.iter().any(|(from, to)| from.is(oid::ANY_POLICY) || to.is(oid::ANY_POLICY)) {
        findings.refuse(Check::Policies, Place::Certificate(number), Fact::AnyPolicyMapped);
        return;
    }
    if counters.policy_mapping > 0 {
        graph.map(mappings);
    } else {
        graph.forget(mappings);
    }
}
