//! Counters and histograms, and how they are written (`https://prometheus.io/docs/instrumenting/exposition_formats/`).

use std::{
    fmt::{Display, Write as _},
    marker::PhantomData,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::labels::Word;

/// The upper bounds of a histogram's buckets, in milliseconds: from what nobody notices to what everybody does.
pub(super) const BUCKETS: [u64; 13] =
    [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/// Something that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A counter for each word of a closed set.
#[derive(Debug)]
pub(crate) struct Counters<W>(Box<[Counter]>, PhantomData<W>);

impl<W: Word> Default for Counters<W> {
    fn default() -> Self {
        Self(W::ALL.iter().map(|_| Counter::default()).collect(), PhantomData)
    }
}

impl<W: Word> Counters<W> {
    pub(crate) fn count(&self, word: W) {
        // Every word has its place.
        let place = W::ALL.iter().position(|known| *known == word);
        if let Some(counter) = place.and_then(|place| self.0.get(place)) {
            counter.count();
        }
    }

    fn values(&self) -> impl Iterator<Item = (&'static str, u64)> {
        W::ALL.iter().zip(&self.0).map(|(word, counter)| (word.word(), counter.value()))
    }
}

/// A counter for each pair of words of two closed sets.
#[derive(Debug)]
pub(crate) struct Pairs<A, B>(Box<[Counters<B>]>, PhantomData<A>);

impl<A: Word, B: Word> Default for Pairs<A, B> {
    fn default() -> Self {
        Self(A::ALL.iter().map(|_| Counters::default()).collect(), PhantomData)
    }
}

impl<A: Word, B: Word> Pairs<A, B> {
    pub(crate) fn count(&self, first: A, second: B) {
        let place = A::ALL.iter().position(|known| *known == first);
        if let Some(counters) = place.and_then(|place| self.0.get(place)) {
            counters.count(second);
        }
    }
}

/// How long something took, by buckets.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// One for each bound, and one for what took longer.
    buckets: [Counter; BUCKETS.len() + 1],
    microseconds: AtomicU64,
}

impl Histogram {
    pub(crate) fn took(&self, time: Duration) {
        let fits = |bound: &u64| time <= Duration::from_millis(*bound);
        let place = BUCKETS.iter().position(fits).unwrap_or(BUCKETS.len());
        if let Some(bucket) = self.buckets.get(place) {
            bucket.count();
        }
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }
}

/// What is told.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl Text {
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: usize) {
        self.head(name, help, "gauge");
        self.sample(name, "", value);
    }

    /// A fact that is no number.
    pub(super) fn info(&mut self, name: &str, help: &str, version: &str) {
        self.head(name, help, "gauge");
        self.sample(name, &format!("{{version=\"{version}\"}}"), 1);
    }

    /// 1 for the word that holds, 0 for the others.
    pub(super) fn one_of<W: Word>(&mut self, name: &str, help: &str, holds: W) {
        self.head(name, help, "gauge");
        for word in W::ALL {
            self.sample(name, &label("state", word.word()), u8::from(*word == holds));
        }
    }

    pub(super) fn counter(&mut self, name: &str, help: &str, counter: &Counter) {
        self.head(name, help, "counter");
        self.sample(name, "", counter.value());
    }

    pub(super) fn counters<W: Word>(
        &mut self,
        name: &str,
        help: &str,
        called: &str,
        counters: &Counters<W>,
    ) {
        self.head(name, help, "counter");
        for (word, value) in counters.values() {
            self.sample(name, &label(called, word), value);
        }
    }

    pub(super) fn pairs<A: Word, B: Word>(
        &mut self,
        name: &str,
        help: &str,
        (first, second): (&str, &str),
        pairs: &Pairs<A, B>,
    ) {
        self.head(name, help, "counter");
        for (one, counters) in A::ALL.iter().zip(&pairs.0) {
            for (other, value) in counters.values() {
                let labels = format!("{{{first}=\"{}\",{second}=\"{other}\"}}", one.word());
                self.sample(name, &labels, value);
            }
        }
    }

    /// Buckets hold what is below their bound, all of it; the sum is in seconds.
    pub(super) fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, help, "histogram");
        let bucket = format!("{name}_bucket");
        let bounds = BUCKETS.iter().map(|bound| seconds(bound * 1_000));
        let bounds = bounds.chain(["+Inf".to_owned()]);
        let mut all = 0;
        for (bound, counter) in bounds.zip(&histogram.buckets) {
            all += counter.value();
            self.sample(&bucket, &label("le", &bound), all);
        }
        let sum = histogram.microseconds.load(Ordering::Relaxed);
        self.sample(&format!("{name}_sum"), "", seconds(sum));
        self.sample(&format!("{name}_count"), "", all);
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

/// No word of ours needs an escape.
fn label(name: &str, value: &str) -> String {
    format!("{{{name}=\"{value}\"}}")
}

/// Microseconds as seconds, without the rounding of binary fractions.
fn seconds(microseconds: u64) -> String {
    let (whole, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let digits = format!("{rest:06}");
    match digits.trim_end_matches('0') {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(histogram: &Histogram) -> Vec<String> {
        let mut text = Text::default();
        text.histogram("h", "Help.", histogram);
        String::from(text).lines().map(str::to_owned).collect()
    }

    #[test]
    fn buckets_hold_all_that_is_not_longer_and_the_sum_is_in_seconds() {
        let histogram = Histogram::default();
        for microseconds in [0, 2_000, 2_001, 1_500_000, 45_000_000] {
            histogram.took(Duration::from_micros(microseconds));
        }
        let told = told(&histogram);
        for line in [
            "# TYPE h histogram",
            "h_bucket{le=\"0.002\"} 2",
            "h_bucket{le=\"0.005\"} 3",
            "h_bucket{le=\"1\"} 3",
            "h_bucket{le=\"2\"} 4",
            "h_bucket{le=\"30\"} 4",
            "h_bucket{le=\"+Inf\"} 5",
            "h_sum 46.504001",
            "h_count 5",
        ] {
            assert!(told.contains(&line.to_owned()), "{line} is not in {told:#?}");
        }
    }
}
