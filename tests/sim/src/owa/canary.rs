//! The canary: a cookie whose value requests repeat in a header, where the installation wants one.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::failures::Reply;
use crate::knobs::Canary;
use crate::sessions::{CANARY, What};
use crate::signin::cookies;
use crate::sim::Sim;

/// The answer to a request whose canary is missing or stale; repeating it never helps (reported 2026-08).
pub(super) fn refusal(sim: &Sim, smtp: &str, canary: Canary, headers: &HeaderMap) -> Option<Reply> {
    let sent = headers.get(CANARY).and_then(|value| value.to_str().ok());
    let is_live = sent.and_then(|sent| sim.holder(What::Canary, sent)).as_deref() == Some(smtp);
    // Where there is no cookie, the page's script says so in its place.
    let is_missing = sent.is_none_or(|sent| sent == "X-OWA-CANARY_cookie_is_null_or_empty");
    match canary {
        Canary::Absent => None,
        Canary::Demanded if is_missing => Some(Reply::text(StatusCode::BAD_REQUEST, "")),
        Canary::Required | Canary::Demanded | Canary::Rotating => (!is_live).then(Reply::retry_with),
    }
}

/// A new canary with an answer of the service, where each brings one.
pub(super) fn rotate(sim: &Sim, smtp: &str, answer: &mut Response) {
    if sim.settings(smtp).canary == Canary::Rotating {
        sim.expire(smtp, What::Canary);
        cookies::set_readable(answer, CANARY, &sim.grant(What::Canary, smtp));
    }
}

/// A canary with the page, for a browser that has none.
pub(crate) fn keep(sim: &Sim, smtp: &str, headers: &HeaderMap, answer: &mut Response) {
    let held = cookies::get(headers, CANARY).and_then(|canary| sim.holder(What::Canary, canary));
    if sim.settings(smtp).canary != Canary::Absent && held.as_deref() != Some(smtp) {
        cookies::set_readable(answer, CANARY, &sim.grant(What::Canary, smtp));
    }
}
