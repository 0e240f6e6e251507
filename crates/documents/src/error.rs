//! Why a paper was not written.

/// Why a paper was not written. Names fields, never their content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A text that must be there is blank.
    #[error("{field} is missing")]
    Missing {
        /// The field's name.
        field: &'static str,
    },
    /// A text longer than the specification prints; cutting it silently is not an option.
    #[error("{field} has {length} characters; at most {limit} are printed")]
    TooLong {
        /// The field's name.
        field: &'static str,
        /// How long it is, in characters.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A text that has not the shape it must have.
    #[error("{field} has not the shape it must have")]
    Malformed {
        /// The field's name.
        field: &'static str,
    },
    /// A character that none of our fonts can show.
    #[error("{field} has a character that cannot be printed")]
    Unprintable {
        /// The field's name.
        field: &'static str,
    },
    /// An amount that pagoPA cannot collect (nothing, less, or above 999,999,999.99 euro).
    #[error("the amount cannot be printed")]
    Amount,
    /// The QR code says something else than the notice, or does not fit version 4 with error correction M.
    #[error("the text of the QR code is not that of this notice")]
    Qr,
    /// The lines do not add up to the amount that was paid.
    #[error("the lines do not add up to the amount")]
    Sum,
    /// A text holds something that looks like an IBAN, which may never be printed on a notice.
    #[error("{field} holds an IBAN, which may not be printed")]
    Iban {
        /// The field's name.
        field: &'static str,
    },
    /// More pages than the paper may have; a notice has one.
    #[error("the paper has more pages than it may")]
    Pages,
    /// The typesetter refused; a fault of this crate. Holds the places in the template, never a text.
    #[error("the document could not be typeset: {0}")]
    Typeset(String),
}
