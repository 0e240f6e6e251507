//! A PDF file, taken apart: what a checker of PDF/UA asks of the file's structure, its words, its dark rectangles.

use lopdf::{Dictionary, Document, Object, content::Content};

/// An opened paper.
pub struct Pdf(Document);

/// A rectangle in points from the page's lower left corner: left, bottom, right, top.
pub type Rectangle = [f32; 4];

impl Pdf {
    pub fn open(bytes: &[u8]) -> Self {
        Self(Document::load_mem(bytes).expect("a PDF file"))
    }

    /// The paper without that entry, wherever it stands: what a careless writer would have made.
    pub fn without(mut self, key: &[u8]) -> Self {
        for object in self.0.objects.values_mut() {
            remove(object, key);
        }
        self
    }

    pub fn pages(&self) -> usize {
        self.0.get_pages().len()
    }

    fn catalog(&self) -> &Dictionary {
        self.0.catalog().expect("a catalog")
    }

    fn resolved<'a>(&'a self, object: &'a Object) -> &'a Object {
        self.0.dereference(object).expect("an object").1
    }

    fn entry<'a>(&'a self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        dictionary.get(key).ok().map(|object| self.resolved(object))
    }

    fn dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        self.0.objects.values().filter_map(|object| object.as_dict().ok())
    }

    /// What PDF/UA-1 asks of a file and a program can see. Every breach, in words.
    pub fn breaches_of_ua(&self, language: &str) -> Vec<String> {
        let mut breaches = Vec::new();
        let mut want = |is_met: bool, words: &str| {
            if !is_met {
                breaches.push(words.to_owned());
            }
        };
        let catalog = self.catalog();
        let flag = |dictionary: &str, key: &[u8]| {
            let dictionary = self
                .entry(catalog, dictionary.as_bytes())
                .and_then(|object| object.as_dict().ok());
            dictionary
                .and_then(|dictionary| dictionary.get(key).ok()?.as_bool().ok())
                .unwrap_or_default()
        };
        want(flag("MarkInfo", b"Marked"), "not marked as tagged");
        want(
            flag("ViewerPreferences", b"DisplayDocTitle"),
            "its title is not displayed",
        );
        want(
            self.entry(catalog, b"StructTreeRoot").is_some(),
            "no structure tree",
        );
        want(
            self.text_of(catalog, b"Lang").as_deref() == Some(language),
            "not in its language",
        );
        let xmp = self
            .entry(catalog, b"Metadata")
            .and_then(|object| object.as_stream().ok());
        let xmp = xmp.map(|stream| {
            stream
                .get_plain_content()
                .unwrap_or_else(|_| stream.content.clone())
        });
        let xmp = String::from_utf8(xmp.unwrap_or_default()).unwrap_or_default();
        want(
            xmp.contains("<pdfuaid:part>1</pdfuaid:part>") || xmp.contains("pdfuaid:part=\"1\""),
            "does not say that it is PDF/UA-1",
        );
        want(xmp.contains("dc:title"), "no title in its metadata");
        for page in self.0.get_pages().values() {
            let page = self.0.get_dictionary(*page).expect("a page");
            want(
                page.get(b"StructParents").is_ok(),
                "a page outside of the structure tree",
            );
        }
        for figure in self.structure(b"Figure") {
            let alt = self.text_of(figure, b"Alt").unwrap_or_default();
            want(!alt.trim().is_empty(), "a figure without a description");
        }
        for cell in self.structure(b"TH") {
            want(cell.get(b"A").is_ok(), "a header cell without scope");
        }
        let (fonts, embedded) = self.fonts();
        want(fonts > 0 && fonts == embedded, "a font is not embedded");
        want(
            self.headings().first() == Some(&1),
            "does not begin with the first heading",
        );
        let skips = self.headings().windows(2).any(|pair| pair[1] > pair[0] + 1);
        want(!skips, "a level of headings is left out");
        breaches
    }

    /// Elements of the structure tree of that type.
    pub fn structure<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a Dictionary> {
        self.dictionaries()
            .filter(move |dictionary| is(dictionary, b"S", name))
    }

    /// The levels of the headings, in reading order.
    pub fn headings(&self) -> Vec<u8> {
        let root = self
            .entry(self.catalog(), b"StructTreeRoot")
            .and_then(|root| root.as_dict().ok());
        let mut levels = Vec::new();
        if let Some(root) = root {
            self.walk(root, &mut levels);
        }
        levels
    }

    fn walk(&self, element: &Dictionary, levels: &mut Vec<u8>) {
        if let Ok([b'H', digit @ b'1'..=b'6']) = element.get(b"S").and_then(Object::as_name) {
            levels.push(digit - b'0');
        }
        let children = match self.entry(element, b"K") {
            Some(Object::Array(children)) => children.iter().map(|child| self.resolved(child)).collect(),
            Some(child) => vec![child],
            None => Vec::new(),
        };
        for child in children.into_iter().filter_map(|child| child.as_dict().ok()) {
            self.walk(child, levels);
        }
    }

    /// How many fonts are described, and how many of these come with the file.
    fn fonts(&self) -> (usize, usize) {
        let descriptors: Vec<&Dictionary> = self
            .dictionaries()
            .filter(|dictionary| is(dictionary, b"Type", b"FontDescriptor"))
            .collect();
        let has_file = |descriptor: &&&Dictionary| {
            [&b"FontFile"[..], b"FontFile2", b"FontFile3"]
                .iter()
                .any(|key| descriptor.get(key).is_ok())
        };
        (descriptors.len(), descriptors.iter().filter(has_file).count())
    }

    fn text_of(&self, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
        lopdf::decode_text_string(self.entry(dictionary, key)?).ok()
    }

    /// The document's title.
    pub fn title(&self) -> String {
        let info = self.0.trailer.get(b"Info").map(|info| self.resolved(info));
        let info = info.and_then(Object::as_dict).expect("a document's particulars");
        self.text_of(info, b"Title").unwrap_or_default()
    }

    /// Whether the file has pictures made of dots.
    pub fn has_bitmaps(&self) -> bool {
        let streams = self
            .0
            .objects
            .values()
            .filter_map(|object| object.as_stream().ok());
        streams
            .map(|stream| &stream.dict)
            .any(|dict| is(dict, b"Subtype", b"Image"))
    }

    /// All words in the order of the file, without any blank.
    pub fn words(&self) -> String {
        let pages: Vec<u32> = self.0.get_pages().into_keys().collect();
        squeezed(&self.0.extract_text(&pages).expect("text"))
    }

    /// The rectangles of the path that has most of them: the code's dark modules.
    pub fn largest_path(&self) -> Vec<Rectangle> {
        let page = *self.0.get_pages().get(&1).expect("a page");
        let content = Content::decode(&self.0.get_page_content(page)).expect("operations");
        let mut ink = Ink::default();
        for operation in &content.operations {
            let numbers: Vec<f32> = operation
                .operands
                .iter()
                .filter_map(|operand| operand.as_float().ok())
                .collect();
            ink.apply(&operation.operator, &numbers);
        }
        ink.largest
    }
}

