//! refettorio-portal
