//! The words of a language, from its file in `locales/`: sentences by id, and days, hours, amounts and lists as people
//! say them. A sentence that a language has not is said in Italian; the tests see to it that none is missing.

use chrono::{Datelike, Timelike as _, Weekday};
use domain::{Cents, Instant, ServiceDay, contact::Language, time::wall_clock_in_rome};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::sync::LazyLock;

/// The file of each language.
pub(super) const FILES: [(Language, &str); 5] = [
    (Language::It, include_str!("../../locales/it.ftl")),
    (Language::De, include_str!("../../locales/de.ftl")),
    (Language::En, include_str!("../../locales/en.ftl")),
    (Language::Fr, include_str!("../../locales/fr.ftl")),
    (Language::Sl, include_str!("../../locales/sl.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<(Language, Bundle)>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(language, text)| (*language, bundle(*language, text)))
        .collect()
});

fn bundle(language: Language, text: &str) -> Bundle {
    let tag = unic_langid::LanguageIdentifier::from_bytes(language.as_str().as_bytes());
    let mut bundle = Bundle::new_concurrent(vec![tag.unwrap_or_default()]);
    bundle.set_use_isolating(false);
    // A broken line is left out here and found by the test that parses every file.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let _ = bundle.add_resource(resource);
    bundle
}

/// What a sentence is about.
pub(super) type Args<'a> = [(&'static str, FluentValue<'a>)];

/// How a day stands in a sentence. Languages that decline have a form for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// By itself: "giovedì 14 gennaio".
    Plain,
    /// When something is: "am Donnerstag, 14. Jänner".
    On,
    /// Behind from, until or by: "četrtka, 14. januarja".
    Bound,
}

/// A language, spoken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speech(pub(super) Language);

impl Speech {
    /// The sentence of an id. Used through [`say!`](super::say).
    pub(super) fn say(self, id: &str, args: &Args<'_>) -> String {
        let in_language = |language: Language| {
            let (_, bundle) = BUNDLES.iter().find(|(known, _)| *known == language)?;
            let pattern = bundle.get_message(id)?.value()?;
            let args: FluentArgs<'_> = args.iter().cloned().collect();
            let mut errors = Vec::new();
            let said = bundle
                .format_pattern(pattern, Some(&args), &mut errors)
                .into_owned();
            debug_assert!(errors.is_empty(), "{id} in {language:?}: {errors:?}");
            Some(said)
        };
        let said = in_language(self.0).or_else(|| in_language(Language::It));
        debug_assert!(said.is_some(), "{id} is in no file");
        said.unwrap_or_default()
    }

    /// A day with its month.
    pub(super) fn day(self, form: Form, day: ServiceDay) -> String {
        let id = match form {
            Form::Plain => "day-plain",
            Form::On => "day-on",
            Form::Bound => "day-bound",
        };
        self.say(id, &parts(day))
    }

    /// A day that is near.
    pub(super) fn short_day(self, form: Form, day: ServiceDay) -> String {
        let id = match form {
            Form::Plain => "day-plain-short",
            Form::On => "day-on-short",
            Form::Bound => "day-bound-short",
        };
        self.say(id, &parts(day))
    }

    /// `lunedì 23 novembre 2026`.
    pub(super) fn date(self, at: Instant) -> String {
        self.say("date", &parts(wall_clock_in_rome(at).date()))
    }

    /// `23/11/2026`.
    pub(super) fn date_digits(self, at: Instant) -> String {
        self.say("date-digits", &parts(wall_clock_in_rome(at).date()))
    }

    /// `9:41`.
    pub(super) fn hour(self, at: Instant) -> String {
        let wall = wall_clock_in_rome(at);
        let minute = format!("{:02}", wall.minute());
        self.say("hour", &[("hour", wall.hour().into()), ("minute", minute.into())])
    }

    /// `Anna, Luca e Sara`.
    pub(super) fn joined<T: AsRef<str>>(self, words: &[T]) -> String {
        match words {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [first @ .., last] => {
                let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
                let first = first.join(", ");
                self.say(
                    "list-and",
                    &[("first", first.into()), ("last", last.as_ref().into())],
                )
            }
        }
    }

    /// `12,36 €`, as the language writes it.
    pub(super) fn amount(self, amount: Cents) -> String {
        let italian = amount.to_string();
        let written = match self.0 {
            // Point and comma change places.
            Language::En => italian
                .chars()
                .map(|c| match c {
                    '.' => ',',
                    ',' => '.',
                    other => other,
                })
                .collect(),
            Language::Fr => italian.replace('.', "\u{202f}"),
            Language::It | Language::De | Language::Sl => italian,
        };
        let (sign, written) = match written.strip_prefix('−') {
            Some(rest) => ("−", rest),
            None => ("", written.as_str()),
        };
        format!("{sign}{}", self.say("amount", &[("amount", written.into())]))
    }
}

fn parts(day: ServiceDay) -> [(&'static str, FluentValue<'static>); 4] {
    let weekday = match day.weekday() {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    };
    [
        ("weekday", weekday.into()),
        ("day", day.day().into()),
        ("month", day.month().into()),
        ("year", day.year().to_string().into()),
    ]
}
