//! The commands of `crates/bridge`, each a thin door to [`crate::portal::Shell`].

mod background;
mod checkout;
mod document;
mod login;
mod phone;
mod portal;
mod session;

use tauri::{Runtime, ipc::Invoke};

macro_rules! commands {
    ($($module:ident::$name:ident),+ $(,)?) => {
        /// The names of the commands that the page can call.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// Hands a call of the page to its command.
        pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($module::$name),+]
        }
    };
}

commands! {
    portal::shell_status,
    portal::choose_portal,
    portal::call_portal,
    session::sign_in,
    session::choose_password,
    session::open_session,
    session::sign_out,
    checkout::open_checkout,
    document::save_document,
    login::start_login,
    login::pending_login,
    login::open_login,
    login::await_login,
    login::cancel_login,
    phone::lock_status,
    phone::set_lock,
    phone::unlock,
    phone::share_document,
    phone::share_text,
    phone::await_link,
    background::background_status,
    background::set_background,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_has_the_bridges_commands_and_the_page_may_call_just_those() {
        assert_eq!(NAMES, bridge::NAMES);
        let permissions = include_str!("../../permissions/bridge.toml");
        let allowed: Vec<_> = permissions
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .collect();
        assert_eq!(allowed, bridge::NAMES);
    }

    #[test]
    fn the_page_has_no_other_permission() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
        assert_eq!(capability["permissions"], serde_json::json!(["bridge"]));
        let settings: serde_json::Value =
            serde_json::from_str(include_str!("../../../tauri.conf.json")).unwrap();
        let security = &settings["app"]["security"];
        assert_eq!(security["capabilities"], serde_json::json!(["main"]));
        for (directive, sources) in security["csp"].as_object().unwrap() {
            let sources = sources.as_str().unwrap();
            assert!(
                !sources.contains("unsafe-inline")
                    && !sources.contains("'unsafe-eval'")
                    && !sources.contains('*'),
                "{directive}"
            );
            assert!(
                !sources.contains("https:"),
                "{directive}: the page has no network"
            );
        }
    }
}
