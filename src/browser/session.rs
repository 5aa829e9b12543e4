//! A DevTools session attached to one page.

use super::BrowserError;
use super::engine::Engine;
use super::wire::Wire;
use crate::clock::Clock;
use chromiumoxide::Page as Library;
use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::inspector::{self, EventTargetCrashed};
use chromiumoxide::cdp::browser_protocol::network;
use chromiumoxide::cdp::browser_protocol::page::{
    EventJavascriptDialogOpening, HandleJavaScriptDialogParams,
};
use chromiumoxide::cdp::browser_protocol::target::{CreateTargetParams, SetAutoAttachParams, WindowState};
use chromiumoxide::cdp::js_protocol::runtime::{
    CallArgument, CallFunctionOnParams, EvaluateParams, ExceptionDetails, RemoteObject,
    TerminateExecutionParams,
};
use chromiumoxide::types::Command;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// Calls to one page. Every call has a limit, and fails at once when the page crashes or the browser dies.
#[derive(Clone)]
pub(super) struct CdpSession {
    wire: Wire,
    crashed: CancellationToken,
    _watch: Arc<AbortOnDropHandle<()>>,
}

impl CdpSession {
    /// Makes a page in a window of its own in a context, and attaches to it.
    pub(super) async fn attach(
        engine: &Arc<Engine>,
        context: &BrowserContextId,
        window: WindowState,
    ) -> Result<(Self, Library), BrowserError> {
        let mut create = CreateTargetParams::new("about:blank");
        create.browser_context_id = Some(context.clone());
        // A further tab of a window has no state of its own.
        create.new_window = Some(true);
        create.window_state = Some(window);
        let limit = engine.settings.call_limit;
        let timeout = |_| BrowserError::Timeout { what: "new page".into(), limit };
        let made = Clock::limit(limit, engine.library.new_page(create)).await.map_err(timeout)?;
        let library = made.map_err(|_| engine.lost_or("a page could not be made"))?;
        let wire = engine.wire.session(library.session_id().as_ref());
        // The library has just asked to be attached to workers; it answers a service worker in a way that
        // makes its first registration hang in most runs.
        wire.call(
            SetAutoAttachParams::builder()
                .auto_attach(false)
                .wait_for_debugger_on_start(false)
                .flatten(true)
                .build()
                .map_err(BrowserError::Protocol)?,
        )
        .await?;
        let crashed = CancellationToken::new();
        let watch = watch(engine, &library, wire.clone(), crashed.clone()).await?;
        wire.call(inspector::EnableParams::default()).await?;
        // The library has enabled it too: the page's process would keep a second copy of all that it loads.
        wire.call(
            network::EnableParams::builder().max_total_buffer_size(0).max_resource_buffer_size(0).build(),
        )
        .await?;
        Ok((Self { wire, crashed, _watch: Arc::new(watch) }, library))
    }

    pub(super) async fn call<C: Command>(&self, command: C) -> Result<C::Response, BrowserError> {
        self.call_within(self.wire.limit, command).await
    }

    pub(super) async fn call_within<C: Command>(
        &self,
        limit: Duration,
        command: C,
    ) -> Result<C::Response, BrowserError> {
        let answer = tokio::select! {
            biased;
            () = self.crashed.cancelled() => return Err(BrowserError::Crashed),
            answer = self.wire.call_within(limit, command) => answer,
        };
        if let Err(BrowserError::Timeout { .. }) = answer {
            // A script that loops is stopped, so that the page may be of use again.
            self.wire.post(&TerminateExecutionParams::default());
        }
        answer
    }

    /// Sends a call whose failure changes nothing.
    pub(super) fn post<C: Command>(&self, command: &C) {
        self.wire.post(command);
    }

    /// The value of an expression in the page, promises awaited.
    pub(super) async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T, BrowserError> {
        let mut evaluate = EvaluateParams::new(expression);
        evaluate.await_promise = Some(true);
        evaluate.return_by_value = Some(true);
        let answer = self.call(evaluate).await?;
        value(answer.result, answer.exception_details.as_ref())
    }

    /// What a function of ours gives for an argument, which is handed over as data and never becomes source
    /// text.
    pub(super) async fn apply<T: DeserializeOwned>(
        &self,
        function: &str,
        argument: serde_json::Value,
        limit: Duration,
    ) -> Result<T, BrowserError> {
        let global = self.call(EvaluateParams::new("globalThis")).await?.result.object_id;
        let mut call = CallFunctionOnParams::new(function);
        call.object_id = global;
        call.arguments = Some(vec![CallArgument { value: Some(argument), ..CallArgument::default() }]);
        call.await_promise = Some(true);
        call.return_by_value = Some(true);
        call.user_gesture = Some(true);
        let answer = self.call_within(limit, call).await?;
        value(answer.result, answer.exception_details.as_ref())
    }

    /// `apply` under the usual limit.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        function: &str,
        argument: serde_json::Value,
    ) -> Result<T, BrowserError> {
        self.apply(function, argument, self.wire.limit).await
    }
}

impl Engine {
    /// `Lost` where the browser is gone, else what was said.
    fn lost_or(&self, what: &str) -> BrowserError {
        match self.process_id() {
            Some(_) => BrowserError::Protocol(what.into()),
            None => BrowserError::Lost,
        }
    }
}

fn value<T: DeserializeOwned>(
    result: RemoteObject,
    thrown: Option<&ExceptionDetails>,
) -> Result<T, BrowserError> {
    if let Some(thrown) = thrown {
        let class = thrown.exception.as_ref().and_then(|exception| exception.class_name.clone());
        return Err(BrowserError::Script(class.unwrap_or_else(|| "it threw".into())));
    }
    let value = result.value.unwrap_or_default();
    serde_json::from_value(value).map_err(|_| BrowserError::Protocol("a value of another shape".into()))
}

/// Accepts every dialog, since an open one stops the page; and tells of a crash.
async fn watch(
    engine: &Arc<Engine>,
    library: &Library,
    wire: Wire,
    crashed: CancellationToken,
) -> Result<AbortOnDropHandle<()>, BrowserError> {
    let lost = |_| BrowserError::Lost;
    let mut dialogs = library.event_listener::<EventJavascriptDialogOpening>().await.map_err(lost)?;
    let mut ends = library.event_listener::<EventTargetCrashed>().await.map_err(lost)?;
    let engine = Arc::downgrade(engine);
    Ok(AbortOnDropHandle::new(tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(_) = dialogs.next() => wire.post(&HandleJavaScriptDialogParams::new(true)),
                Some(_) = ends.next() => {
                    tracing::warn!("page crashed");
                    crashed.cancel();
                    if let Some(engine) = engine.upgrade() { engine.distrust(); }
                }
                else => return,
            }
        }
    })))
}
