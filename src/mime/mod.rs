//! A message as it is sent (RFC 5322, 2045 to 2049), by mail-builder. What is in it was checked: see `model::Outgoing`.

use crate::model::{MailAddress, Outgoing};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;

/// The message as it is sent, in ASCII. `Bcc` is in it: Exchange takes its recipients from there and takes it out, by
/// Graph as in what it is given by SMTP (SMTP2Graph#30, MailCore/mailcore2#1464).
#[must_use]
pub fn built(message: &Outgoing) -> String {
    let bare = |id: &String| id.trim_matches(['<', '>']).to_owned();
    let mut built = MessageBuilder::new()
        .message_id(bare(&message.internet_message_id))
        .date(message.date.timestamp())
        .from(address(&message.from))
        .subject(message.subject.as_str());
    if let Some(id) = &message.in_reply_to {
        built = built.in_reply_to(bare(id));
    }
    if !message.references.is_empty() {
        built = built.references(message.references.iter().map(bare).collect::<Vec<_>>());
    }
    for (people, header) in [(&message.to, "To"), (&message.cc, "Cc"), (&message.bcc, "Bcc")] {
        if !people.is_empty() {
            built = built.header(header, Address::new_list(people.iter().map(address).collect()));
        }
    }
    let text = message.body.text.as_deref();
    // Something has to stand before the files.
    let text = text.or_else(|| message.body.html.is_none().then_some(""));
    if let Some(text) = text {
        built = built.text_body(text);
    }
    if let Some(html) = &message.body.html {
        built = built.html_body(html.as_str());
    }
    for file in &message.files {
        built = built.attachment(file.media_type(), file.name(), file.content());
    }
    let mut bytes = Vec::new();
    built.serialize(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn address(of: &MailAddress) -> Address<'_> {
    Address::new_address(of.name(), of.address())
}

#[cfg(test)]
mod tests;
