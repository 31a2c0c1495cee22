//! Sets of activities by their number in one catalogue.

/// A set of small numbers; all sets of one catalogue have the same length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// Nothing, of numbers below `size`.
    pub(super) fn none_of(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)].into())
    }

    /// Adds a number; one that is too large is none of this catalogue's.
    pub(super) fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Adds all of another set.
    pub(super) fn extend(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// The numbers, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, &word)| {
            let lowest = |word: u64| (word != 0).then(|| word & (word - 1));
            let rests = std::iter::successors(Some(word), move |&word| lowest(word));
            let ones = rests.take_while(|&rest| rest != 0);
            ones.map(move |rest| 64 * index + rest.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_in_order_and_once() {
        let mut bits = Bits::none_of(130);
        for number in [129, 0, 63, 64, 0, 7] {
            bits.insert(number);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 7, 63, 64, 129]);
        assert_eq!(Bits::none_of(0).iter().count(), 0);
    }
}
