//! Bodies as the server hands them to the reading pane: filtered HTML with prefixed classes, images replaced,
//! lines ended by CR LF.

use serde_json::{Value, json};

use crate::hosts;
use crate::world::Message;

/// What the request's `ItemShape` says about bodies.
pub(super) struct BodyShape {
    /// Wrapper class, `rps_…`.
    pub(super) scope: String,
    /// Longest body in characters.
    pub(super) most: usize,
    /// Text instead of HTML.
    pub(super) text: bool,
    /// What inline images show.
    pub(super) inline_image: String,
    /// Whether pictures that lie elsewhere are shown.
    pub(super) remote_images: bool,
}

impl BodyShape {
    pub(super) fn of(item_shape: &Value) -> Self {
        let text = |name: &str| item_shape[name].as_str().unwrap_or_default().to_owned();
        let most = item_shape["MaximumBodySize"].as_u64().and_then(|n| usize::try_from(n).ok());
        Self {
            scope: text("CssScopeClassName"),
            most: most.unwrap_or(usize::MAX),
            text: item_shape["BodyType"] == "Text",
            inline_image: text("InlineImageUrlTemplate"),
            remote_images: item_shape["BlockExternalImages"] != true
                && item_shape["BlockExternalImagesIfSenderUntrusted"] != true,
        }
    }

    /// The body with its history, or only the new part.
    pub(super) fn render(&self, message: &Message, with_history: bool) -> Value {
        let plain = message.plain || self.text;
        let quoted = message.quoted.as_deref().filter(|_| with_history);
        let whole = if plain { text(message, quoted) } else { self.html(message, quoted) };
        let most = self.most.min(message.body_limit.unwrap_or(usize::MAX));
        let cut: String = whole.chars().take(most).collect();
        json!({
            "BodyType": if plain { "Text" } else { "HTML" }, "Value": cut, "IsTruncated": cut.len() < whole.len(),
        })
    }

    fn html(&self, message: &Message, quoted: Option<&str>) -> String {
        let own = paragraphs(&message.text);
        let images = self.images(message);
        let history = quoted.map(|text| {
            format!("<div id=\"x_divRplyFwdMsg\">\r\n<hr>\r\n<blockquote class=\"x_history\">{}</blockquote>\r\n</div>\r\n", paragraphs(text))
        });
        let history = history.unwrap_or_default();
        let scope = if self.scope.is_empty() { "rps_0000" } else { &self.scope };
        format!(
            "<div class=\"{scope}\">\r\n<div class=\"x_WordSection1\">\r\n{own}{images}</div>\r\n{history}</div>\r\n"
        )
    }

    fn images(&self, message: &Message) -> String {
        let inline = message.attachments.iter().filter(|file| file.content_id.is_some());
        let tag = |file: &crate::world::Attachment| {
            format!("<img data-custom=\"{}\" src=\"{}\">\r\n", escape(&file.name), self.inline_image)
        };
        let remote = message.external_image.then(|| self.remote_image(message));
        inline.map(tag).chain(remote).collect()
    }

    /// A picture that tells its sender who reads the mail.
    fn remote_image(&self, message: &Message) -> String {
        let source = if self.remote_images { "src" } else { "blockedimagesrc" };
        let reader = message.to.first().map(|reader| reader.address.as_str()).unwrap_or_default();
        format!("<img {source}=\"https://{}/{reader}/kite.png\" class=\"x_hero\">\r\n", hosts::PICTURES)
    }
}

fn text(message: &Message, quoted: Option<&str>) -> String {
    let history =
        quoted.map(|text| format!("\n________________________________\n{text}")).unwrap_or_default();
    format!("{}{history}\n", message.text).replace('\n', "\r\n")
}

fn paragraphs(text: &str) -> String {
    let paragraph = |line| format!("<p class=\"x_MsoNormal\">{}</p>\r\n", escape(line));
    text.lines().map(paragraph).collect::<Vec<_>>().concat()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
