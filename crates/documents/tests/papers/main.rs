//! The finished papers, opened and looked into by libraries that had no part in writing them.

#[cfg(test)]
mod notice;
#[cfg(test)]
mod pdf;
#[cfg(test)]
mod receipt;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tools;
