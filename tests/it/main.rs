//! The one integration-test binary: one link instead of many.

mod access;
mod asvs;
mod browser;
mod command;
mod configuration;
mod contacts;
mod daemon;
mod dashboard;
mod database;
mod html;
mod json;
mod keys;
mod layers;
mod living;
mod main_job;
mod meanings;
mod oauth;
mod owa;
mod parts;
mod proxy;
mod sealed;
mod secrets;
mod stage;
mod store;
mod sync;
mod walls;
