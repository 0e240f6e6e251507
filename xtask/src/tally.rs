//! Counting what passed and what failed, and saying so at the end.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::run;

/// How many checks passed and failed, and the words about those that failed.
#[derive(Debug, Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    complaints: Vec<String>,
}

impl Tally {
    /// Counts one step; an error is kept for the end, and the next step runs all the same.
    pub fn step(&mut self, name: &str, outcome: Result<()>) -> bool {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                run::say(&format!("  passed: {name}"));
                true
            }
            Err(error) => {
                self.fail(&format!("{name}: {error:#}"));
                false
            }
        }
    }

    /// Counts one failure.
    pub fn fail(&mut self, words: &str) {
        self.failed += 1;
        run::say(&format!("  FAILED: {words}"));
        self.complaints.push(words.to_owned());
    }

    /// Says at the end, too, what a failure was that is counted elsewhere.
    pub fn explain(&mut self, words: &str) {
        run::say(&format!("  FAILED: {words}"));
        self.complaints.push(words.to_owned());
    }

    /// Adds what another program counted.
    pub fn add(&mut self, count: Count) {
        self.passed += count.passed;
        self.failed += count.failed;
    }

    /// Whether nothing failed and something passed.
    pub fn is_green(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// Says what failed, how long it took, and ends with `N passed, N failed` alone on a line.
    pub fn finish(self, started: Instant) -> bool {
        run::say("");
        for complaint in &self.complaints {
            run::say(&format!("FAILED {complaint}"));
        }
        run::say(&format!("in {}", seconds(started.elapsed())));
        run::say(&format!("{} passed, {} failed", self.passed, self.failed));
        self.is_green()
    }
}

/// What a program reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Checks that held.
    pub passed: u64,
    /// Checks that did not.
    pub failed: u64,
}

impl Count {
    /// Reads one line of libtest (`test result: ok. 3 passed; 0 failed; …`).
    pub fn of_libtest(line: &str) -> Option<Self> {
        let rest = line.trim().strip_prefix("test result: ")?;
        let (_, numbers) = rest.split_once(". ")?;
        Some(Self {
            passed: before(numbers, " passed")?,
            failed: before(numbers, " failed")?,
        })
    }

    /// Reads the last line of a checking word (`3 passed, 0 failed`).
    pub fn of_summary(line: &str) -> Option<Self> {
        let (passed, failed) = line.trim().split_once(" passed, ")?;
        Some(Self {
            passed: passed.parse().ok()?,
            failed: failed.strip_suffix(" failed")?.parse().ok()?,
        })
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

fn before(text: &str, mark: &str) -> Option<u64> {
    let (head, _) = text.split_once(mark)?;
    head.rsplit([' ', ';']).next()?.parse().ok()
}

/// `75 s` or `3 min 05 s`.
pub fn seconds(elapsed: Duration) -> String {
    let all = elapsed.as_secs();
    if all < 120 {
        format!("{all} s")
    } else {
        format!("{} min {:02} s", all / 60, all % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_libtest_result_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(
            Count::of_libtest(line),
            Some(Count {
                passed: 12,
                failed: 3
            })
        );
    }

    #[test]
    fn a_summary_is_counted_only_when_alone_on_its_line() {
        assert_eq!(
            Count::of_summary("14 passed, 0 failed"),
            Some(Count {
                passed: 14,
                failed: 0
            })
        );
        assert_eq!(Count::of_summary("so far 14 passed, 0 failed"), None);
    }

    #[test]
    fn nothing_passed_is_not_green() {
        assert!(!Tally::default().is_green());
    }

    #[test]
    fn one_failure_is_not_green_however_many_passed() {
        let mut tally = Tally::default();
        tally.add(Count {
            passed: 100,
            failed: 0,
        });
        assert!(tally.is_green());
        tally.fail("one");
        assert!(!tally.is_green());
    }
}
