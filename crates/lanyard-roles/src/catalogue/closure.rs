//! What each activity includes in the end: reachability, one set an activity, made once.
//!
//! Activities that include each other are one component and include the same. Components come out of
//! Tarjan's algorithm with those they lead to before them, so each set is a union of finished ones. It
//! keeps its own stack: a chain of activities may be as long as the catalogue.

use super::bits::Bits;

/// What comes of a graph.
#[derive(Debug)]
pub(super) struct Closure {
    /// Of each activity, itself among them.
    pub(super) sets: Vec<Bits>,
    /// Activities that include each other, by component.
    pub(super) cycles: Vec<Vec<usize>>,
}

/// The closure of a graph: of each number, the numbers it leads to.
pub(super) fn closure(graph: &[Vec<usize>]) -> Closure {
    let size = graph.len();
    let mut sets = vec![Bits::none_of(size); size];
    let mut cycles = Vec::new();
    for mut component in components(graph) {
        let mut set = Bits::none_of(size);
        for &member in &component {
            set.insert(member);
            for next in successors(graph, member) {
                if let Some(finished) = sets.get(next) {
                    set.extend(finished);
                }
            }
        }
        for &member in &component {
            if let Some(of_member) = sets.get_mut(member) {
                *of_member = set.clone();
            }
        }
        let own = component.first().is_some_and(|&one| successors(graph, one).any(|it| it == one));
        if component.len() > 1 || own {
            component.sort_unstable();
            cycles.push(component);
        }
    }
    Closure { sets, cycles }
}

fn successors(graph: &[Vec<usize>], of: usize) -> impl Iterator<Item = usize> {
    graph.get(of).into_iter().flatten().copied()
}

/// What the search knows of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    Never,
    /// On the stack of the search: when it was found, and the earliest it leads back to.
    Open { found: usize, low: usize },
    /// In a component.
    Done,
}

struct Search<'a> {
    graph: &'a [Vec<usize>],
    seen: Vec<Seen>,
    found: usize,
    /// Found, and not in a component yet.
    open: Vec<usize>,
    /// The way to the current number: each with how many of its successors were looked at.
    way: Vec<(usize, usize)>,
    components: Vec<Vec<usize>>,
}

/// The strongly connected components; those a component leads to stand before it.
fn components(graph: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let seen = vec![Seen::Never; graph.len()];
    let (open, way, components) = Default::default();
    let mut search = Search { graph, seen, found: 0, open, way, components };
    for start in 0..graph.len() {
        if search.seen(start) == Seen::Never {
            search.enter(start);
            while let Some((current, looked)) = search.way.last().copied() {
                search.step(current, looked);
            }
        }
    }
    search.components
}

impl Search<'_> {
    fn seen(&self, number: usize) -> Seen {
        self.seen.get(number).copied().unwrap_or(Seen::Done)
    }

    fn enter(&mut self, number: usize) {
        if let Some(seen) = self.seen.get_mut(number) {
            *seen = Seen::Open { found: self.found, low: self.found };
        }
        self.found += 1;
        self.open.push(number);
        self.way.push((number, 0));
    }

    fn step(&mut self, current: usize, looked: usize) {
        let next = self.graph.get(current).and_then(|successors| successors.get(looked)).copied();
        let Some(next) = next else { return self.leave(current) };
        if let Some((_, looked)) = self.way.last_mut() {
            *looked += 1;
        }
        match self.seen(next) {
            Seen::Never => self.enter(next),
            Seen::Open { found, .. } => self.lower(current, found),
            Seen::Done => {}
        }
    }

    fn lower(&mut self, number: usize, to: usize) {
        if let Some(Seen::Open { low, .. }) = self.seen.get_mut(number) {
            *low = to.min(*low);
        }
    }

    fn leave(&mut self, number: usize) {
        self.way.pop();
        let Seen::Open { found, low } = self.seen(number) else { return };
        if let Some((before, _)) = self.way.last().copied() {
            self.lower(before, low);
        }
        if found == low {
            let start = self.open.iter().rposition(|&it| it == number).unwrap_or(0);
            let component = self.open.split_off(start);
            for &member in &component {
                if let Some(seen) = self.seen.get_mut(member) {
                    *seen = Seen::Done;
                }
            }
            self.components.push(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(bits: &Bits) -> Vec<usize> {
        bits.iter().collect()
    }

    #[test]
    fn what_is_included_is_followed_to_the_end() {
        let closure = closure(&[vec![1], vec![2], vec![], vec![0, 2]]);
        assert_eq!(numbers(&closure.sets[0]), [0, 1, 2]);
        assert_eq!(numbers(&closure.sets[2]), [2]);
        assert_eq!(numbers(&closure.sets[3]), [0, 1, 2, 3]);
        assert_eq!(closure.cycles, Vec::<Vec<usize>>::new());
    }

    #[test]
    fn activities_in_a_cycle_include_the_same_and_are_told() {
        let closure = closure(&[vec![1], vec![2], vec![0, 3], vec![], vec![4]]);
        for member in 0..3 {
            assert_eq!(numbers(&closure.sets[member]), [0, 1, 2, 3]);
        }
        assert_eq!(closure.cycles, [vec![0, 1, 2], vec![4]]);
    }

    #[test]
    fn a_chain_of_ten_thousand_needs_no_deep_stack() {
        let graph: Vec<_> = (1..=10_000).map(|next| vec![next % 10_000]).collect();
        assert_eq!(closure(&graph).cycles.len(), 1);
    }

    proptest! {
        #[test]
        fn every_set_is_what_a_walk_reaches(
            edges in prop::collection::vec((0..12_usize, 0..12_usize), 0..40),
        ) {
            let mut graph = vec![Vec::new(); 12];
            for (from, to) in edges {
                graph[from].push(to);
            }
            let closure = closure(&graph);
            for start in 0..12 {
                let (mut reached, mut next) = (vec![start], 0);
                while let Some(&here) = reached.get(next) {
                    next += 1;
                    let new: Vec<_> =
                        graph[here].iter().filter(|to| !reached.contains(to)).copied().collect();
                    for to in new {
                        if !reached.contains(&to) {
                            reached.push(to);
                        }
                    }
                }
                reached.sort_unstable();
                prop_assert_eq!(numbers(&closure.sets[start]), reached);
            }
        }
    }
}
