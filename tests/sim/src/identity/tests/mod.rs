//! The platform as an application and its people meet it, without a network.

mod client;
mod device;
mod people;
mod token;

use client::{Client, decoded};
