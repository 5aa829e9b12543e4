//! A person with a browser, in a few lines: opens an address, signs in with the account's own password,
//! accepts or declines. It goes through the same pages as Chromium and posts what their script would.

use anyhow::{Context as _, Result, anyhow, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt as _;

use super::device;
use crate::hosts::LOGIN;
use crate::sim::Sim;
use crate::world::Account;

/// Pages and redirects between the first address and the last.
const MOST_STEPS: usize = 12;

/// Where a visit ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "landed", rename_all = "snake_case")]
pub enum Landed {
    /// The browser was sent to the application.
    Redirect {
        /// The whole address.
        url: String,
    },
    /// A form was posted to the application (`response_mode=form_post`).
    Form {
        /// Its address.
        url: String,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
    },
    /// A page with nothing more to do.
    Page {
        /// Its `pgid`.
        id: String,
        /// The number of its error, where it shows one.
        code: String,
        /// The text of its error.
        message: String,
    },
}

impl Landed {
    /// The address that the browser was sent to.
    ///
    /// # Panics
    /// When it ended elsewhere.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Redirect { url } | Self::Form { url, .. } => url,
            Self::Page { .. } => panic!("no redirect: {self:?}"),
        }
    }

    /// One parameter of the answer, decoded, wherever it travels.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        match self {
            Self::Form { fields, .. } => {
                fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            }
            Self::Redirect { url } => {
                let (_, answer) = url.split_once(['?', '#'])?;
                let mut pairs = form_urlencoded::parse(answer.as_bytes()).into_owned();
                pairs.find(|(key, _)| key == name).map(|(_, value)| value)
            }
            Self::Page { .. } => None,
        }
    }
}

/// People.
impl Sim {
    /// Opens an authorize (or admin consent) address as this account's person, signs in, and accepts or
    /// declines whatever is asked.
    ///
    /// # Errors
    /// When there is no such account, or the pages lead nowhere.
    pub async fn visit(&self, url: &str, smtp: &str, accept: bool) -> Result<Landed> {
        let mut visitor = Visitor::new(self, smtp, accept)?;
        let first = visitor.get(url).await?;
        visitor.walk(first).await
    }

    /// Types the user code of a device in, as this account's person.
    ///
    /// # Errors
    /// When there is no such account, or the pages lead nowhere.
    pub async fn type_user_code(&self, code: &str, smtp: &str, accept: bool) -> Result<Landed> {
        let mut visitor = Visitor::new(self, smtp, accept)?;
        let first = visitor.post(&format!("https://{LOGIN}{}", device::PAGE), &[("otc", code)]).await?;
        visitor.walk(first).await
    }
}

struct Visitor {
    router: Router,
    account: Account,
    accept: bool,
    signed_in: bool,
    cookies: Vec<(String, String)>,
}

/// What a request brought.
enum Page {
    Redirect(String),
    Html(String),
}

impl Visitor {
    fn new(sim: &Sim, smtp: &str, accept: bool) -> Result<Self> {
        let account = sim.account(smtp).ok_or_else(|| anyhow!("no account {smtp}"))?;
        let router = crate::signin::router(sim.clone()).merge(super::router(sim.clone()));
        Ok(Self { router, account, accept, signed_in: false, cookies: Vec::new() })
    }

    async fn walk(&mut self, first: Page) -> Result<Landed> {
        let mut page = first;
        for _ in 0..MOST_STEPS {
            page = match page {
                Page::Redirect(url) if url.starts_with(&format!("https://{LOGIN}/")) => {
                    self.get(&url).await?
                }
                Page::Redirect(url) => return Ok(Landed::Redirect { url }),
                Page::Html(html) => match config(&html) {
                    Some(config) => match self.step(&config).await? {
                        Some(next) => next,
                        None => return Ok(page_of(&config)),
                    },
                    None => return posted_form(&html),
                },
            };
        }
        bail!("still no end after {MOST_STEPS} pages")
    }

    /// Does what the page wants; none: there is nothing to do.
    async fn step(&mut self, config: &Value) -> Result<Option<Page>> {
        let (smtp, password) = (self.account.smtp.clone(), self.account.password.clone());
        let accept = if self.accept { "true" } else { "false" };
        let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
        // The person has a telephone and approves.
        let proven = crate::signin::proven(&text("sCtx"));
        let fields: Vec<(&str, &str)> = match config["pgid"].as_str().unwrap_or_default() {
            "ConvergedSignIn" if !std::mem::replace(&mut self.signed_in, true) => {
                vec![("login", &smtp), ("loginfmt", &smtp), ("passwd", &password)]
            }
            "KmsiInterrupt" => vec![("LoginOptions", "0")],
            "ConvergedTFA" => vec![("login", &smtp), ("type", "22"), ("request", &proven)],
            "ConvergedConsent" => vec![("acceptConsent", accept)],
            "CmsiInterrupt" => vec![("ContinueAuth", accept), ("iscsrfspeedbump", "true")],
            "AdminConsentRequired" if !self.accept => vec![("acceptConsent", "false")],
            _ => return Ok(None),
        };
        let (ctx, token, canary) = (text("sCtx"), text("sFT"), text("canary"));
        let own: [(&str, &str); 3] = [("ctx", &ctx), ("flowToken", &token), ("canary", &canary)];
        Ok(Some(self.post(&text("urlPost"), &[&own, fields.as_slice()].concat()).await?))
    }

    async fn get(&mut self, url: &str) -> Result<Page> {
        self.send(Request::get(url), String::new()).await
    }

    async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Result<Page> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(Body::from(body))?;
        let (head, body) = self.router.clone().oneshot(request).await?.into_parts();
        for line in head.headers.get_all(header::SET_COOKIE) {
            let (name, value) = line.to_str()?.split_once('=').context("a cookie has a value")?;
            let value = value.split(';').next().unwrap_or_default();
            self.cookies.retain(|(held, _)| held != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        match head.headers.get(header::LOCATION) {
            Some(location) => Ok(Page::Redirect(location.to_str()?.to_owned())),
            None => Ok(Page::Html(String::from_utf8(to_bytes(body, 1 << 20).await?.to_vec())?)),
        }
    }
}

/// A sign-in page's `$Config`.
fn config(html: &str) -> Option<Value> {
    let (_, rest) = html.split_once("$Config=")?;
    serde_json::from_str(rest.split_once(";\n")?.0).ok()
}

fn page_of(config: &Value) -> Landed {
    let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
    let number = config["iErrorCode"].as_u64();
    Landed::Page {
        id: text("pgid"),
        code: number.map_or_else(|| text("sErrorCode"), |number| number.to_string()),
        message: text("strServiceExceptionMessage"),
    }
}

/// The form that posts itself.
fn posted_form(html: &str) -> Result<Landed> {
    let plain = |text: &str| text.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&");
    let attribute =
        |text: &str, name: &str| Some(plain(text.split_once(&format!("{name}=\""))?.1.split_once('"')?.0));
    let url = attribute(html, "action").with_context(|| format!("neither a page nor a form: {html}"))?;
    let inputs = html.split("<input type=\"hidden\"").skip(1);
    let fields =
        inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect();
    Ok(Landed::Form { url, fields })
}
