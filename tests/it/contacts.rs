//! Contacts that are read: what comes, goes, moves, and what goes wrong on the way.

#![cfg(test)]

mod book;
mod compare;
mod meeting;
mod photo;
mod pull;
mod world;
