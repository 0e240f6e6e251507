//! The QR code of a notice: version 4 (33 × 33 modules), error correction M, as horizontal runs of dark modules.
//! Specification 3.5, "Codice QR".

use domain::Cents;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::DocumentError;

/// Modules a side.
pub(crate) const MODULES: usize = 33;

/// A run of dark modules: column, row, how many.
pub(crate) type Run = (usize, usize, usize);

/// Refuses a payload that does not say exactly this notice, this body and this amount.
pub(crate) fn check_payload(
    payload: &str,
    notice_number: &str,
    body_fiscal_code: &str,
    amount: Cents,
) -> Result<(), DocumentError> {
    let parts: Vec<&str> = payload.split('|').collect();
    let ["PAGOPA", "002", notice, body, cents] = parts[..] else {
        return Err(DocumentError::Qr);
    };
    let same_amount = (2..=10).contains(&cents.len())
        && cents.bytes().all(|byte| byte.is_ascii_digit())
        && cents.parse() == Ok(amount.get());
    if notice == notice_number && body == body_fiscal_code && same_amount {
        Ok(())
    } else {
        Err(DocumentError::Qr)
    }
}

/// The code's dark modules, row by row.
pub(crate) fn runs(payload: &str) -> Result<Vec<Run>, DocumentError> {
    let code =
        QrCode::with_version(payload, Version::Normal(4), EcLevel::M).map_err(|_| DocumentError::Qr)?;
    let colors = code.to_colors();
    let mut runs = Vec::new();
    for (row, modules) in colors.chunks(MODULES).enumerate() {
        let mut column = 0;
        for stretch in modules.chunk_by(|left, right| left == right) {
            if stretch[0] == Color::Dark {
                runs.push((column, row, stretch.len()));
            }
            column += stretch.len();
        }
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICE: &str = "301000000000004285";
    const BODY: &str = "01199250158";

    /// Reads the modules back with a library that has nothing in common with the one that wrote them.
    fn read(payload: &str) -> (rqrr::MetaData, String) {
        const SCALE: usize = 4;
        const QUIET: usize = 4;
        let runs = runs(payload).unwrap();
        let side = (MODULES + 2 * QUIET) * SCALE;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            let module = |place: usize| (place / SCALE).checked_sub(QUIET);
            let dark = module(x).zip(module(y)).is_some_and(|(x, y)| {
                runs.iter()
                    .any(|(column, row, length)| y == *row && (*column..column + length).contains(&x))
            });
            if dark { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap()
    }

    #[test]
    fn another_library_reads_the_exact_payload_in_version_four_with_level_m() {
        for cents in ["01", "618", "38300", "0000069496", "9999999999"] {
            let payload = format!("PAGOPA|002|{NOTICE}|{BODY}|{cents}");
            let (about, text) = read(&payload);
            assert_eq!(text, payload);
            assert_eq!(about.version.to_size(), MODULES);
            assert_eq!(about.ecc_level, 0, "0 is how the format writes M");
        }
    }

    #[test]
    fn the_payload_must_be_that_of_the_notice() {
        let check = |payload: &str| check_payload(payload, NOTICE, BODY, Cents::new(618));
        for cents in ["618", "0618", "0000000618"] {
            assert_eq!(check(&format!("PAGOPA|002|{NOTICE}|{BODY}|{cents}")), Ok(()));
        }
        for payload in [
            String::new(),
            format!("PAGOPA|002|{NOTICE}|{BODY}|619"),
            format!("PAGOPA|002|{NOTICE}|{BODY}|6,18"),
            format!("PAGOPA|002|{NOTICE}|{BODY}|00000000618"),
            format!("PAGOPA|002|{NOTICE}|01199250159|618"),
            format!("PAGOPA|002|301000000000004286|{BODY}|618"),
            format!("PAGOPA|001|{NOTICE}|{BODY}|618"),
            format!("PAGOPA|002|{NOTICE}|{BODY}|618|"),
        ] {
            assert_eq!(check(&payload), Err(DocumentError::Qr), "{payload}");
        }
        let one_cent = check_payload(
            &format!("PAGOPA|002|{NOTICE}|{BODY}|1"),
            NOTICE,
            BODY,
            Cents::new(1),
        );
        assert_eq!(
            one_cent,
            Err(DocumentError::Qr),
            "an amount has two digits at least"
        );
    }
}
