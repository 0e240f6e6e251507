//! What `WebKitGTK` needs so that a family never looks at an empty window. Linux only: the other systems' engines
//! are reloaded by Tauri and updated by themselves.

use std::{
    collections::VecDeque,
    env,
    os::unix::process::CommandExt,
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};
use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{WebProcessTerminationReason, WebViewExt};

/// `WebKitGTK` 2.50 interprets WebAssembly in place, and that interpreter (`IPInt`) crashes now and then, which
/// leaves a dead window. Without it the same code runs in the interpreter and the compilers that were there before.
/// To be dropped when no supported distribution ships a `WebKitGTK` that crashes so.
const IPINT: &str = "JSC_useWasmIPInt";
/// Set in a program that was started again, which then never does it a second time.
const AGAIN: &str = "REFETTORIO_SHELL_STARTED_AGAIN";

/// Starts this program once more, in its own place, with the setting that keeps the engine steady. The engine reads
/// its settings from the environment, and changing that of a running program is not safe. Whoever set the
/// variable before keeps what they chose; where the start fails, the app goes on as it is.
pub fn start_steadily() {
    let Some(mut program) = steady(|name| env::var_os(name).is_some()) else {
        return;
    };
    let error = program.exec();
    // There is no log yet, and nobody to tell: the app works, only less steadily.
    drop(error);
}

/// The program with its arguments, where it has to be started again.
fn steady(is_set: impl Fn(&str) -> bool) -> Option<Command> {
    if is_set(IPINT) || is_set(AGAIN) {
        return None;
    }
    let mut arguments = env::args_os();
    let mut program = Command::new(env::current_exe().ok()?);
    if let Some(name) = arguments.next() {
        program.arg0(name);
    }
    program.args(arguments).env(IPINT, "0").env(AGAIN, "1");
    Some(program)
}

/// So many reloads at once; a page that ends its process faster than this is not helped by another.
const RELOADS: usize = 5;
/// In this time.
const WITHIN: Duration = Duration::from_mins(1);

/// The reloads of late.
#[derive(Debug, Default)]
struct Reloads(VecDeque<Instant>);

impl Reloads {
    /// Whether one more is sensible now; it is counted then.
    fn one_more(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now.duration_since(*at) < WITHIN);
        let sensible = self.0.len() < RELOADS;
        if sensible {
            self.0.push_back(now);
        }
        sensible
    }
}

/// Loads the window again when the process that shows the page has ended by itself.
pub fn revive<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    let reloads = Mutex::new(Reloads::default());
    window.with_webview(move |webview| {
        webview
            .inner()
            .connect_web_process_terminated(move |page, reason| {
                let mut reloads = reloads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if reason != WebProcessTerminationReason::TerminatedByApi && reloads.one_more(Instant::now())
                {
                    tracing::warn!(?reason, "the page's process has ended; loading the page again");
                    page.reload();
                } else {
                    tracing::error!(?reason, "the page's process has ended");
                }
            });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_started_again_once_and_only_where_nobody_chose() {
        let program = steady(|_| false).unwrap();
        let set: Vec<_> = program
            .get_envs()
            .map(|(name, value)| (name.to_str().unwrap(), value.unwrap().to_str().unwrap()))
            .collect();
        assert_eq!(set, [(IPINT, "0"), (AGAIN, "1")]);
        assert_eq!(program.get_program(), env::current_exe().unwrap());
        assert_eq!(program.get_args().count(), env::args_os().count() - 1);
        assert!(steady(|name| name == IPINT).is_none() && steady(|name| name == AGAIN).is_none());
    }

    #[test]
    fn a_page_that_ends_again_and_again_is_left_alone_for_a_while() {
        let (mut reloads, start) = (Reloads::default(), Instant::now());
        for count in 0..RELOADS {
            assert!(reloads.one_more(start + Duration::from_secs(count as u64)));
        }
        assert!(!reloads.one_more(start + Duration::from_secs(30)));
        assert!(reloads.one_more(start + WITHIN));
    }
}
