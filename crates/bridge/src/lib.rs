//! refettorio-bridge
