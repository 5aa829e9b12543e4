//! A page of a list or of a round.

use super::GraphError;
use super::answer::GraphAnswer;
use crate::model::PageEnd;
use serde::Deserialize;
use serde_json::Value;

/// Items, and where to go on: a list ends without a link, a round with one to the next.
#[derive(Deserialize)]
pub(super) struct PageWire {
    #[serde(skip)]
    pub(super) value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(super) delta: Option<String>,
    #[serde(rename = "@odata.count")]
    pub(super) count: Option<i64>,
}

impl PageWire {
    /// The items are taken out as they are: serde would make each of them anew.
    pub(super) fn of(mut answer: GraphAnswer) -> Result<Self, GraphError> {
        let unreadable = || GraphError::Unreadable { what: "page", status: answer.status };
        let items = answer.body.get_mut("value").map(Value::take);
        let Some(Value::Array(value)) = items else { return Err(unreadable()) };
        let page: Self = serde_json::from_value(answer.body).map_err(|_| unreadable())?;
        Ok(Self { value, ..page })
    }

    /// Where it goes on after a page that a link led to. A link that leads to where it stands would be followed for ever.
    pub(super) fn end(&self, from: Option<&str>) -> Result<PageEnd, GraphError> {
        match (&self.next, &self.delta) {
            (Some(next), _) if from == Some(next) => Err(GraphError::Endless),
            (Some(next), _) => Ok(PageEnd::More(next.clone())),
            (None, Some(delta)) => Ok(PageEnd::Round(delta.clone())),
            (None, None) => Ok(PageEnd::Listed),
        }
    }
}
