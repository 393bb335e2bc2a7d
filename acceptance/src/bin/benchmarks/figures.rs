//! Figures of several runs: the median and the range, never a single lucky or unlucky one.

use std::fmt;
use std::time::Duration;

use acceptance::testbed::Traffic;

/// The figures of one thing that was measured several times.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn add(&mut self, figure: f64) {
        let place = self.0.partition_point(|other| *other < figure);
        self.0.insert(place, figure);
    }

    /// The middle one; the mean of the two in the middle of an even number. NaN of none.
    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        match self.0.get(middle) {
            None => f64::NAN,
            Some(upper) if self.0.len() % 2 == 1 => *upper,
            Some(upper) => f64::midpoint(self.0[middle - 1], *upper),
        }
    }

    pub(crate) fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }
}

impl FromIterator<f64> for Sample {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        let mut sample = Self::default();
        figures.into_iter().for_each(|figure| sample.add(figure));
        sample
    }
}

/// `median (least to greatest)`, with the precision that the format asks for.
impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = formatter.precision().unwrap_or(2);
        let greatest = self.0.last().copied().unwrap_or(f64::NAN);
        write!(
            formatter,
            "{:.digits$} ({:.digits$} to {greatest:.digits$})",
            self.median(),
            self.least()
        )
    }
}

/// One command against the test host, some runs of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Runs {
    /// Seconds from the start of the process to its end.
    pub(crate) seconds: Sample,
    /// What went through the relay in the last run.
    pub(crate) traffic: Traffic,
}

/// One row of the table: one tool doing one thing, near and far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) task: Task,
    pub(crate) tool: String,
    pub(crate) near: Runs,
    pub(crate) far: Runs,
    /// Scripts that were started on the host, where the tool tells.
    pub(crate) execs: Option<usize>,
    /// Where the time went on the host, where the tool tells.
    pub(crate) parts: Vec<(String, f64)>,
}

impl Row {
    /// Round trips that the run waited for one after the other: what distance costs. The least of each is taken, since
    /// other load only ever adds.
    pub(crate) fn round_trips(&self, round_trip: Duration) -> f64 {
        (self.far.seconds.least() - self.near.seconds.least()) / round_trip.as_secs_f64()
    }
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    /// Nothing is to be done, which has to be found out.
    Nothing,
    /// The stack is not there yet; its images are.
    First,
    /// One file differs.
    Change,
}

impl Task {
    pub(crate) const ALL: [Task; 3] = [Task::Nothing, Task::First, Task::Change];
}

/// What went through the relay between two looks.
pub(crate) fn between(before: Traffic, after: Traffic) -> Traffic {
    Traffic {
        connections: after.connections - before.connections,
        sent: after.sent - before.sent,
        received: after.received - before.received,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_range_its_ends() {
        let sample: Sample = [3.0, 1.0, 2.0].into_iter().collect();
        assert_eq!(format!("{sample:.1}"), "2.0 (1.0 to 3.0)");
        let sample: Sample = [4.0, 1.0, 2.0, 3.0].into_iter().collect();
        assert_eq!(format!("{sample:.1}"), "2.5 (1.0 to 4.0)");
        assert!(Sample::default().median().is_nan());
    }
}
