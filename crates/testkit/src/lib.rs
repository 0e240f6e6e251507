//! refettorio-testkit
