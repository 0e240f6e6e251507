use super::*;
use crate::config::ServiceUrl;
use domain::Cents;
use proptest::prelude::*;

fn notice(text: &str) -> NoticeNumber {
    text.parse().unwrap()
}

fn body(text: &str) -> BodyFiscalCode {
    text.parse().unwrap()
}

#[test]
fn the_published_example_is_generated_to_the_digit() {
    let made = NoticeNumber::generate("01".parse().unwrap(), 42).unwrap();
    assert_eq!(made.to_string(), "301000000000004285");
    assert_eq!(made.iuv(), "01000000000004285");
    assert_eq!(made.grouped(), "3010 0000 0000 0042 85");
    assert_eq!(made.auxiliary_digit(), 3);
}

#[test]
fn numbers_seen_in_the_wild_have_right_check_digits() {
    for text in [
        "301000000000004285",
        "302032002700000251",
        "347164993070184562",
        "382202100000000101",
        "301185850000001130",
        "322201151398574181",
        "302722280174467480",
        "301730000000007517",
        "300715700000000032",
    ] {
        assert_eq!(
            NoticeNumber::parse(text),
            Ok((notice(text), CheckDigit::Valid)),
            "{text}"
        );
    }
}

#[test]
fn a_wrong_check_digit_is_a_warning_that_names_the_right_one() {
    for (text, expected) in [
        ("302012387654312384", 86),
        ("302012387654312385", 86),
        ("302000100440009424", 84),
        ("311111111112222222", 47),
        ("302051234567890111", 38),
        ("301000000000000000", 43),
        ("301000000000004286", 85),
    ] {
        assert_eq!(
            NoticeNumber::parse(text),
            Ok((notice(text), CheckDigit::Wrong { expected })),
            "{text}"
        );
    }
}

#[test]
fn old_forms_are_read_with_their_own_iuv() {
    let first = 1_234_567_890_123_u64;
    let check = (u64::from(1_u8) * 10_000_000_000_000 + first) % 93;
    let oldest = notice(&format!("001{first:013}{check:02}"));
    assert_eq!(oldest.check(), CheckDigit::Valid);
    assert_eq!(oldest.iuv(), format!("{first:013}{check:02}"));
    let (free, digit) = NoticeNumber::parse("112345678901234567").unwrap();
    assert_eq!(
        (free.iuv().as_str(), digit),
        ("12345678901234567", CheckDigit::Absent)
    );
}

#[test]
fn each_auxiliary_digit_has_its_own_check_and_iuv() {
    // 0: application code, base of 13, check over all sixteen digits. 2: base of 15 and check. 3: ours.
    for (first_16, iuv_from) in [
        (12_345_678_901_234_u64, 3),
        (2_123_456_789_012_345, 1),
        (3_471_649_930_701_845, 1),
    ] {
        let text = format!("{first_16:016}{:02}", first_16 % 93);
        let (read, check) = NoticeNumber::parse(&text).unwrap();
        assert_eq!(check, CheckDigit::Valid, "{text}");
        assert_eq!(read.iuv(), text[iuv_from..], "{text}");
        assert_eq!(read.to_string(), text);
    }
}

#[test]
fn a_flow_names_a_notice_by_its_iuv() {
    let number = notice("301000000000004285");
    assert_eq!(
        NoticeNumber::from_iuv("01000000000004285"),
        Ok((number, CheckDigit::Valid))
    );
    assert_eq!(
        NoticeNumber::from_iuv("01000000000004286"),
        Ok((notice("301000000000004286"), CheckDigit::Wrong { expected: 85 }))
    );
    for odd in [
        "010000000000004285",
        "0100000000000428",
        "",
        "RF18539007547034",
        "0100000000000428x",
    ] {
        assert_eq!(NoticeNumber::from_iuv(odd), Err(CodeError::IuvLength), "{odd}");
    }
}

#[test]
fn spaces_are_allowed_where_people_type_and_nowhere_else() {
    assert_eq!(
        NoticeNumber::parse(" 3010 0000 0000 0042\u{a0}85 ").unwrap().0,
        notice("301000000000004285")
    );
    assert_eq!(
        "3010 0000 0000 0042 85".parse::<NoticeNumber>(),
        Err(CodeError::NoticeLength)
    );
    for text in [
        "",
        "01000000000004285",
        "3010000000000042850",
        "30100000000000428x",
        "٣01000000000004285",
    ] {
        assert_eq!(NoticeNumber::parse(text), Err(CodeError::NoticeLength), "{text}");
    }
    assert_eq!(
        NoticeNumber::parse("401000000000004285"),
        Err(CodeError::AuxiliaryDigit)
    );
}

#[test]
fn a_sequence_has_at_most_thirteen_digits() {
    let segregation = SegregationCode::new(99).unwrap();
    assert!(NoticeNumber::generate(segregation, NoticeNumber::MAX_SEQUENCE).is_ok());
    assert_eq!(
        NoticeNumber::generate(segregation, 10_000_000_000_000),
        Err(CodeError::SequenceTooLong(10_000_000_000_000))
    );
    assert_eq!(SegregationCode::new(100), Err(CodeError::Segregation));
    for text in ["1", "001", "a1", ""] {
        assert_eq!(
            text.parse::<SegregationCode>(),
            Err(CodeError::Segregation),
            "{text}"
        );
    }
}

#[test]
fn a_body_is_known_by_eleven_digits_with_a_right_last_one() {
    for text in ["81005750021", "03334231200", "80002270074", "00050800523"] {
        assert_eq!(body(text).to_string(), text);
    }
    assert_eq!(
        "81005750022".parse::<BodyFiscalCode>(),
        Err(CodeError::BodyCheckDigit)
    );
    assert_eq!(
        "77777777777".parse::<BodyFiscalCode>(),
        Err(CodeError::BodyCheckDigit)
    );
    assert_eq!("8100575002".parse::<BodyFiscalCode>(), Err(CodeError::BodyLength));
}

