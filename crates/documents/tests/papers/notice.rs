//! The payment notice.

use domain::Cents;
use refettorio_documents::{Avviso, DocumentError, Language, avviso};

use crate::{
    pdf::{Pdf, around, squeezed},
    samples::{BODY, NOTICE, notice, qr_text},
    tools,
};

const POINTS_A_MILLIMETRE: f32 = 72.0 / 25.4;

fn made(notice: &Avviso, language: Language) -> Pdf {
    Pdf::open(&avviso(notice, language).expect("a notice"))
}

fn lang(language: Language) -> &'static str {
    match language {
        Language::It => "it-IT",
        other => other.as_str(),
    }
}

/// Finds the texts one after the other.
fn assert_in_order(words: &str, texts: &[&str]) {
    let mut rest = words;
    for text in texts {
        let text = squeezed(text);
        let place = rest
            .find(&text)
            .unwrap_or_else(|| panic!("{text} is not in {rest}"));
        rest = &rest[place + text.len()..];
    }
}

#[test]
fn every_language_gives_one_accessible_page() {
    for language in Language::ALL {
        let pdf = made(&notice(), language);
        assert_eq!(pdf.pages(), 1, "{language:?}");
        assert_eq!(
            pdf.breaches_of_ua(lang(language)),
            Vec::<String>::new(),
            "{language:?}"
        );
        assert_eq!(pdf.structure(b"Figure").count(), 1, "{language:?}");
        assert!(pdf.title().ends_with("3010 0000 0000 0042 85"), "{language:?}");
    }
}

#[test]
fn a_careless_paper_would_be_noticed() {
    let whole = avviso(&notice(), Language::It).unwrap();
    for key in [
        &b"Alt"[..],
        b"DisplayDocTitle",
        b"FontFile2",
        b"Lang",
        b"Marked",
        b"Metadata",
        b"StructParents",
        b"StructTreeRoot",
    ] {
        let careless = Pdf::open(&whole).without(key);
        let breaches = careless.breaches_of_ua("it-IT");
        assert!(!breaches.is_empty(), "{}", String::from_utf8_lossy(key));
    }
}

#[test]
fn the_fixed_texts_stand_in_the_order_of_the_specification() {
    let words = made(&notice(), Language::It).words();
    assert_in_order(
        &words,
        &[
            "Avviso di pagamento",
            "Mensa scolastica, retta di ottobre 2026",
            "Ente Creditore",
            BODY,
            "Comune di Borgo Esempio",
            "Ufficio scuola e mense",
            "Tel. 0000 123456 · mensa.comune.example.it",
            "Destinatario",
            "LRNCHR85C50A952K",
            "Chiara Lorenzi",
            "Via delle Betulle 12, 39100 Borgo Esempio (BZ)",
            "Quanto e quando pagare?",
            "1.020,99 Euro",
            "entro il 15/12/2026",
            "In fase di pagamento l’importo potrebbe subire aumenti (per sanzioni, interessi, costi di notifica o altri fattori) o riduzioni (per sgravi o note di credito).",
            "Dove pagare?",
            "Paga con l’app IO",
            "oppure sul sito di Comune di Borgo Esempio, dal tuo Home Banking, con la tua app di pagamento o con gli altri canali abilitati.",
            "Paga sul territorio",
            "presso Banche e Sportelli ATM, negli Uffici Postali e Punti Postali, nei Bar, Edicole, Ricevitorie, Supermercati, Tabaccherie e altri Esercenti Convenzionati.",
            "Dati per il pagamento",
            "Rata unica",
            "entro il 15/12/2026",
            "Inquadra il codice QR con la tua app di pagamento o usa i dati accanto.",
            "Destinatario Chiara Lorenzi",
            "Ente Creditore Comune di Borgo Esempio",
            "Oggetto del pagamento Mensa scolastica, retta di ottobre 2026",
            "Codice Avviso 3010 0000 0000 0042 85",
            "Codice Fiscale Ente 01199250158",
            "Codice CBILL A0EDT",
            "Euro 1.020,99",
        ],
    );
}

#[test]
fn the_other_languages_have_their_own_texts() {
    let expect: [(Language, [&str; 6]); 4] = [
        (
            Language::De,
            [
                "Zahlungsmitteilung",
                "Körperschaft",
                "1.020,99 Euro",
                "Fälligkeitsdatum 15/12/2026",
                "Wo bezahlen?",
                "Zahlungsmitteilungskodex 3010 0000 0000 0042 85",
            ],
        ),
        (
            Language::En,
            [
                "Payment notice",
                "Payee",
                "1,020.99 Euro",
                "by 15/12/2026",
                "or visit Comune di Borgo Esempio website.",
                "Notice code 3010 0000 0000 0042 85",
            ],
        ),
        (
            Language::Fr,
            [
                "Avis de paiement",
                "Organisme créancier",
                "1.020,99 Euros",
                "avant le 15/12/2026",
                "Où payer?",
                "Code de l’avis 3010 0000 0000 0042 85",
            ],
        ),
        (
            Language::Sl,
            [
                "Obvestilo o plačilu",
                "Plačnik",
                "1.020,99 EUR",
                "do 15/12/2026",
                "Kje plačati?",
                "Št. obvestila 3010 0000 0000 0042 85",
            ],
        ),
    ];
    for (language, texts) in expect {
        assert_in_order(&made(&notice(), language).words(), &texts);
    }
}

