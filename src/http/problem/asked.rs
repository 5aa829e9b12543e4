//! What is wrong with how something was asked for, or cannot be answered before any part is asked.

use super::Problem;
use crate::error::WhoseTurn;
use crate::model::Scope;
use axum::http::StatusCode;
use std::time::Duration;

impl Problem {
    /// To a caller without credentials, or (`given`) with some that are not good: why is not said (RFC 6750).
    pub(in crate::http) fn unauthorized(given: bool) -> Self {
        let challenge = if given { r#"Bearer error="invalid_token""# } else { "Bearer" };
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "the request carries no credentials that are good here",
        );
        let next = if given {
            "ask for another one: it was revoked, has expired or was made for something else. The log says which."
        } else {
            "send it as `Authorization: Bearer ...`; docs/api.md says what is good here."
        };
        Self { challenge: Some(challenge.to_owned()), ..problem.next(WhoseTurn::Operator, next) }
    }

    /// Whether it is for want of good credentials.
    pub(in crate::http) fn is_unauthorized(&self) -> bool {
        self.status() == StatusCode::UNAUTHORIZED
    }

    /// To a caller who lacks the scope of the route; `is_jwt`: what they have is a JWT of the CRM's.
    pub(in crate::http) fn forbidden(scope: Scope, is_jwt: bool) -> Self {
        let challenge = format!(r#"Bearer error="insufficient_scope", scope="{}""#, scope.as_str());
        let message = "the caller lacks the scope of this route";
        let problem = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", message);
        let next = if is_jwt {
            format!(
                "add \"{0}\" to jwt.scopes in the configuration and restart the service; where the JWT says itself what it \
                 may do (`scope`), {0} stands there too.",
                scope.as_str()
            )
        } else {
            format!("make a token with the scope {}: `outlook-syncd token new`.", scope.as_str())
        };
        Self { challenge: Some(challenge), scope: Some(scope), ..problem.next(WhoseTurn::Operator, &next) }
    }

    /// Asked in a wrong way.
    pub(in crate::http) fn wrong(error: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, message)
    }

    /// The query of the address cannot be understood, for this reason.
    pub(in crate::http) fn bad_query(why: &str) -> Self {
        let problem = Self::wrong("bad_query", "");
        Self { message: format!("the query cannot be understood: {why}").into(), ..problem }
    }

    /// A page cannot be so long.
    pub(in crate::http) fn bad_limit() -> Self {
        Self::wrong("bad_query", "limit is from 1 to 200")
    }

    /// What was sent cannot be read, for the reason that this status tells.
    pub(in crate::http) fn bad_body(status: StatusCode, why: String) -> Self {
        let (status, error) = match status {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (status, "unsupported_media_type"),
            _ => (StatusCode::BAD_REQUEST, "bad_body"),
        };
        Self { message: why.into(), ..Self::new(status, error, "") }
    }

    /// The body is larger than what is read, bytes.
    pub(in crate::http) fn too_large(most: usize) -> Self {
        let problem = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "");
        let problem = problem.next(WhoseTurn::Operator, "send less at a time.");
        Self { message: format!("the body is larger than {} KiB", most >> 10).into(), ..problem }
    }

    /// The body did not come in time.
    pub(in crate::http) fn too_slow() -> Self {
        let message = "the body of the request did not come in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message)
            .next(WhoseTurn::Nobody, "send it again, whole.")
    }

    /// To a peer whose tokens were not good, too often in a short time.
    pub(in crate::http) fn too_many(wait: Duration) -> Self {
        let message = "too many tokens from this address were not good";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_refusals", message);
        let retry_after = Some(wait.as_secs() + 1);
        Self { retry_after, ..problem.next(WhoseTurn::Operator, "use a token that is good, after the wait.") }
    }

    /// To a peer whose links to a sign-in were not good, too often in a short time, while others wait as well.
    pub(in crate::http) fn too_many_links(wait: Duration) -> Self {
        let message = "too many links from this address were not good";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_refusals", message);
        let retry_after = Some(wait.as_secs() + 1);
        Self { retry_after, ..problem.next(WhoseTurn::Owner, "open the link again in a moment.") }
    }

    /// Who changes something has to say what of it they have seen.
    pub(in crate::http) fn no_precondition(what: &str) -> Self {
        let message = "the header If-Match is missing";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition_required", message).next(
            WhoseTurn::Operator,
            &format!("send the ETag that {what} was read with, or * for whatever there is."),
        )
    }

    /// The place where a list should go on is not one of it.
    pub(in crate::http) fn invalid_cursor() -> Self {
        Self::wrong("invalid_cursor", "the cursor is not of this list")
            .next(WhoseTurn::Operator, "begin again without a cursor.")
    }

    /// There is no such account, or it is another's: the same answer, so that nobody learns which.
    pub(in crate::http) fn no_such_account() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_account",
            "there is no such account within the caller's reach",
        )
        .next(WhoseTurn::Operator, "GET /v1/accounts lists those that there are.")
    }

    /// There is no such attempt to connect, or it is another's.
    pub(in crate::http) fn no_such_attempt() -> Self {
        let message = "there is no such attempt within the caller's reach, or it is older than a day";
        Self::new(StatusCode::NOT_FOUND, "no_such_attempt", message)
            .next(WhoseTurn::Owner, "begin the connect again.")
    }

    /// A connect asks nothing, or was answered just then.
    pub(in crate::http) fn nothing_asked() -> Self {
        Self::new(StatusCode::CONFLICT, "nothing_asked", "the connect asks nothing at present")
            .next(WhoseTurn::Nobody, "ask how it stands, and answer what it asks then.")
    }

    /// Nobody signs in in a popup here.
    pub(in crate::http) fn no_popup() -> Self {
        let message = "sign-in in a popup is not set up: oauth.redirect_uri is not set";
        Self::wrong("no_redirect_uri", message)
            .next(WhoseTurn::Operator, "set it as docs/oauth.md says, or connect by a device code.")
    }

    /// A page that may not open a popup, or does not say which it is.
    pub(in crate::http) fn unknown_origin() -> Self {
        Self::wrong("unknown_origin", "the page's origin is not one of oauth.openers").next(
            WhoseTurn::Operator,
            "name the page's origin in oauth.openers. A page with `Referrer-Policy: no-referrer` says none \
             when it posts.",
        )
    }

    /// What is asked for is served nowhere here.
    pub(in crate::http) fn not_found() -> Self {
        let message = "nothing is served at this path";
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
            .next(WhoseTurn::Operator, "docs/api.md has what is served.")
    }

    /// It is served, but not to this method; `Allow` says to which.
    pub(in crate::http) fn wrong_method() -> Self {
        let message = "this path is not served to this method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
            .next(WhoseTurn::Operator, "the header Allow names the methods.")
    }

    /// We are called by a name that is not ours.
    pub(in crate::http) fn unknown_host() -> Self {
        let message = "the header Host names a host that this service is not known by";
        Self::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message)
            .next(WhoseTurn::Operator, "add the name to http.hosts in the configuration.")
    }

    /// The daemon ends before there is an answer.
    pub(in crate::http) fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the daemon ends")
    }

    /// The daemon has not opened its parts yet.
    pub(in crate::http) fn starting() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "starting", "the daemon starts")
    }
}
