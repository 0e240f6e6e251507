//! The design system: Bootstrap Italia's looks as Rust components. Imports no feature and speaks to no portal.
//!
//! To add one: a file named after what it is, classes in `assets/styles/app.scss`, and a line here.

mod button;
mod card;
mod chips;
mod countdown;
mod field;
mod frame;
mod icon;
mod notice;
mod page;
mod reading;
mod sheet;
mod standing;
mod stepper;

pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Avatar, Card, Fact};
pub use chips::{Chip, Chips};
pub use countdown::{Countdown, minutes_left};
pub use field::{Field, PasswordField};
pub use frame::{AppBar, NavBar, SkipLink};
pub use icon::{Icon, Picture};
pub use notice::{EmptyState, ErrorNotice, Notice, NoticeKind, OfflineBanner, PhoneLink};
pub use page::{Announcer, LiveRegion, Page, use_announcer, use_announcer_provider};
pub use reading::{Reading, Skeleton};
pub use sheet::Sheet;
pub use standing::{StandingIcon, standing_class};
pub use stepper::Stepper;
