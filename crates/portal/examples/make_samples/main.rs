//! Writes the sample bodies again: `cargo run -p refettorio-portal --example make_samples -- samples`. The same
//! every time; a test compares what it makes with what is kept.

mod samples;

use std::{env, fs, path::PathBuf};

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "samples".to_owned()));
    for (path, bytes) in samples::all() {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
