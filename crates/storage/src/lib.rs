//! refettorio-storage
