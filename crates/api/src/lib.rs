//! refettorio-api
