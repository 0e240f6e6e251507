//! refettorio-tests
