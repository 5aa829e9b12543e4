//! `contacts add | edit | remove`

use crate::cli::{AddContactArgs, EditContactArgs, RemoveContactArgs, WrittenArgs};
use crate::commands::output::Output;
use crate::commands::{CommandError, Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, ContactDone, PhotoSeen, Schema};
use crate::error::Exit;
use crate::model::Card;
use std::io::Read;

pub(super) async fn add(config: &Config, args: &AddContactArgs, output: Output) -> Outcome {
    let AddContactArgs { account, written, photo } = args;
    let photo = photo.as_deref().map(super::photo::read).transpose()?;
    let (actor, change, id) = (operator(), change(written)?, written.external_id.as_deref());
    let put = with_database(config, Schema::Make, async |database| {
        let account = database.named(&actor, account).await?.id;
        let put = database.put_contact(&actor, &account, id, change).await?;
        if let Some(photo) = photo {
            database.set_photo(&actor, &put.contact, Some(photo.bytes), PhotoSeen::Any).await?;
        }
        Ok(put)
    });
    let put = put.await?;
    output.value(&ContactDetail::from(put.contact), |contact| {
        let done = match put.done {
            ContactDone::Made => "is made",
            ContactDone::Written => "was there, and is written",
            ContactDone::Same => "was there, and had it all",
        };
        format!("{} {done}; its id is {}", contact.name(), contact.id)
    })?;
    Ok(Exit::Success)
}

pub(super) async fn edit(config: &Config, args: &EditContactArgs, output: Output) -> Outcome {
    let EditContactArgs { which, if_revision, written, photo, no_photo } = args;
    let says_nothing = written.on_card.is_empty() && written.card.is_none() && written.external_id.is_none();
    if says_nothing && photo.is_none() && !no_photo {
        return Err(CommandError::usage(
            "it is not said what to write".to_owned(),
            "name it, such as --surname Babbage; `outlook-syncd help contacts edit` shows what there is.",
        ));
    }
    let photo = photo.as_deref().map(super::photo::read).transpose()?;
    let (actor, change, id) = (operator(), change(written)?, written.external_id.as_deref());
    let edited = with_database(config, Schema::Make, async |database| {
        let contact = database.contact_named(&actor, &which.contact).await?;
        let edited = database.edit_contact(&actor, &contact, *if_revision, id, change).await?;
        if photo.is_some() || *no_photo {
            let bytes = photo.map(|photo| photo.bytes);
            database.set_photo(&actor, &edited, bytes, PhotoSeen::Any).await?;
        }
        Ok(edited)
    });
    output.value(&ContactDetail::from(edited.await?), |contact| {
        format!("{} is written, and has revision {}", contact.name(), contact.revision)
    })?;
    Ok(Exit::Success)
}

pub(super) async fn remove(config: &Config, args: &RemoveContactArgs, output: Output) -> Outcome {
    let actor = operator();
    let removed = with_database(config, Schema::Make, async |database| {
        let contact = database.contact_named(&actor, &args.which.contact).await?;
        Ok(database.remove_contact(&actor, &contact, args.if_revision).await?)
    });
    output.value(&ContactDetail::from(removed.await?), |contact| format!("{} is deleted", contact.name()))?;
    Ok(Exit::Success)
}

/// What a card becomes: first by the JSON, then by the options.
fn change(written: &WrittenArgs) -> Result<impl Fn(&Card) -> Result<Card, String>, CommandError> {
    let json = match written.card.as_deref() {
        Some("-") => {
            let mut json = String::new();
            std::io::stdin().lock().read_to_string(&mut json)?;
            json
        }
        json => json.unwrap_or("{}").to_owned(),
    };
    let on_card = written.on_card.clone();
    Ok(move |card: &Card| card.overlaid(&json).and_then(|card| on_card.apply(card)))
}
