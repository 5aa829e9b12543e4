//! Real input events, as from a person's keyboard and mouse.

use super::{BrowserError, Page};
use crate::secret::{ExposeSecret as _, SecretText};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchMouseEventParams, DispatchMouseEventType, InsertTextParams, MouseButton,
};

/// Focuses a field and marks what is in it, so that what is inserted takes its place.
const FOCUS: &str = "selector => {
    const field = document.querySelector(selector);
    field?.focus();
    field?.select?.();
    return field !== null;
}";

const MIDDLE: &str = "selector => {
    const element = document.querySelector(selector);
    element?.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = element?.getBoundingClientRect();
    return box && [box.x + box.width / 2, box.y + box.height / 2];
}";

impl Page {
    /// Types a text into a field by real input events, in place of what is there.
    ///
    /// # Errors
    /// `NoElement`.
    pub async fn type_text(&self, selector: &str, text: &SecretText) -> Result<(), BrowserError> {
        if !self.session.ask::<bool>(FOCUS, selector.into()).await? {
            return Err(BrowserError::NoElement(selector.to_owned()));
        }
        self.session.call(InsertTextParams::new(text.expose_secret())).await.map(drop)
    }

    /// Clicks the middle of an element by real mouse events.
    ///
    /// # Errors
    /// `NoElement`.
    pub async fn click(&self, selector: &str) -> Result<(), BrowserError> {
        let middle: Option<(f64, f64)> = self.session.ask(MIDDLE, selector.into()).await?;
        let (x, y) = middle.ok_or_else(|| BrowserError::NoElement(selector.to_owned()))?;
        for kind in [
            DispatchMouseEventType::MouseMoved,
            DispatchMouseEventType::MousePressed,
            DispatchMouseEventType::MouseReleased,
        ] {
            let pressed = kind != DispatchMouseEventType::MouseMoved;
            let mut event = DispatchMouseEventParams::new(kind, x, y);
            if pressed {
                event.button = Some(MouseButton::Left);
                event.click_count = Some(1);
            }
            self.session.call(event).await?;
        }
        Ok(())
    }
}
