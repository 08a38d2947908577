//! How long something takes when some have not got there yet: the Kaplan–Meier estimate.
//! Leads that nobody touched yet are not dropped: each counts among those who could have been touched until the moment it was last
//! looked at. Dropping them would make whoever ignores half of the leads look fast.
//! Invariant: shares are within 0 and 1 and never fall as time goes on.

use chrono::Duration;

/// Spans as they are observed, in whole seconds; the lowest bit tells a censored one, so that sorting puts it after an event at the same
/// moment, as the estimate wants it. Four bytes each, because sorting them is what a report over a million leads spends its time on.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<u32>);

impl Sample {
    /// It happened after so long; less than nothing counts as at once.
    pub fn happened(&mut self, after: Duration) {
        self.0.push(seconds(after) << 1);
    }

    /// It had not happened when last looked at, after so long.
    pub fn not_yet(&mut self, after: Duration) {
        self.0.push((seconds(after) << 1) | 1);
    }

    /// Takes in what another sample observed.
    pub fn absorb(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// The estimate.
    #[must_use]
    pub fn curve(mut self) -> Curve {
        self.0.sort_unstable();
        let n = self.0.len();
        let mut curve = Curve { n, not_yet: 0, last: 0, steps: Vec::new(), not_yet_at: Vec::new() };
        let mut left = 1.0;
        let mut at_risk = n;
        for group in self.0.chunk_by(|a, b| a == b) {
            let at = group[0] >> 1;
            if group[0] & 1 == 0 {
                left *= 1.0 - group.len() as f64 / at_risk as f64;
                curve.steps.push(Step { at, done: 1.0 - left });
            } else {
                curve.not_yet += group.len();
                curve.not_yet_at.push(at);
            }
            at_risk -= group.len();
            curve.last = at;
        }
        curve
    }
}

/// Whole seconds, from none to 68 years.
fn seconds(span: Duration) -> u32 {
    u32::try_from(span.num_seconds().clamp(0, i64::from(u32::MAX >> 1))).unwrap_or(0)
}

/// The share for which it has happened, as it grows with time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// How many were watched.
    pub n: usize,
    /// For how many of them it has not happened yet.
    pub not_yet: usize,
    /// The longest that anyone was watched, in seconds.
    last: u32,
    steps: Vec<Step>,
    not_yet_at: Vec<u32>,
}

/// From `at` seconds on, the share `done`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    at: u32,
    done: f64,
}

/// Rounding of a product of up to a million factors must not move a quantile.
const EXACT_ENOUGH: f64 = 1e-9;

impl Curve {
    /// The span after which it has happened for a share `q` of all; `None` when that share is not reached yet.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let step = self.steps.partition_point(|step| step.done < q - EXACT_ENOUGH);
        self.steps.get(step).map(|step| Duration::seconds(i64::from(step.at)))
    }

    /// The share for which it happens within `span`; `None` while nobody was watched for so long and the answer is open.
    #[must_use]
    pub fn within(&self, span: Duration) -> Option<f64> {
        let span = seconds(span);
        let step = self.steps.partition_point(|step| step.at <= span);
        let done = step.checked_sub(1).map_or(0.0, |step| self.steps[step].done);
        (self.n > 0 && (span <= self.last || done > 1.0 - EXACT_ENOUGH)).then_some(done.clamp(0.0, 1.0))
    }

    /// At most `most` points (seconds, share) of the line, the last always among them; the first is 0, 0.
    #[must_use]
    pub fn line(&self, most: usize) -> Vec<(f64, f64)> {
        let every = self.steps.len().div_ceil(most.max(2) - 1).max(1);
        let mut points = vec![(0.0, 0.0)];
        points.extend(self.steps.chunks(every).filter_map(|chunk| chunk.last()).map(|step| (f64::from(step.at), step.done)));
        if let Some(end) = points.last().map(|(_, done)| *done).filter(|_| self.n > 0) {
            points.push((f64::from(self.last), end));
        }
        points
    }

    /// At most `most` of the moments (seconds) at which somebody was last looked at without it having happened.
    #[must_use]
    pub fn last_looks(&self, most: usize) -> Vec<f64> {
        let every = self.not_yet_at.len().div_ceil(most.max(1)).max(1);
        self.not_yet_at.iter().step_by(every).map(|at| f64::from(*at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(happened: &[i64], not_yet: &[i64]) -> Curve {
        let mut sample = Sample::default();
        happened.iter().for_each(|s| sample.happened(Duration::seconds(*s)));
        not_yet.iter().for_each(|s| sample.not_yet(Duration::seconds(*s)));
        sample.curve()
    }

    /// The remission times of the treated group in the trial of Freireich and others (1963), the textbook example, in weeks:
    /// 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+.
    #[test]
    fn the_textbook_example_comes_out() {
        let curve = sample(&[6, 6, 6, 7, 10, 13, 16, 22, 23], &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);
        assert_eq!((curve.n, curve.not_yet), (21, 12));
        let left = [(6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)];
        for (at, expected) in left {
            let done = curve.within(Duration::seconds(at)).unwrap();
            assert!((1.0 - done - expected).abs() < 0.0006, "at {at}: {}", 1.0 - done);
        }
        assert_eq!(curve.quantile(0.5), Some(Duration::seconds(23)));
        assert_eq!(curve.quantile(0.9), None);
        assert_eq!(curve.within(Duration::seconds(36)), None, "nobody was watched for so long");
    }

    #[test]
    fn without_open_cases_the_median_is_the_middle_one() {
        let curve = sample(&[10, 20, 30, 40, 50], &[]);
        assert_eq!(curve.quantile(0.5), Some(Duration::seconds(30)));
        assert_eq!(curve.quantile(0.9), Some(Duration::seconds(50)));
        assert_eq!(curve.within(Duration::seconds(60)), Some(1.0));
    }

    #[test]
    fn ignoring_half_of_the_leads_does_not_make_fast() {
        assert_eq!(sample(&[60], &[]).quantile(0.5), Some(Duration::seconds(60)));
        assert_eq!(sample(&[60], &[9000, 9000]).quantile(0.5), None);
        assert_eq!(sample(&[], &[]).within(Duration::seconds(1)), None);
    }

    proptest! {
        #[test]
        fn shares_grow_and_stay_within_bounds(happened in prop::collection::vec(0i64..500, 0..60), open in prop::collection::vec(0i64..500, 0..60)) {
            let curve = sample(&happened, &open);
            prop_assert_eq!(curve.n, happened.len() + open.len());
            prop_assert_eq!(curve.not_yet, open.len());
            let mut before = 0.0;
            for at in (0..600).step_by(7) {
                if let Some(done) = curve.within(Duration::seconds(at)) {
                    prop_assert!((0.0..=1.0).contains(&done) && done >= before);
                    before = done;
                }
            }
            prop_assert!(curve.line(20).len() <= 22);
            if open.is_empty() && !happened.is_empty() {
                let mut sorted = happened;
                sorted.sort_unstable();
                let middle = sorted[sorted.len().div_ceil(2) - 1];
                prop_assert_eq!(curve.quantile(0.5), Some(Duration::seconds(middle)));
            }
        }
    }
}
