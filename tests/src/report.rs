//! One line a step, and the count at the end.

#![expect(clippy::print_stdout, reason = "the report is this program's product")]

use std::{future::Future, process::ExitCode, time::Instant};

/// Counts and prints.
#[derive(Debug, Default)]
pub struct Report {
    passed: u32,
    failed: u32,
}

impl Report {
    /// Runs a step and prints how it went; the error goes on to the caller, since what follows builds on it.
    pub async fn step<T>(
        &mut self,
        what: &str,
        step: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let start = Instant::now();
        match step.await {
            Ok(value) => {
                self.passed += 1;
                println!("ok      {what} ({} ms)", start.elapsed().as_millis());
                Ok(value)
            }
            Err(error) => Err(error.context(what.to_owned())),
        }
    }

    /// Counts what was checked without a step of its own.
    pub fn passed(&mut self, what: &str) {
        self.passed += 1;
        println!("ok      {what}");
    }

    /// Prints what went wrong, with its reasons.
    pub fn failed(&mut self, what: &str, error: &anyhow::Error) {
        self.failed += 1;
        println!("FAILED  {what}: {error:#}");
    }

    /// The last line.
    pub fn close(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 && self.passed > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
