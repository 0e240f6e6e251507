//! The typesetter: templates, fonts and the standard library, made once and shared; the values of one paper, given to
//! it as a JSON file that exists only in memory. Outside of that file a paper sees nothing: no disk, no network, no
//! clock, no packages.

use std::sync::LazyLock;

use domain::Instant;
use serde::Serialize;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::DocumentError;

/// A paper's template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// The payment notice.
    Avviso,
    /// The receipt.
    Receipt,
    /// The statement of a year.
    Statement,
}

/// What is said of a paper beside what it shows.
#[derive(Debug)]
pub(crate) struct Particulars {
    /// Names this paper and no other; goes into the file as a hash.
    pub ident: String,
    /// When it was made; nothing for a paper without a date.
    pub made_at: Option<Instant>,
    /// How many pages it may have at most.
    pub pages: usize,
}

/// Everything that is the same for each paper.
struct Workshop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    shared: Source,
    avviso: Source,
    receipt: Source,
    statement: Source,
    values: FileId,
}

/// Regular first: its family's coverage is asked there.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/TitilliumWeb-Regular.ttf"),
    include_bytes!("../fonts/TitilliumWeb-SemiBold.ttf"),
    include_bytes!("../fonts/TitilliumWeb-Bold.ttf"),
    include_bytes!("../fonts/RobotoMono-Regular.ttf"),
    include_bytes!("../fonts/RobotoMono-SemiBold.ttf"),
];

static WORKSHOP: LazyLock<Workshop> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .into_iter()
        .flat_map(|font| Font::iter(Bytes::new(font)))
        .collect();
    let template = |name, text: &str| Source::new(file_id(name), text.to_owned());
    Workshop {
        library: LazyHash::new(Library::builder().build()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        shared: template("shared.typ", include_str!("templates/shared.typ")),
        avviso: template("avviso.typ", include_str!("templates/avviso.typ")),
        receipt: template("receipt.typ", include_str!("templates/receipt.typ")),
        statement: template("statement.typ", include_str!("templates/statement.typ")),
        values: file_id("values.json"),
    }
});

#[expect(clippy::expect_used, reason = "the names are constants of this file")]
fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain file name");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl Workshop {
    fn template(&self, of: Template) -> &Source {
        match of {
            Template::Avviso => &self.avviso,
            Template::Receipt => &self.receipt,
            Template::Statement => &self.statement,
        }
    }
}

/// One paper in the making.
struct Desk {
    workshop: &'static Workshop,
    template: Template,
    values: Bytes,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.workshop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.workshop.book
    }

    fn main(&self) -> FileId {
        self.workshop.template(self.template).id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let main = self.workshop.template(self.template);
        [main, &self.workshop.shared]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.workshop.values {
            Ok(self.values.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.workshop.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Whether one of our fonts has a picture of that character.
pub(crate) fn has_glyph(character: char) -> bool {
    WORKSHOP
        .fonts
        .iter()
        .any(|font| font.info().coverage.contains(u32::from(character)))
}

/// Makes the paper's PDF/UA-1 file from a template and its values.
pub(crate) fn typeset(
    template: Template,
    values: &impl Serialize,
    particulars: &Particulars,
) -> Result<Vec<u8>, DocumentError> {
    let values = serde_json::to_vec(values).map_err(|_| DocumentError::Typeset("the values".to_owned()))?;
    let desk = Desk {
        workshop: &WORKSHOP,
        template,
        values: Bytes::new(values),
    };
    let made = make(&desk, particulars);
    // The typesetter remembers what it laid out, names included; nothing of a paper outlives it.
    typst::comemo::evict(0);
    made
}

fn make(desk: &Desk, particulars: &Particulars) -> Result<Vec<u8>, DocumentError> {
    let document: PagedDocument = typst::compile(desk)
        .output
        .map_err(|faults| refused(desk, &faults))?;
    if document.pages().len() > particulars.pages {
        return Err(DocumentError::Pages);
    }
    let options = PdfOptions {
        ident: Smart::Custom(particulars.ident.clone()),
        creator: Smart::Custom(Some("Refettorio".to_owned())),
        timestamp: particulars.made_at.and_then(timestamp),
        standards: PdfStandards::new(&[PdfStandard::Ua_1])
            .map_err(|_| DocumentError::Typeset("the standard".to_owned()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| refused(desk, &faults))
}

fn timestamp(at: Instant) -> Option<Timestamp> {
    use chrono::{Datelike, Timelike};
    let small = |number: u32| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )
    .map(Timestamp::new_utc)
}

/// Where the template is at fault. The typesetter's own words may quote a text, so they are left out.
fn refused(desk: &Desk, faults: &[SourceDiagnostic]) -> DocumentError {
    use typst::WorldExt;
    let places: Vec<String> = faults
        .iter()
        .map(|fault| {
            let line = fault.span.id().and_then(|id| {
                let source = desk.source(id).ok()?;
                let start = desk.range(fault.span)?.start;
                let line = source.lines().byte_to_line(start)? + 1;
                Some(format!("{}:{line}", id.vpath().get_without_slash()))
            });
            line.unwrap_or_else(|| "somewhere".to_owned())
        })
        .collect();
    DocumentError::Typeset(places.join(", "))
}
