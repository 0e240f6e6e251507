//! refettorio-identity
