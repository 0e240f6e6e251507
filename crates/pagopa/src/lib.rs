//! refettorio-pagopa
