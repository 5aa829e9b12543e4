//! What hangs on messages is asked for with their bodies, of those alone that may have something and are new or different.

use super::MailSource;
use crate::model::{Body, BodyKind, Depth, ItemError, ItemFault, ItemKey, Sight};
use crate::store::{Known, Upsert};
use crate::sync::Failure;
use std::collections::HashMap;

/// Has the road say what hangs on messages that are about to be written and that it has not said of, of which these are
/// `known`.
pub(super) async fn attach<S: MailSource>(
    source: &mut S,
    known: &HashMap<ItemKey, Known>,
    upserts: &mut [Upsert],
) -> Result<(), Failure> {
    let mut keys = Vec::new();
    for sight in upserts.iter_mut().map(|upsert| &mut upsert.sight).filter(|sight| is_silent(sight, known)) {
        match has_some(sight) {
            Some(true) => keys.extend(sight.key.clone()),
            Some(false) => sight.attachments = Some(Vec::new()),
            None => {}
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    let mut said: HashMap<_, _> = source.attachments(&keys).await?.into_iter().collect();
    for sight in upserts.iter_mut().map(|upsert| &mut upsert.sight) {
        let own = sight.key.as_ref().and_then(|key| Some((said.remove(key)?, known.get(key))));
        match own {
            None | Some((Err(ItemError::Gone), _)) => {}
            Some((Ok(hung), _)) => sight.attachments = Some(hung),
            Some((Err(ItemError::Fault(fault)), stored)) => lack(sight, &fault, stored),
        }
    }
    Ok(())
}

/// What hangs on the message was not had. Where that may pass, one that is not stored whole is looked at again, as one whose
/// body was not had: until then it is stored as far as it was seen.
fn lack(sight: &mut Sight, fault: &ItemFault, stored: Option<&Known>) {
    tracing::warn!(code = fault.code, "what hangs on a message could not be read");
    if fault.may_pass() && stored.is_none_or(|stored| stored.depth < Depth::Whole) {
        sight.depth = Depth::Listed;
    }
}

/// Whether a whole look left out what hangs on the message. What was looked at in the same version was asked then.
fn is_silent(sight: &Sight, known: &HashMap<ItemKey, Known>) -> bool {
    let stored = sight.key.as_ref().and_then(|key| known.get(key));
    let is_same = stored.is_some_and(|stored| {
        stored.depth == Depth::Whole && sight.change_key.is_some() && stored.change_key == sight.change_key
    });
    sight.depth == Depth::Whole && sight.attachments.is_none() && !is_same
}

/// Whether something hangs on the message; `None` where the look does not tell.
fn has_some(sight: &Sight) -> Option<bool> {
    match (sight.has_attachments, &sight.body) {
        (Some(true), _) => Some(true),
        (said, Some(body)) if shows_some(body) || said.is_some() => Some(shows_some(body)),
        _ => None,
    }
}

/// Whether the body shows a picture of the message's own, which `hasAttachments` does not count (microsoft/BCApps#10288).
fn shows_some(body: &Body) -> bool {
    body.kind == BodyKind::Html && body.content.contains("cid:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FolderId, KeySpace, MessageId};

    fn key() -> ItemKey {
        ItemKey { space: KeySpace::EXCHANGE_IMMUTABLE, id: "a".to_owned() }
    }

    fn whole(has_attachments: bool, html: &str) -> Sight {
        let body = Body { kind: BodyKind::Html, content: html.to_owned(), truncated: false };
        let (key, change_key) = (Some(key()), Some("v1".to_owned()));
        let has_attachments = Some(has_attachments);
        Sight { depth: Depth::Whole, key, change_key, has_attachments, body: Some(body), ..Sight::default() }
    }

    #[test]
    fn a_picture_in_the_body_alone_is_something() {
        assert_eq!(has_some(&whole(true, "")), Some(true));
        assert_eq!(has_some(&whole(false, "<img src=\"cid:a\">")), Some(true));
        assert_eq!(has_some(&whole(false, "<p>Hello</p>")), Some(false));
        assert_eq!(has_some(&Sight { body: None, ..whole(false, "") }), None);
    }

    #[test]
    fn only_what_may_have_something_and_is_new_or_different_is_asked_about() {
        let nothing = HashMap::new();
        let silent = |sight: &Sight| is_silent(sight, &nothing);
        assert!(silent(&whole(true, "")));
        assert!(!silent(&Sight { attachments: Some(Vec::new()), ..whole(true, "") }));
        assert!(!silent(&Sight { depth: Depth::Listed, ..whole(true, "") }));
        let stored = |version: &str| Known {
            message_id: MessageId::from("m".to_owned()),
            folder: FolderId::from("f".to_owned()),
            change_key: Some(version.to_owned()),
            depth: Depth::Whole,
            is_away: false,
            has_preview: true,
        };
        let known = |version| HashMap::from([(key(), stored(version))]);
        assert!(!is_silent(&whole(true, ""), &known("v1")) && is_silent(&whole(true, ""), &known("v0")));
    }
}
