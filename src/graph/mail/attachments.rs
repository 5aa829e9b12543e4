//! What hangs on messages. <https://learn.microsoft.com/graph/api/message-list-attachments>
//!
//! The bytes of a file stand in a member of it, which comes unless others are selected. What only a file has is
//! selected as a file's: of an attachment as such it is refused (microsoftgraph/microsoft-graph-explorer-v4#3916).
//! Where the file of a reference lies comes to who selects nothing, where Graph says it at all
//! (microsoftgraph/microsoft-graph-docs#20997).

use super::{id, unreadable};
use crate::graph::answer::GraphAnswer;
use crate::graph::contacts::of_item;
use crate::graph::page::PageWire;
use crate::graph::{GraphError, GraphMailbox};
use crate::model::{AttachedKind, Attachment, ItemError, ItemKey, bare_content_id};
use serde_json::Value;

/// All but the bytes.
const MEMBERS: &str = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId";
/// No message has more pages of them.
const MOST_PAGES: usize = 10;

/// What hangs on a message.
type Hung = (ItemKey, Result<Vec<Attachment>, ItemError>);

impl GraphMailbox {
    /// What hangs on messages, by their ids. Those of ids that are none of Exchange's are left out.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn attachments(&self, keys: &[ItemKey]) -> Result<Vec<Hung>, GraphError> {
        let keys: Vec<_> = keys.iter().filter(|key| id::is_exchange(key)).collect();
        let list = |key: &&ItemKey| self.address(&list_of(&id::to_graph(&key.id)), &[("$select", MEMBERS)]);
        let addresses: Vec<_> = keys.iter().map(list).collect();
        let mut all = Vec::with_capacity(keys.len());
        for (key, answer) in keys.into_iter().zip(self.get_each(&addresses).await?) {
            let hung = match answer {
                Ok(body) => Ok(self.with_addresses(key, self.to_the_end(body).await?).await?),
                Err(error) => Err(of_item(error)?),
            };
            all.push((key.clone(), hung.and_then(|items| read(&items))));
        }
        Ok(all)
    }

    /// The items of a list whose first page this is.
    async fn to_the_end(&self, body: Value) -> Result<Vec<Value>, GraphError> {
        let mut page = PageWire::of(GraphAnswer { status: 200, body })?;
        let mut items = std::mem::take(&mut page.value);
        for _ in 1..MOST_PAGES {
            let Some(next) = page.next else { return Ok(items) };
            page = PageWire::of(self.get(self.link(&next)?).await?)?;
            items.append(&mut page.value);
        }
        Ok(items)
    }

    /// The same, and of references where their files lie.
    async fn with_addresses(&self, key: &ItemKey, mut items: Vec<Value>) -> Result<Vec<Value>, GraphError> {
        let message = id::to_graph(&key.id);
        let references = items.iter_mut().filter(|item| kind(item) == AttachedKind::Reference);
        for item in references {
            let Some(own) = item.get("id").and_then(Value::as_str) else { continue };
            let path: Vec<_> = list_of(&message).into_iter().chain([own]).collect();
            match self.get(self.address(&path, &[])).await {
                Ok(whole) => *item = whole.body,
                Err(error) => drop(of_item(error)?),
            }
        }
        Ok(items)
    }
}

pub(super) fn list_of(message: &str) -> [&str; 4] {
    ["me", "messages", message, "attachments"]
}

fn kind(item: &Value) -> AttachedKind {
    match item.get("@odata.type").and_then(Value::as_str).and_then(|kind| kind.rsplit('.').next()) {
        Some("itemAttachment") => AttachedKind::Item,
        Some("referenceAttachment") => AttachedKind::Reference,
        _ => AttachedKind::File,
    }
}

fn read(items: &[Value]) -> Result<Vec<Attachment>, ItemError> {
    let one = |item: &Value| attachment(item).ok_or_else(|| unreadable("attachment").into());
    items.iter().map(one).collect()
}

fn attachment(item: &Value) -> Option<Attachment> {
    let text = |name: &str| item.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Attachment {
        item_id: Some(id::from_graph(&text("id")?)),
        kind: kind(item),
        name: text("name"),
        content_type: text("contentType"),
        size: item.get("size").and_then(Value::as_i64),
        content_id: text("contentId").map(|id| bare_content_id(&id).to_owned()),
        is_inline: item.get("isInline").and_then(Value::as_bool).unwrap_or_default(),
        url: text("sourceUrl"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_a_reference_its_address_is_known_where_graph_says_it_and_of_a_file_all_but_its_bytes() {
        let items = [
            json!({"@odata.type": "#microsoft.graph.fileAttachment", "id": "AAMk-_=", "name": "a.png", "size": 9,
                "contentType": "image/png", "isInline": true, "contentId": "<kite@sim>"}),
            json!({"@odata.type": "#microsoft.graph.itemAttachment", "id": "b", "name": "Fwd", "contentType": null}),
            json!({"@odata.type": "#microsoft.graph.referenceAttachment", "id": "c", "name": "plan"}),
            json!({"@odata.type": "#microsoft.graph.referenceAttachment", "id": "d", "sourceUrl": "https://x.example/d"}),
        ];
        let read = read(&items).unwrap();
        assert_eq!(read[0].item_id.as_deref(), Some("AAMk/+="));
        assert_eq!((read[0].content_id.as_deref(), read[0].is_inline), (Some("kite@sim"), true));
        let kinds: Vec<_> = read.iter().map(|one| (one.kind.as_str(), one.url.as_deref())).collect();
        let reference = ("reference", Some("https://x.example/d"));
        assert_eq!(kinds, [("file", None), ("item", None), ("reference", None), reference]);
    }

    #[test]
    fn an_attachment_without_an_id_is_none_that_is_stored() {
        assert!(super::read(&[json!({"name": "a"})]).is_err());
    }
}
