//! Lists by pages, all in one way: `limit` and `cursor` ask, `next` and the header `Link` tell how it goes on.

use super::problem::Problem;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::AppendHeaders;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;
use utoipa::IntoParams;

/// So many are on a page where it is not said.
const USUAL: u32 = 50;
/// So many are on a page at most.
const MOST: u32 = 200;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before, of the same list.
    cursor: Option<String>,
}

/// What is wrong with the page that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum PageFault {
    /// It cannot be so long.
    Limit,
    /// The place where it should go on is not one of the list.
    Cursor,
}

impl From<PageFault> for Problem {
    fn from(fault: PageFault) -> Self {
        match fault {
            PageFault::Limit => Self::bad_limit(),
            PageFault::Cursor => Self::invalid_cursor(),
        }
    }
}

/// After which row a page of a list begins that goes by ids: the list's path, and the row's id.
#[derive(Serialize, Deserialize)]
struct IdStart(String, String);

impl ListQuery {
    /// How many the page has.
    pub(super) fn limit(&self) -> Result<u32, PageFault> {
        limit(self.limit)
    }

    /// The id behind which the page of this list begins; `None` of the first one.
    pub(super) fn after<I>(&self, path: &str, id: fn(&str) -> Option<I>) -> Result<Option<I>, PageFault> {
        let of_list = |IdStart(list, last)| id(last.as_str()).filter(|_| list == path);
        self.cursor
            .as_deref()
            .map(|cursor| start(cursor).and_then(of_list).ok_or(PageFault::Cursor))
            .transpose()
    }

    /// The page behind the row of this id.
    pub(super) fn next(&self, path: &str, last: Option<&str>) -> NextPage {
        let next = last.and_then(|last| cursor(&IdStart(path.to_owned(), last.to_owned())));
        NextPage::of(path, next, self.limit, &[])
    }
}

/// How many a page has.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, PageFault> {
    Some(asked.unwrap_or(USUAL)).filter(|limit| (1..=MOST).contains(limit)).ok_or(PageFault::Limit)
}

/// Of one more than the page has, those on it, and the last of them where there is another page.
pub(super) fn cut<T>(found: &mut Vec<T>, limit: u32) -> Option<&T> {
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.last().filter(|_| has_more)
}

/// Where a page begins, as callers carry it.
pub(super) fn cursor<T: Serialize>(start: &T) -> Option<String> {
    Some(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(start).ok()?))
}

/// Where a page begins; `None` where it is no cursor.
pub(super) fn start<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// The page behind another.
pub(super) struct NextPage {
    /// What it is asked for with; `None` where there is none.
    pub(super) cursor: Option<String>,
    link: Option<HeaderValue>,
}

/// A page of a list, with the address of the next one.
pub(super) type Paged<T> = (AppendHeaders<Vec<(HeaderName, HeaderValue)>>, Json<T>);

impl NextPage {
    /// `more`: what else the list was asked for with.
    pub(super) fn of(
        path: &str,
        cursor: Option<String>,
        limit: Option<u32>,
        more: &[(&str, Option<String>)],
    ) -> Self {
        let link = |cursor: &String| {
            let mut query = Serializer::new(String::new());
            query.append_pair("cursor", cursor);
            if let Some(limit) = limit {
                query.append_pair("limit", &limit.to_string());
            }
            for (name, value) in more.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                query.append_pair(name, value);
            }
            HeaderValue::try_from(format!("<{path}?{}>; rel=\"next\"", query.finish())).ok()
        };
        Self { link: cursor.as_ref().and_then(link), cursor }
    }

    /// Behind this page, with the header `Link` (RFC 8288).
    pub(super) fn behind<T>(self, page: T) -> Paged<T> {
        let links = self.link.map(|link| (header::LINK, link)).into_iter().collect();
        (AppendHeaders(links), Json(page))
    }
}
