//! refettorio-client