#[test]
fn a_notice_without_a_due_date_says_only_how_much() {
    let undated = Avviso {
        due: None,
        ..notice()
    };
    let words = made(&undated, Language::It).words();
    assert!(
        words.contains(&squeezed("Quanto pagare?")) && !words.contains("entroil"),
        "{words}"
    );
}

#[test]
fn what_a_body_has_not_is_not_printed() {
    let bare = Avviso {
        office_name: None,
        info: None,
        website: None,
        cbill: None,
        recipient_address: None,
        recipient_fiscal_code: String::new(),
        ..notice()
    };
    let words = made(&bare, Language::It).words();
    assert!(
        words.contains(&squeezed("oppure dal tuo Home Banking")),
        "{words}"
    );
    assert!(!words.contains("CBILL"), "{words}");
}

#[test]
fn the_code_is_one_path_of_25_millimetres_that_a_reader_reads() {
    let pdf = made(&notice(), Language::It);
    assert!(!pdf.has_bitmaps());
    let modules = pdf.largest_path();
    assert!(modules.len() > 200, "{}", modules.len());
    let [left, bottom, right, top] = around(&modules);
    for side in [right - left, top - bottom] {
        let side = side / POINTS_A_MILLIMETRE;
        assert!((side - 25.0).abs() < 0.1, "{side} mm");
    }

    // What is printed, in dots of a quarter of a module, with the four modules of white around it.
    let dot = (right - left) / 33.0 / 4.0;
    let side = (33 + 8) * 4;
    let dots: Vec<bool> = (0..side * side)
        .map(|index| {
            let place = |dots: usize| (f32::from(u16::try_from(dots).unwrap()) + 0.5 - 16.0) * dot;
            let (x, y) = (left + place(index % side), top - place(index / side));
            modules
                .iter()
                .any(|[l, b, r, t]| (*l..*r).contains(&x) && (*b..*t).contains(&y))
        })
        .collect();
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(
            side,
            side,
            |x, y| {
                if dots[y * side + x] { 0 } else { 255 }
            },
        );
    let (about, text) = image.detect_grids()[0].decode().expect("a readable code");
    assert_eq!(text, qr_text(102_099));
    assert_eq!(about.version.to_size(), 33, "version 4");
}

#[test]
fn the_largest_amount_still_fits_version_four() {
    let most = Avviso {
        amount: Cents::MAX,
        qr_text: qr_text(Cents::MAX.get()),
        ..notice()
    };
    // 999.999.999,99 has eleven digits in cents: one more than the code may hold.
    assert_eq!(avviso(&most, Language::It), Err(DocumentError::Qr));
    let ten_digits = Avviso {
        amount: Cents::new(9_999_999_999),
        qr_text: qr_text(9_999_999_999),
        ..notice()
    };
    let pdf = made(&ten_digits, Language::It);
    assert_eq!(pdf.pages(), 1);
    assert!(pdf.words().contains("99.999.999,99Euro"));
}

/// A notice whose every text is as long as it may be, made of `fill`.
fn longest(fill: &str) -> Avviso {
    let long = |limit: usize| {
        let text: String = fill.chars().cycle().take(limit - 1).collect();
        format!("{text}x")
    };
    Avviso {
        body_name: long(100),
        office_name: Some(long(50)),
        info: Some(long(100)),
        website: None,
        recipient_name: long(70),
        recipient_address: Some(long(140)),
        subject: long(90),
        amount: Cents::new(9_999_999_999),
        qr_text: qr_text(9_999_999_999),
        ..notice()
    }
}

const FILLS: [&str; 4] = ["Wm", "Wolfgangmaria Öttl ", "W", "il "];

#[test]
fn everything_as_long_as_it_may_be_stays_inside_the_margins_of_one_page() {
    let poppler = tools::there_is("pdftotext", "poppler-utils");
    let folder = tempfile::tempdir().unwrap();
    for (number, fill) in FILLS.into_iter().enumerate() {
        let notice = longest(fill);
        for language in Language::ALL {
            let bytes = avviso(&notice, language).expect("a notice");
            let pdf = Pdf::open(&bytes);
            let words = pdf.words();
            assert_eq!(pdf.pages(), 1);
            for text in [&notice.body_name, &notice.recipient_name, &notice.subject] {
                assert!(words.contains(&squeezed(text)), "{text} is not whole in {words}");
            }
            if poppler {
                let file = folder.path().join(format!("{number}-{}.pdf", language.as_str()));
                std::fs::write(&file, &bytes).unwrap();
                let margins = tools::margins(&file);
                let least = 10.0 * POINTS_A_MILLIMETRE - 0.5;
                assert!(
                    margins.iter().all(|margin| *margin >= least),
                    "{fill} {language:?} {margins:?}"
                );
            }
        }
    }
}

