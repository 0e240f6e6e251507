//! The daily words of the house: `cargo xtask demo | test | dev | desktop | check | contract | smoke | mobile-check | ui |
//! screenshots`.
//!
//! One file a word. Around them: [`setup`] says what a word needs and installs it, [`run`] runs commands and shows how
//! long they take, [`ui`] builds the interface, [`postgres`] and [`stage`] lend a database and a desktop and take them
//! back. It never decides anything about meals or money, and nothing of it is shipped.
//!
//! Every checking word (`test`, `check`, `contract`, `smoke`, `mobile-check`) does all its steps even when one fails, ends
//! with `N passed, N failed` alone on a line and leaves with a status that says the same.
//!
//! To add a word: a file with one `pub fn run`, a variant of [`Word`], and its needs in [`setup`].

mod check;
mod contract;
mod demo;
mod desktop;
mod dev;
mod interop;
mod mobile;
mod ports;
mod postgres;
mod programs;
mod run;
mod screenshots;
mod setup;
mod smoke;
mod stage;
mod tally;
mod test;
mod ui;
mod walls;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The daily words of Refettorio.
#[derive(Parser)]
#[command(name = "cargo xtask", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    word: Word,
}

#[derive(Subcommand)]
enum Word {
    /// Build and start everything with two sample municipalities; Ctrl-C stops it.
    ///
    /// Installs what is missing, builds the interface, the portal and the stand-ins for the outside systems, imports
    /// the sample bodies into data/demo/ and prints the address and the sign-ins to try.
    Demo(demo::Options),
    /// Run every check there is: tests on SQLite and on a throw-away PostgreSQL, `check`, `smoke`.
    Test(test::Options),
    /// Like `demo`, with a quick debug build of the interface that is made again when its sources change.
    Dev(demo::Options),
    /// Build the interface and the desktop app, and open its window.
    Desktop,
    /// Format, lints, import rules, versions and the OpenAPI document, without running any test.
    Check,
    /// Hold all that is said to and by pagoPA's stand-in against pagoPA's published documents (`PAGOPA_SPECS`).
    Contract,
    /// Sign in at a certified `OpenID` provider (npm's `oidc-provider`), run on this machine.
    Interop,
    /// The front-door story, headless, in Chromium and in the real desktop app.
    Smoke(smoke::Options),
    /// Type-check the shell for Android and iPhones: a type check, not a build.
    MobileCheck,
    /// Build the interface for browsers (target/ui/site) and for the desktop app (target/ui/app).
    Ui {
        /// Quick debug build: larger, neither optimised nor compressed.
        #[arg(long)]
        dev: bool,
    },
    /// Make the pictures of the README again (docs/images/*.png).
    Screenshots,
}

fn main() -> ExitCode {
    let word = Arguments::parse().word;
    let counts = matches!(
        word,
        Word::Test(_) | Word::Check | Word::Contract | Word::Interop | Word::Smoke(_) | Word::MobileCheck
    );
    let done = run::stop_on_signals().and_then(|()| match word {
        Word::Demo(options) => demo::run(&options).map(|()| true),
        Word::Test(options) => test::run(&options),
        Word::Dev(options) => dev::run(&options).map(|()| true),
        Word::Desktop => desktop::run().map(|()| true),
        Word::Check => check::run(),
        Word::Contract => contract::run(),
        Word::Interop => interop::run(),
        Word::Smoke(options) => smoke::run(&options),
        Word::MobileCheck => mobile::run(),
        Word::Ui { dev } => ui::run(dev).map(|()| true),
        Word::Screenshots => screenshots::run(),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            run::complain(&format!("\nstopped: {error:#}"));
            if counts {
                run::say("0 passed, 1 failed");
            }
            ExitCode::FAILURE
        }
    }
}
