//! The design system: Bootstrap Italia's looks as Rust components. Imports no feature and speaks to no portal.
//!
//! To add one: a file named after what it is, classes in `assets/styles/app.scss`, and a line here.

mod button;
mod card;
mod check;
mod chips;
mod code;
mod countdown;
mod field;
mod frame;
mod icon;
mod new_password;
mod newer;
mod notice;
mod page;
mod reading;
mod refresh;
mod sheet;
mod standing;
mod stepper;

pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Avatar, Card, Fact};
pub use check::Check;
pub use chips::{Chip, Chips};
pub use code::{CODE_DIGITS, CodeField, SpokenCode, code_wrong, code_wrong_of, digits};
pub use countdown::{Countdown, minutes_left};
pub use field::{Field, PasswordField};
pub use frame::{AppBar, NavBar, SkipLink};
pub use icon::{Icon, Picture};
pub use new_password::{NewPassword, is_about_password, password_wrong, usual_min};
pub use newer::Newer;
pub use notice::{EmptyState, ErrorNotice, Notice, NoticeKind, OfflineBanner, PhoneLink};
pub use page::{Announcer, LiveRegion, Page, use_announcer, use_announcer_provider};
pub use reading::{Reading, Skeleton};
pub use refresh::{Pulling, Refresh, RefreshButton, use_refresh};
pub use sheet::Sheet;
pub use standing::{StandingIcon, standing_class};
pub use stepper::Stepper;
