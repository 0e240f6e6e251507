//! Finding programs.

use std::path::{Path, PathBuf};

/// The program's place in PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The newest `PostgreSQL` server programs of Debian's layout (/usr/lib/postgresql/15/bin), or of PATH.
pub fn postgres_folder() -> Option<PathBuf> {
    newest_postgres(Path::new("/usr/lib/postgresql"))
        .or_else(|| find("initdb").and_then(|initdb| initdb.parent().map(Path::to_path_buf)))
}

fn newest_postgres(base: &Path) -> Option<PathBuf> {
    let mut versions: Vec<u32> = std::fs::read_dir(base)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version: &u32| base.join(version.to_string()).join("bin/initdb").is_file())
        .collect();
    versions.sort_unstable();
    versions
        .last()
        .map(|version: &u32| base.join(version.to_string()).join("bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_postgres_with_a_server_is_chosen_by_number() {
        let base = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17"] {
            std::fs::create_dir_all(base.path().join(version).join("bin")).unwrap();
        }
        for version in ["9", "15"] {
            std::fs::write(base.path().join(version).join("bin/initdb"), "").unwrap();
        }
        assert_eq!(newest_postgres(base.path()), Some(base.path().join("15/bin")));
    }
}
