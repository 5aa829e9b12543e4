//! A world with the program's parts and its endpoints in this process, asked as its proxy would ask them.

use super::World;
use super::people::{CALLBACK, HOST, RETURN};
use outlook_sim::App as Registration;
use outlook_syncd::app::App;
use outlook_syncd::http::{self, Access};
use outlook_syncd::model::AccountId;
use outlook_syncd::store::Store;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::ops::Deref;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The parts of a daemon and its endpoints, without its loop.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) address: String,
    pub(crate) client: reqwest::Client,
    /// Whoever waits for a cycle is told that the daemon stops.
    pub(crate) stopping: CancellationToken,
    _serving: tokio_util::sync::DropGuard,
    world: World,
}

impl Stage {
    /// With the program registered, as it is for most.
    pub(crate) async fn start() -> Self {
        Self::of(Registration::confidential(CALLBACK, "canary-client-secret"), &[]).await
    }

    /// With the program registered so, and these settings.
    pub(crate) async fn of(registration: Registration, more: &[(&str, &str)]) -> Self {
        let mut world = World::new().await;
        world.register(registration);
        for (name, value) in more {
            world.set(name, value);
        }
        Self::on(world).await
    }

    /// What is set in this world.
    pub(crate) async fn on(world: World) -> Self {
        let app = world.open(&[]).await;
        let access = Arc::clone(&world.config(&[]).http.access);
        Self::serve(world, app, access).await
    }

    /// These parts, for those that may call.
    pub(crate) async fn serve(world: World, app: App, access: Arc<Access>) -> Self {
        let (stopping, stop) = (CancellationToken::new(), CancellationToken::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = http::router(Arc::clone(&app.desk), access, stopping.clone());
        tokio::spawn(http::serve(
            futures::stream::iter([http::Listener::Tcp(listener)]),
            router,
            http::Limits::default(),
            stop.clone(),
        ));
        let client = outlook_syncd::net::client().build().unwrap();
        Self { app, address, client, stopping, _serving: stop.drop_guard(), world }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.services.store
    }

    /// Asks by our public name.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        cookie: Option<&str>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        request = request.header("host", HOST);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        Answer::of(request).await
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.ask(Method::GET, path, Some(bearer), None).await
    }
}

impl Deref for Stage {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// An answer of ours.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Self { status, headers, text: answer.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// What the page tells its opener, and to which origin.
    pub(crate) fn told(&self) -> Option<(Value, String)> {
        let literal = |before: &str| {
            let (_, rest) = self.text.split_once(before)?;
            serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok()
        };
        let origin = literal("postMessage(told,")?;
        Some((literal("told=")?, origin.as_str().unwrap().to_owned()))
    }

    /// Where the page of a popup goes on to.
    pub(crate) fn goes_on_to(&self) -> Url {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let (_, rest) = self.text.split_once("content=\"0;url=").unwrap_or_else(|| panic!("{}", self.text));
        rest.split('"').next().unwrap().replace("&amp;", "&").parse().unwrap()
    }

    /// What finishes a sign-in, at the CRM's page where the popup goes back to.
    pub(crate) fn finish(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        let place: Url = self.header("location").parse().unwrap();
        assert!(place.as_str().starts_with(RETURN), "{place}");
        let finish = place.query_pairs().find(|(name, _)| name == "finish");
        finish.unwrap().1.into_owned()
    }

    /// The account that the end of a popup says is connected.
    pub(crate) fn connected(&self) -> AccountId {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let told = self.json();
        assert_eq!(told["type"], "MICROSOFT_AUTH_SUCCESS");
        AccountId::from(told["account"].as_str().unwrap().to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Name and value of the cookie that it sets.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}
