//! refettorio-sandbox
