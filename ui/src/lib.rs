//! refettorio-ui
