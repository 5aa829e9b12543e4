//! The dashboard: who is let in, what a page shows, and that in real Chromium.

#![cfg(test)]

mod accounts;
mod browser;
mod connect;
mod contacts;
mod done;
mod embed;
mod ends;
mod entry;
mod finishing;
mod given;
mod guests;
mod kept;
mod keyboard;
mod letters;
mod popup;
mod questions;
mod shown;
mod stepped;
mod under_way;
mod walls;

use crate::stage::{CALLBACK, HOST, Stage, World, new_account, now, tomorrow};
use crate::store::postgres_url;
use chrono::TimeDelta;
use guests::Guest;
use outlook_sim::App as Registration;
use outlook_syncd::model::AccountId;
use reqwest::Method;

/// A stage on SQLite, or on PostgreSQL.
async fn stage(postgres: bool) -> Stage {
    stage_with(postgres, &[]).await
}

/// The same with these settings.
async fn stage_with(postgres: bool, more: &[(&str, &str)]) -> Stage {
    let mut world = World::new().await;
    for (name, value) in more {
        world.set(name, value);
    }
    world.register(Registration::confidential(CALLBACK, "canary-client-secret"));
    if postgres {
        world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
    }
    Stage::on(world).await
}

/// An account of this owner that can be read, and is not due.
async fn account(stage: &Stage, owner: &str) -> AccountId {
    let new = new_account(owner, &format!("{owner}@example.test"), now());
    stage.store().add_account(&new, now()).await.unwrap();
    stage.store().begin_session(&new.id, None, tomorrow()).await.unwrap();
    new.id
}