#[test]
fn texts_that_look_like_markup_are_printed_as_they_are() {
    let hostile = "#panic(\"x\") $x^2$ *b* _i_ `r` \\ @a <b> = /* // [] {}";
    let notice = Avviso {
        body_name: hostile.to_owned(),
        office_name: Some("#import \"/etc/passwd\"".to_owned()),
        info: Some("#read(\"values.json\")".to_owned()),
        website: None,
        recipient_name: hostile.to_owned(),
        recipient_address: Some("= Titolo / - elenco + uno ~ -- ... \"'\" \\u{41}".to_owned()),
        subject: hostile.to_owned(),
        ..notice()
    };
    let pdf = made(&notice, Language::It);
    let words = pdf.words();
    assert_eq!(pdf.headings(), [1, 2, 2, 2, 2, 3, 3, 2]);
    for text in [
        hostile,
        "#import \"/etc/passwd\"",
        "#read(\"values.json\")",
        "= Titolo / - elenco + uno ~ -- ... \"'\" \\u{41}",
    ] {
        assert!(words.contains(&squeezed(text)), "{text} is not whole in {words}");
    }
}

#[test]
fn what_is_too_long_or_wrong_is_refused_with_its_name() {
    let too_long = |field, limit| {
        Err(DocumentError::TooLong {
            field,
            length: limit + 1,
            limit,
        })
    };
    let x = |limit: usize| "x".repeat(limit + 1);
    let make = |change: &dyn Fn(&mut Avviso)| {
        let mut notice = notice();
        change(&mut notice);
        avviso(&notice, Language::It).map(|_| ())
    };
    assert_eq!(make(&|it| it.subject = x(90)), too_long("subject", 90));
    assert_eq!(make(&|it| it.body_name = x(100)), too_long("body_name", 100));
    assert_eq!(
        make(&|it| it.office_name = Some(x(50))),
        too_long("office_name", 50)
    );
    assert_eq!(
        make(&|it| it.recipient_name = x(70)),
        too_long("recipient_name", 70)
    );
    assert_eq!(
        make(&|it| it.recipient_address = Some(x(140))),
        too_long("recipient_address", 140)
    );
    assert_eq!(
        make(&|it| it.info = Some("x".repeat(90))),
        Err(DocumentError::TooLong {
            field: "info",
            length: 116,
            limit: 100
        })
    );
    assert_eq!(
        make(&|it| it.subject.clear()),
        Err(DocumentError::Missing { field: "subject" })
    );
    assert_eq!(make(&|it| it.amount = Cents::ZERO), Err(DocumentError::Amount));
    assert_eq!(
        make(&|it| it.amount = Cents::new(102_098)),
        Err(DocumentError::Qr)
    );
    assert_eq!(
        make(&|it| it.notice_number = NOTICE[1..].to_owned()),
        Err(DocumentError::Malformed {
            field: "notice_number"
        })
    );
    assert_eq!(
        make(&|it| it.body_fiscal_code.push('X')),
        Err(DocumentError::Malformed {
            field: "body_fiscal_code"
        })
    );
}

#[test]
fn an_iban_never_reaches_the_paper() {
    let with_iban = Avviso {
        info: Some("Bonifico: IT60 X054 2811 1010 0000 0123 456".to_owned()),
        website: None,
        ..notice()
    };
    assert_eq!(
        avviso(&with_iban, Language::It),
        Err(DocumentError::Iban { field: "info" })
    );
}

#[test]
fn the_same_notice_gives_the_same_bytes_also_from_many_threads() {
    let once = avviso(&notice(), Language::It).unwrap();
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| avviso(&notice(), Language::It)))
            .collect();
        for other in others {
            assert!(other.join().unwrap() == Ok(once.clone()));
        }
    });
    assert!(avviso(&notice(), Language::De).unwrap() != once);
}

#[test]
fn programs_of_other_makers_read_the_notice_and_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("avviso.pdf");
    std::fs::write(&file, avviso(&notice(), Language::It).unwrap()).unwrap();
    if tools::there_is("qpdf", "qpdf") {
        tools::answer("qpdf", &["--check"], &file);
    }
    if tools::there_is("pdfinfo", "poppler-utils") {
        let about = tools::answer("pdfinfo", &[], &file);
        assert!(
            about.contains("Tagged:          yes") && about.contains("(A4)"),
            "{about}"
        );
        let structure = tools::answer("pdfinfo", &["-struct-text"], &file);
        assert_in_order(
            &squeezed(&structure),
            &["H1", "Avviso di pagamento", "Figure", "A0EDT"],
        );
        if tools::there_is("zbarimg", "zbar-tools") {
            let picture = folder.path().join("avviso.png");
            let stem = folder.path().join("avviso");
            let rendered = std::process::Command::new("pdftoppm")
                .args(["-r", "150", "-png", "-singlefile"])
                .args([&file, &stem])
                .status();
            assert!(rendered.unwrap().success());
            let code = tools::answer("zbarimg", &["--quiet", "--raw"], &picture);
            assert_eq!(code.trim(), qr_text(102_099));
        }
    }
}
