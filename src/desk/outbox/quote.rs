//! What an answer or what is handed on says of the message that it is about. Pure.

use super::compose::Original;
use crate::html;
use crate::model::{Address, Body, BodyKind, OutgoingBody, Recipient, RecipientKind, SendMode};

/// What is said, with the other message behind it: as a quotation in an answer, whole in what is handed on. The other's HTML
/// goes nowhere: what it shows goes along as text.
pub(super) fn quoted(said: &OutgoingBody, original: &Original, mode: SendMode) -> OutgoingBody {
    let head = head(original, mode);
    let text = original.body.as_ref().map(plain).unwrap_or_default();
    let wants_text = said.text.is_some() || said.html.is_none();
    let of_text = wants_text.then(|| {
        let own = said.text.as_deref().unwrap_or_default();
        match mode {
            SendMode::New => own.to_owned(),
            SendMode::Reply | SendMode::ReplyAll => format!("{own}\n\n{head}\n{}", marked(&text)),
            SendMode::Forward => format!("{own}\n\n{head}\n\n{text}\n"),
        }
    });
    let of_html = said.html.as_ref().map(|own| {
        let (head, text) = (escaped(&head), escaped(&text));
        format!(
            "{own}<p>{head}</p><blockquote><pre style=\"white-space: pre-wrap\">{text}</pre></blockquote>"
        )
    });
    OutgoingBody { text: of_text, html: of_html }
}

fn plain(body: &Body) -> String {
    let text = match body.kind {
        BodyKind::Text => Some(body.content.clone()),
        BodyKind::Html => html::text(&body.content),
    };
    text.unwrap_or_default().replace("\r\n", "\n").trim_end().to_owned()
}

fn marked(text: &str) -> String {
    text.lines().flat_map(|line| ["> ", line, "\n"]).collect()
}

/// Whose it was and of when: one line above a quotation, a few above what is handed on.
fn head(original: &Original, mode: SendMode) -> String {
    let message = &original.stored.message;
    let at = message.received.map(|at| at.at).or(message.sent_at);
    let at = at.map_or_else(|| "an unknown day".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    let from = message.from.as_ref().map_or_else(|| "somebody".to_owned(), shown);
    if mode != SendMode::Forward {
        return format!("On {at}, {from} wrote:");
    }
    let to = |kind| {
        let those = message.recipients.iter().filter(|one: &&Recipient| one.kind == kind);
        those.map(|one| shown(&one.address)).collect::<Vec<_>>().join(", ")
    };
    let subject = message.subject.clone().unwrap_or_default();
    let mut lines = vec!["---------- Forwarded message ----------".to_owned(), format!("From: {from}")];
    lines.push(format!("Date: {at}"));
    lines.push(format!("Subject: {}", one_line(&subject)));
    for (name, kind) in [("To", RecipientKind::To), ("Cc", RecipientKind::Cc)] {
        lines.extend(Some(to(kind)).filter(|to| !to.is_empty()).map(|to| format!("{name}: {to}")));
    }
    lines.join("\n")
}

fn shown(of: &Address) -> String {
    let shown = match (&of.name, &of.address) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (_, Some(address)) => address.clone(),
        (Some(name), None) => name.clone(),
        (None, None) => "somebody".to_owned(),
    };
    one_line(&shown)
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\n', "<br>\n")
}
