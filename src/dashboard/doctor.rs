//! What the command `doctor` tells without asking anybody outside.

use super::Dashboard;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::Check;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "doctor.html")]
struct DoctorPage<'a> {
    page: &'a Frame,
    checks: &'a [Check],
}

impl DoctorPage<'_> {
    /// How many find something wrong.
    fn wrong(&self) -> u64 {
        self.checks.iter().filter(|check| !check.ok).count() as u64
    }
}

pub(super) async fn show(State(dashboard): State<Dashboard>, page: Frame) -> Result<Response, PageRefusal> {
    let checks = dashboard.desk.checks().await;
    Ok(render(&DoctorPage { page: &page, checks: &checks }))
}