fn remove(from: &mut Object, key: &[u8]) {
    match from {
        Object::Array(objects) => objects.iter_mut().for_each(|object| remove(object, key)),
        Object::Stream(stream) => {
            stream.dict.remove(key);
        }
        Object::Dictionary(dictionary) => {
            dictionary.remove(key);
            dictionary.iter_mut().for_each(|(_, object)| remove(object, key));
        }
        _ => (),
    }
}

fn is(dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    dictionary
        .get(key)
        .and_then(Object::as_name)
        .is_ok_and(|found| found == name)
}

/// A text without blanks and invisible breaks, to compare what lines may break.
pub fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != '\u{200b}')
        .collect()
}

/// What the operators of a page's content do to paths.
struct Ink {
    matrix: [f32; 6],
    kept: Vec<[f32; 6]>,
    path: Vec<Vec<(f32, f32)>>,
    largest: Vec<Rectangle>,
}

impl Default for Ink {
    fn default() -> Self {
        Self {
            matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            kept: Vec::new(),
            path: Vec::new(),
            largest: Vec::new(),
        }
    }
}

impl Ink {
    fn apply(&mut self, operator: &str, numbers: &[f32]) {
        match (operator, numbers) {
            ("q", _) => self.kept.push(self.matrix),
            ("Q", _) => self.matrix = self.kept.pop().expect("as many q as Q"),
            ("cm", numbers) => self.matrix = times(numbers, self.matrix),
            ("m", &[x, y]) => self.path.push(vec![self.place(x, y)]),
            ("l", &[x, y]) => {
                let place = self.place(x, y);
                self.path.last_mut().expect("a begun path").push(place);
            }
            ("re", &[x, y, w, h]) => {
                let corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
                self.path.push(corners.map(|(x, y)| self.place(x, y)).to_vec());
            }
            ("f" | "f*" | "F" | "n" | "S" | "s" | "b" | "B" | "W", _) => self.paint(operator),
            _ => (),
        }
    }

    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let by = &self.matrix;
        (by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5])
    }

    fn paint(&mut self, operator: &str) {
        let path = std::mem::take(&mut self.path);
        if operator.starts_with(['f', 'F']) && path.len() > self.largest.len() {
            self.largest = path.iter().map(|corners| bounds(corners)).collect();
        }
    }
}

/// First `inner`, then `outer`.
fn times(inner: &[f32], outer: [f32; 6]) -> [f32; 6] {
    let through = |x: f32, y: f32| (outer[0] * x + outer[2] * y, outer[1] * x + outer[3] * y);
    let ((right_x, right_y), (up_x, up_y)) = (through(inner[0], inner[1]), through(inner[2], inner[3]));
    let (x, y) = through(inner[4], inner[5]);
    [right_x, right_y, up_x, up_y, x + outer[4], y + outer[5]]
}

fn bounds(corners: &[(f32, f32)]) -> Rectangle {
    corners.iter().fold(
        [f32::MAX, f32::MAX, f32::MIN, f32::MIN],
        |[left, bottom, right, top], &(x, y)| [left.min(x), bottom.min(y), right.max(x), top.max(y)],
    )
}

/// The rectangle around all of them.
pub fn around(rectangles: &[Rectangle]) -> Rectangle {
    let corners: Vec<(f32, f32)> = rectangles
        .iter()
        .flat_map(|[left, bottom, right, top]| [(*left, *bottom), (*right, *top)])
        .collect();
    bounds(&corners)
}
