//! Contacts in step: what comes, goes, moves and goes out, and what goes wrong on the way.

#![cfg(test)]

mod ahead;
mod approval;
mod asked;
mod book;
mod categories;
mod changes;
mod compare;
mod conflict;
mod copies;
mod deletions;
mod doubles;
mod echo;
mod folders;
mod gate;
mod histories;
mod kept;
mod lacking;
mod meanwhile;
mod meeting;
mod names;
mod out;
mod pen;
mod photo;
mod photo_cut;
mod photo_merge;
mod photo_out;
mod pull;
mod push;
mod queue;
mod rejected;
mod road;
mod seen;
mod single;
mod undo;
mod unsure;
mod upgrade;
mod world;
