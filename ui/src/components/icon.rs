//! Pictures, drawn here: no font and no file to wait for. Always beside a word, so never read aloud.

use dioxus::prelude::*;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Picture {
    Plate,
    NoPlate,
    WhiteMeal,
    Closed,
    Calendar,
    Wallet,
    Person,
    External,
    Back,
    Next,
    Phone,
    Check,
    Warning,
    Info,
    Offline,
    Eye,
    EyeOff,
    Plus,
    Minus,
    Clock,
    Download,
    Share,
    Mail,
    Paper,
    Lock,
}

impl Picture {
    /// Lines on a field of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Self::Plate => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
            Self::NoPlate => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM5.7 18.3L18.3 5.7",
            Self::WhiteMeal => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM8 12h8",
            Self::Closed => "M6 6l12 12M18 6L6 18",
            Self::Calendar => {
                "M4 6.5a1.5 1.5 0 0 1 1.5-1.5h13a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5h-13a1.5 1.5 0 0 1-1.5-1.5zM4 10h16M8 3v4M16 3v4"
            }
            Self::Wallet => {
                "M3 7.5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-14a2 2 0 0 1-2-2zM3 9.5h18M15.5 14h2.5"
            }
            Self::Person => "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::External => {
                "M18 13.5v5a1.5 1.5 0 0 1-1.5 1.5h-11a1.5 1.5 0 0 1-1.5-1.5v-11a1.5 1.5 0 0 1 1.5-1.5h5M14 4h6v6M20 4l-9.5 9.5"
            }
            Self::Back => "M15 5l-7 7l7 7",
            Self::Next => "M9 5l7 7l-7 7",
            Self::Phone => {
                "M6 3.5h3l1.8 4.5l-2.3 1.8a12 12 0 0 0 5.7 5.7l1.8-2.3l4.5 1.8v3a2 2 0 0 1-2.2 2a16.5 16.5 0 0 1-14.3-14.3a2 2 0 0 1 2-2.2z"
            }
            Self::Check => "M5 12.5l4.5 4.5l9.5-10",
            Self::Warning => "M12 4L2.5 20h19zM12 10v5M12 17.4v.2",
            Self::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 11v6M12 7.4v.2",
            Self::Offline => {
                "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.3M8.5 16a5 5 0 0 1 7 0M13 9.6a10 10 0 0 1 6 2.9M12 19.4v.2"
            }
            Self::Eye => {
                "M2.5 12s3.5-6.5 9.5-6.5s9.5 6.5 9.5 6.5s-3.5 6.5-9.5 6.5s-9.5-6.5-9.5-6.5zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 6a10 10 0 0 1 2.5-.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6 7.5a15 15 0 0 0-3.5 4.5s3.5 6.5 9.5 6.5a9 9 0 0 0 3.6-.7"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Minus => "M5 12h14",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3.5 2",
            Self::Download => "M12 4v11M7 10.5l5 5l5-5M4.5 20h15",
            Self::Share => "M12 15V3.5M7.5 7.5L12 3.5l4.5 4M7.5 11.5h-2v9h13v-9h-2",
            Self::Mail => "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5l8.5-6.5",
            Self::Lock => "M5.5 11h13v9.5h-13zM8.5 11v-3.5a3.5 3.5 0 0 1 7 0v3.5M12 15v2",
            Self::Paper => "M6 3.5h8l4 4v13h-12zM14 3.5v4h4M9 12h6M9 16h6",
        }
    }
}

/// A picture in the colour of the text around it.
#[component]
pub fn Icon(picture: Picture) -> Element {
    rsx! {
        svg {
            class: "picture",
            view_box: "0 0 24 24",
            width: "24",
            height: "24",
            fill: "none",
            stroke: "currentColor",
            stroke_width: "1.9",
            stroke_linecap: "round",
            stroke_linejoin: "round",
            "aria-hidden": "true",
            "focusable": "false",
            path { d: picture.path() }
        }
    }
}
