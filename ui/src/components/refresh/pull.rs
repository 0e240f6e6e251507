//! A finger that pulls the page down, from its first touch to its last. Knows no page.

/// So far, in CSS pixels, before it is known which way the finger goes.
const SLACK: f64 = 10.0;
/// So far down, and letting go asks for what is new.
const ENOUGH: f64 = 96.0;
/// Steps of the picture between nothing and enough.
pub const STEPS: u8 = 4;

/// What the finger is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Pull {
    /// Nothing that concerns us.
    #[default]
    Idle,
    /// It lies there, and may go any way.
    Touched {
        /// Where it began.
        x: f64,
        /// Where it began.
        y: f64,
    },
    /// It pulls the page down.
    Pulling {
        /// Where it began.
        y: f64,
        /// How far it is, in CSS pixels.
        far: f64,
    },
}

impl Pull {
    /// A touch begins. Only one finger on a page at its top can pull.
    #[must_use]
    pub fn start(fingers: usize, at_top: bool, x: f64, y: f64) -> Self {
        if fingers == 1 && at_top {
            Self::Touched { x, y }
        } else {
            Self::Idle
        }
    }

    /// The finger moves. Sideways it belongs to what scrolls sideways; upwards to the page; and once it went another way
    /// it does not come back.
    #[must_use]
    pub fn moved(self, fingers: usize, at_top: bool, x: f64, y: f64) -> Self {
        if fingers != 1 || !at_top {
            return Self::Idle;
        }
        match self {
            Self::Idle => Self::Idle,
            Self::Touched { x: from, y: top } => {
                let (across, down) = ((x - from).abs(), y - top);
                if across < SLACK && down.abs() < SLACK {
                    self
                } else if down > across {
                    Self::Pulling { y: top, far: down }
                } else {
                    Self::Idle
                }
            }
            Self::Pulling { y: top, .. } => Self::Pulling {
                y: top,
                far: (y - top).max(0.0),
            },
        }
    }

    /// Whether letting go now asks for what is new.
    #[must_use]
    pub fn is_enough(self) -> bool {
        matches!(self, Self::Pulling { far, .. } if far >= ENOUGH)
    }

    /// How far it is, in [`STEPS`]; none where nothing is to be seen.
    #[must_use]
    pub fn step(self) -> Option<u8> {
        let Self::Pulling { far, .. } = self else {
            return None;
        };
        (1..=STEPS)
            .rev()
            .find(|step| far * f64::from(STEPS) >= ENOUGH * f64::from(*step))
            .or(Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pulled(points: &[(f64, f64)]) -> Pull {
        let (x, y) = points[0];
        points[1..]
            .iter()
            .fold(Pull::start(1, true, x, y), |pull, (x, y)| {
                pull.moved(1, true, *x, *y)
            })
    }

    #[test]
    fn a_long_pull_downwards_is_enough_and_a_short_one_is_not() {
        let long = pulled(&[(200.0, 100.0), (203.0, 130.0), (204.0, 196.0)]);
        assert!(long.is_enough());
        assert_eq!(long.step(), Some(STEPS));
        let short = pulled(&[(200.0, 100.0), (203.0, 130.0), (204.0, 195.0)]);
        assert!(!short.is_enough());
        assert_eq!(short.step(), Some(3));
    }

    #[test]
    fn pulled_back_up_before_letting_go_it_is_not_wanted_any_more() {
        let back = pulled(&[(200.0, 100.0), (200.0, 260.0), (200.0, 120.0)]);
        assert!(!back.is_enough());
        assert_eq!(back.step(), Some(0));
    }

    #[test]
    fn a_finger_that_goes_sideways_or_up_first_never_pulls() {
        for first in [(230.0, 112.0), (170.0, 112.0), (200.0, 80.0)] {
            let pull = pulled(&[(200.0, 100.0), first, (200.0, 400.0)]);
            assert_eq!((pull, pull.step()), (Pull::Idle, None), "{first:?}");
        }
    }

    #[test]
    fn a_trembling_finger_shows_nothing() {
        assert_eq!(pulled(&[(200.0, 100.0), (205.0, 108.0)]).step(), None);
    }

    #[test]
    fn two_fingers_or_a_page_that_is_not_at_its_top_never_pull() {
        assert_eq!(Pull::start(2, true, 0.0, 0.0), Pull::Idle);
        assert_eq!(Pull::start(1, false, 0.0, 0.0), Pull::Idle);
        let pull = pulled(&[(200.0, 100.0), (200.0, 150.0)]);
        assert_eq!(pull.moved(2, true, 200.0, 300.0), Pull::Idle);
        assert_eq!(pull.moved(1, false, 200.0, 300.0), Pull::Idle);
    }

    proptest! {
        #[test]
        fn only_a_way_down_of_the_whole_length_is_ever_enough(
            points in proptest::collection::vec((0.0..400.0f64, 0.0..800.0f64), 2..12),
        ) {
            let last = points[points.len() - 1];
            if pulled(&points).is_enough() {
                prop_assert!(last.1 - points[0].1 >= ENOUGH);
            }
        }
    }
}
