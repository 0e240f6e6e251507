//! A throw-away `PostgreSQL`: its own folder, its own port, trusted connections from this machine only, gone at the end.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{ports, programs, run, setup};

/// A running server; dropped, it is stopped and its folder removed.
pub struct Throwaway {
    programs: PathBuf,
    folder: TempDir,
    url: String,
}

impl Throwaway {
    /// Makes a cluster and starts it. As root it runs as the user `postgres`, because the server refuses root.
    pub fn start() -> Result<Self> {
        let programs = programs::postgres_folder().context("no PostgreSQL server is installed")?;
        let folder = tempfile::Builder::new()
            .prefix("refettorio-postgres-")
            .tempdir()?;
        // The server's user must reach its own folder inside.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let port = ports::free()?;
        let server = Self {
            programs,
            folder,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        };
        let home = server.folder.path().join("server");
        std::fs::create_dir(&home)?;
        if setup::is_root() {
            let mut chown = run::command("chown");
            chown.arg("postgres").arg(&home);
            if run::answer(chown).is_none() {
                bail!("{} cannot be given to the user postgres", home.display());
            }
        }
        let mut initdb = server.program("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--pgdata",
        ]);
        initdb.arg(home.join("data"));
        run::step("postgresql: make a throw-away cluster", initdb)?;
        let mut start = server.program("pg_ctl");
        // No fsync: what a machine's crash would lose here, nobody would look for.
        start.args(["start", "--wait", "--silent", "--timeout=60", "--options"]);
        start.arg(format!(
            "-p {port} -h 127.0.0.1 -k {} -c fsync=off -c synchronous_commit=off -c max_connections=200",
            home.display()
        ));
        start
            .arg("--log")
            .arg(home.join("log"))
            .arg("--pgdata")
            .arg(home.join("data"));
        run::step("postgresql: start", start)?;
        Ok(server)
    }

    /// Where it listens, for a superuser without password.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if setup::is_root() {
            let mut as_postgres = run::command("runuser");
            as_postgres.args(["-u", "postgres", "--"]).arg(program);
            as_postgres
        } else {
            run::command(program)
        };
        // Its user may not enter the checkout.
        command.current_dir("/");
        command
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.folder.path().join("server/data"));
        // Never started, there is nothing to stop.
        run::answer(stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_starts_answers_and_leaves_nothing_behind() {
        if programs::postgres_folder().is_none() {
            eprintln!("skipped: no PostgreSQL server is installed here");
            return;
        }
        let server = Throwaway::start().unwrap();
        let mut psql = server.program("psql");
        psql.args([server.url(), "-Atc", "select 40 + 2"]);
        assert_eq!(run::answer(psql).as_deref(), Some("42"));
        let folder = server.folder.path().to_path_buf();
        drop(server);
        assert!(!folder.exists());
    }
}
