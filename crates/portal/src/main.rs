//! `refettorio-portal`: reads the command line and runs what it says.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    refettorio_portal::cli::run(refettorio_portal::cli::Arguments::parse())
}
