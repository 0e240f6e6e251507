//! refettorio-domain
