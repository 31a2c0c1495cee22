//! Figures by name, what is to be reached, and what is made of many measurements.

use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use crate::BenchError;

/// Every figure measured so far, in the order of measuring.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    name: String,
    value: f64,
    goal: Option<Goal>,
    meaning: &'static str,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
enum Goal {
    /// This, or less.
    AtMost(f64),
    /// This, or more.
    AtLeast(f64),
}

impl Figures {
    /// Takes a figure; the name carries its unit.
    pub(crate) fn add(&mut self, name: impl Into<String>, value: f64, meaning: &'static str) {
        self.0.push(Figure { name: name.into(), value, goal: None, meaning });
    }

    /// Takes a figure that shall be no larger than `at_most`.
    pub(crate) fn add_with_goal(
        &mut self,
        name: impl Into<String>,
        (value, at_most): (f64, f64),
        meaning: &'static str,
    ) {
        let goal = Some(Goal::AtMost(at_most));
        self.0.push(Figure { name: name.into(), value, goal, meaning });
    }

    /// Takes a figure that shall be no smaller than `at_least`.
    pub(crate) fn add_at_least(
        &mut self,
        name: impl Into<String>,
        (value, at_least): (f64, f64),
        meaning: &'static str,
    ) {
        let goal = Some(Goal::AtLeast(at_least));
        self.0.push(Figure { name: name.into(), value, goal, meaning });
    }

    /// All figures as one flat object.
    pub(crate) fn json(&self) -> Value {
        let figures = self.0.iter().map(|figure| (figure.name.clone(), rounded(figure.value)));
        Value::Object(figures.collect::<Map<_, _>>())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Figure { name, value, goal, meaning } in &self.0 {
            let goal = goal.map_or_else(String::new, |goal| goal.compared_with(*value));
            let line = format!("{name:<44} {value:>10.3}  {goal:<16}  {meaning}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl Goal {
    fn compared_with(self, value: f64) -> String {
        let (sign, goal, reached) = match self {
            Self::AtMost(goal) => ("<=", goal, value <= goal),
            Self::AtLeast(goal) => (">=", goal, value >= goal),
        };
        format!("{sign} {goal}, {}", if reached { "reached" } else { "MISSED" })
    }
}

/// Three decimals are more than any of the figures is worth.
fn rounded(value: f64) -> Value {
    Value::from((value * 1000.0).round() / 1000.0)
}

/// Many measurements of one thing, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration.as_secs_f64() * 1000.0);
    }

    /// What each is more than `base`, which is in milliseconds; nothing where it is less.
    pub(crate) fn above(&self, base: f64) -> Self {
        Self(self.0.iter().map(|value| (value - base).max(0.0)).collect())
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
        assert!(close(sample.above(150.0).percentile(50).unwrap(), 0.0));
        assert!(close(sample.above(150.0).percentile(100).unwrap(), 50.0));
        assert!(Sample::default().percentile(50).is_err());
    }

    #[test]
    fn a_goal_is_reached_or_missed_and_no_part_of_the_json() {
        let mut figures = Figures::default();
        figures.add_with_goal("good_ms", (3.0, 3.0), "");
        figures.add_with_goal("bad_ms", (3.1, 3.0), "why");
        figures.add("other", 1.0, "");
        figures.add_at_least("enough", (2.0, 2.0), "");
        figures.add_at_least("too_few", (1.9, 2.0), "");
        let shown = figures.to_string();
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[0].ends_with("3.000  <= 3, reached"), "{shown}");
        assert!(lines[1].ends_with("3.100  <= 3, MISSED      why"), "{shown}");
        assert!(lines[2].ends_with("1.000"), "{shown}");
        assert!(lines[3].ends_with(">= 2, reached"), "{shown}");
        assert!(lines[4].ends_with(">= 2, MISSED"), "{shown}");
        let json = serde_json::json!({
            "good_ms": 3.0, "bad_ms": 3.1, "other": 1.0, "enough": 2.0, "too_few": 1.9
        });
        assert_eq!(figures.json(), json);
    }
}
