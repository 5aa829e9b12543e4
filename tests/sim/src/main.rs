//! `outlook-sim`.
fn main() {}
