//! The light page: plain HTML without script, as an unsupported browser gets it.

use axum::response::{Html, IntoResponse as _, Response};
use chrono_tz::Tz;

use crate::sim::Sim;
use crate::world::{Account, INBOX, Mailbox, Message};

const TEMPLATE: &str = include_str!("../../assets/page/light.html");
const ROWS: usize = 25;

pub(super) fn page(sim: &Sim, account: &Account) -> Response {
    let newest = |mailbox: &Mailbox| {
        mailbox.in_folder(INBOX).into_iter().take(ROWS).map(|message| row(message, account.zone)).collect()
    };
    let rows: String = sim.read(&account.smtp, newest).unwrap_or_default();
    let html = TEMPLATE
        .replace("{{lang}}", account.culture)
        .replace("{{name}}", &escape(&account.name))
        .replace("{{rows}}", &rows);
    Html(html).into_response()
}

fn row(message: &Message, zone: Tz) -> String {
    let from = message.from.as_ref().map(|person| person.name.as_str()).unwrap_or_default();
    let subject = message.subject.as_deref().unwrap_or_default();
    let received = message.received.with_timezone(&zone).format("%Y-%m-%d %H:%M");
    format!(
        "<tr><td>{}</td><td><a href=\"?ae=Item&amp;t=IPM.Note\">{}</a></td><td>{received}</td></tr>\n",
        escape(from),
        escape(subject)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
