//! Figures by name, and what is made of many measurements.

use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use crate::BenchError;

/// Every figure measured so far, in the order of measuring.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    name: &'static str,
    value: f64,
    meaning: &'static str,
}

impl Figures {
    /// Takes a figure; the name carries its unit.
    pub(crate) fn add(&mut self, name: &'static str, value: f64, meaning: &'static str) {
        self.0.push(Figure { name, value, meaning });
    }

    /// All figures as one flat object.
    pub(crate) fn json(&self) -> Value {
        let figures = self.0.iter().map(|figure| (figure.name.to_owned(), rounded(figure.value)));
        Value::Object(figures.collect::<Map<_, _>>())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Figure { name, value, meaning } in &self.0 {
            writeln!(f, "{name:<34} {value:>10.3}  {meaning}")?;
        }
        Ok(())
    }
}

/// Three decimals are more than any of the figures is worth.
fn rounded(value: f64) -> Value {
    Value::from((value * 1000.0).round() / 1000.0)
}

/// Many measurements of one thing, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration.as_secs_f64() * 1000.0);
    }

    /// The smallest value that `percent` of all are not above (nearest rank).
    pub(crate) fn percentile(&mut self, percent: usize) -> Result<f64, BenchError> {
        self.0.sort_by(f64::total_cmp);
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().ok_or(BenchError::Empty("a percentile"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut sample = Sample::default();
        for value in (1..=200).rev() {
            sample.add(Duration::from_millis(value));
        }
        let close = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
        assert!(close(sample.percentile(50).unwrap(), 100.0));
        assert!(close(sample.percentile(99).unwrap(), 198.0));
        assert!(close(sample.percentile(100).unwrap(), 200.0));
        assert!(Sample::default().percentile(50).is_err());
    }
}
