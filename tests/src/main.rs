//! The whole system through its front door.
//!
//! `refettorio-story browser` drives Chromium, `refettorio-story desktop` the real desktop app, with the same code;
//! `kill` kills the portal again and again under load; `gallery` looks at every screen in every size and takes their
//! pictures. The programs to drive are named by `STORY_…` variables, which `cargo xtask smoke` sets. It prints a line a step and ends with
//! `N passed, N failed`.
//!
//! To add a step: a function in `story/`, and its line in the list of [`story::tell`].

mod debugging;
mod gallery;
mod kill;
mod pages;
mod report;
mod secrets;
mod story;
mod till;
mod world;

use clap::{Parser, Subcommand};
use report::Report;
use std::process::ExitCode;

/// Drives Refettorio as a person would.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The parent's day, in Chromium.
    Browser,
    /// The same day, in the desktop app.
    Desktop,
    /// The last part of the desktop's alone: told by notifications.
    DesktopPush,
    /// Signing in at a certified provider, in Chromium.
    InteropBrowser,
    /// The same, in the desktop app.
    InteropDesktop,
    /// Kills the portal under load and looks what is left.
    Kill {
        /// How many times.
        #[arg(long, default_value_t = 50)]
        rounds: u32,
        /// Where the random moments start from; printed, so that a failure can be played again.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Every screen at phone and desktop widths, light and dark: what a machine can check of it, and its picture.
    Gallery,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut report = Report::default();
    let done = match Arguments::parse().what {
        What::Browser => story::tell(pages::Place::Chromium, &mut report).await,
        What::Desktop => story::tell(pages::Place::Desktop, &mut report).await,
        What::DesktopPush => story::desktop_push::tell(&mut report).await,
        What::InteropBrowser => story::interop::tell(pages::Place::Chromium, &mut report).await,
        What::InteropDesktop => story::interop::tell(pages::Place::Desktop, &mut report).await,
        What::Kill { rounds, seed } => kill::run(rounds, seed, &mut report).await,
        What::Gallery => gallery::walk(&mut report).await,
    };
    if let Err(error) = done {
        report.failed("the story goes on", &error);
    }
    report.close()
}