#[test]
fn the_qr_text_is_the_published_one() {
    let (nav, cf) = (notice("302032002700000251"), body("03334231200"));
    assert_eq!(
        qr_payload(cf, nav, Cents::new(11)).unwrap(),
        "PAGOPA|002|302032002700000251|03334231200|11"
    );
    assert_eq!(
        qr_payload(body("81005750021"), notice("322201151398574181"), Cents::new(1)).unwrap(),
        "PAGOPA|002|322201151398574181|81005750021|01"
    );
    assert_eq!(
        qr_payload(
            body("00050800523"),
            notice("302722280174467480"),
            Cents::new(38_300)
        )
        .unwrap(),
        "PAGOPA|002|302722280174467480|00050800523|38300"
    );
    for cents in [0, -1, 10_000_000_000] {
        assert_eq!(qr_payload(cf, nav, Cents::new(cents)), Err(CodeError::QrAmount));
    }
}

#[test]
fn anybodys_qr_text_is_read() {
    for (text, cents) in [
        ("PAGOPA|002|302032002700000251|03334231200|11", 11),
        ("PAGOPA|002|322201151398574181|81005750021|01", 1),
        ("PAGOPA|002|322201151398574181|81005750021|1", 1),
        ("PAGOPA|002|301185850000001130|80002270074|0000069496", 69_496),
        ("PAGOPA|002|302722280174467480|00050800523|38300", 38_300),
    ] {
        let read: NoticeQr = text.parse().unwrap();
        assert_eq!(read.amount, Cents::new(cents), "{text}");
        assert_eq!(
            qr_payload(read.body, read.notice, read.amount)
                .unwrap()
                .parse::<NoticeQr>(),
            Ok(read)
        );
    }
    for (text, error) in [
        ("", CodeError::Qr),
        ("PAGOPA|001|302032002700000251|03334231200|11", CodeError::Qr),
        ("pagopa|002|302032002700000251|03334231200|11", CodeError::Qr),
        ("PAGOPA|002|302032002700000251|03334231200|11|", CodeError::Qr),
        ("PAGOPA|002|302032002700000251|03334231200|", CodeError::QrAmount),
        (
            "PAGOPA|002|302032002700000251|03334231200|00000069496",
            CodeError::QrAmount,
        ),
        (
            "PAGOPA|002|302032002700000251|03334231200|1,1",
            CodeError::QrAmount,
        ),
        (
            "PAGOPA|002|30203200270000025|03334231200|11",
            CodeError::NoticeLength,
        ),
        (
            "PAGOPA|002|302032002700000251|0333423120|11",
            CodeError::BodyLength,
        ),
    ] {
        assert_eq!(text.parse::<NoticeQr>(), Err(error), "{text}");
    }
}

#[test]
fn a_payment_has_one_name_and_a_link() {
    let (nav, cf) = (notice("301000000000004285"), body("03334231200"));
    assert_eq!(rpt_id(cf, nav), "03334231200301000000000004285");
    assert_eq!(
        checkout_link(cf, nav),
        "https://checkout.pagopa.it/03334231200301000000000004285"
    );
    let test: ServiceUrl = "https://uat.checkout.pagopa.it".parse().unwrap();
    assert_eq!(
        checkout_link_at(&test, cf, nav).as_str(),
        "https://uat.checkout.pagopa.it/03334231200301000000000004285"
    );
}

proptest! {
    #[test]
    fn what_we_generate_is_valid_and_read_back(segregation in 0..100_u8, sequence in 0..=NoticeNumber::MAX_SEQUENCE) {
        let made = NoticeNumber::generate(SegregationCode::new(segregation).unwrap(), sequence).unwrap();
        let text = made.to_string();
        prop_assert_eq!(text.len(), 18);
        prop_assert_eq!(NoticeNumber::parse(&text), Ok((made, CheckDigit::Valid)));
        prop_assert_eq!(NoticeNumber::parse(&made.grouped()), Ok((made, CheckDigit::Valid)));
        prop_assert_eq!(made.iuv().len(), 17);
        prop_assert_eq!(&text[1..3], format!("{segregation:02}"));
        prop_assert_eq!(text[3..16].parse::<u64>().unwrap(), sequence);
    }

    #[test]
    fn one_wrong_digit_never_passes(sequence in 0..=NoticeNumber::MAX_SEQUENCE, place in 1..16_usize, shift in 1..10_u8) {
        let made = NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap();
        let mut bytes = made.to_string().into_bytes();
        bytes[place] = b'0' + (bytes[place] - b'0' + shift) % 10;
        let (_, check) = NoticeNumber::parse(std::str::from_utf8(&bytes).unwrap()).unwrap();
        prop_assert_ne!(check, CheckDigit::Valid);
    }

    #[test]
    fn the_qr_text_fits_a_version_4_code(sequence in 0..=NoticeNumber::MAX_SEQUENCE, cents in 1..=9_999_999_999_i64) {
        let made = NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap();
        let text = qr_payload(body("03334231200"), made, Cents::new(cents)).unwrap();
        prop_assert!((44..=52).contains(&text.len()));
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in ".*") {
        let _ = NoticeNumber::parse(&text);
        let _ = NoticeNumber::from_iuv(&text);
        let _ = text.parse::<BodyFiscalCode>();
        let _ = text.parse::<NoticeQr>();
    }
}
