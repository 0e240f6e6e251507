//! What a client calls itself, reduced to a program and a system. Every word is one of ours: nothing that a client
//! sends is repeated.

use storage::sessions::Client;

/// The first that is found counts: most programs also call themselves by the names of others.
const PROGRAMS: [(&str, &str); 12] = [
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("opr/", "Opera"),
    ("opera", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("chromium/", "Chromium"),
    ("safari/", "Safari"),
];

/// The same: Android also says Linux.
const SYSTEMS: [(&str, &str); 11] = [
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("(ios)", "iPhone"),
    ("android", "Android"),
    ("cros", "ChromeOS"),
    ("windows", "Windows"),
    ("macintosh", "Mac"),
    ("macos", "Mac"),
    ("mac os x", "Mac"),
    ("linux", "Linux"),
    ("x11", "Linux"),
];

fn first(table: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    let found = table.iter().find(|(mark, _)| agent.contains(mark));
    found.map(|(_, words)| *words)
}

/// `Firefox su Windows`, `App Refettorio su Linux`, `Browser`.
pub(super) fn words(agent: &str, client: Client) -> String {
    let agent = agent.to_ascii_lowercase();
    let program = match client {
        Client::App => "App Refettorio",
        Client::Browser => first(&PROGRAMS, &agent).unwrap_or("Browser"),
    };
    match first(&SYSTEMS, &agent) {
        Some(system) => format!("{program} su {system}"),
        None => program.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_by_the_name_that_its_people_know() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox su Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome su Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari su iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge su Mac",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
                "Firefox su iPad",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
                "Chrome su Linux",
            ),
            ("curl/8.5.0", "Browser"),
            ("", "Browser"),
        ] {
            assert_eq!(words(agent, Client::Browser), expected, "{agent}");
        }
    }

    #[test]
    fn the_app_says_on_what_it_runs() {
        for (agent, expected) in [
            ("refettorio/0.1.0 (linux)", "App Refettorio su Linux"),
            ("refettorio/0.1.0 (windows)", "App Refettorio su Windows"),
            ("refettorio/0.1.0 (macos)", "App Refettorio su Mac"),
            ("refettorio/0.1.0 (android)", "App Refettorio su Android"),
            ("refettorio/0.1.0 (ios)", "App Refettorio su iPhone"),
            ("refettorio/0.1.0", "App Refettorio"),
        ] {
            assert_eq!(words(agent, Client::App), expected, "{agent}");
        }
    }

    #[test]
    fn nothing_that_a_client_sends_is_repeated() {
        let told = words(
            "<script>Mario Rossi</script> Windows RSSMRA80A01H501U",
            Client::Browser,
        );
        assert_eq!(told, "Browser su Windows");
    }
}
