//! What is answered to who calls with a token that is too narrow, or used up.

use super::Problem;
use crate::error::WhoseTurn;
use axum::http::StatusCode;
use std::time::Duration;

impl Problem {
    /// To a caller whose token is narrowed to something else.
    pub(in crate::http) fn narrow(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "narrow_token", message)
            .next(WhoseTurn::Operator, "use a token that is made for it (`outlook-syncd token new`).")
    }

    /// To a caller whose token has been used as often as it may be in an hour.
    pub(in crate::http) fn used_up(wait: Duration) -> Self {
        let message = "the token was used as often as it may be in an hour";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "used_up", message);
        let retry_after = Some(wait.as_secs() + 1);
        Self { retry_after, ..problem.next(WhoseTurn::Nobody, "ask again after the wait.") }
    }
}
