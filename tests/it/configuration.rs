//! The configuration: its example, its errors, and what `config check` and `config show` say of it.

#![cfg(test)]

mod errors;
mod example;
mod show;
