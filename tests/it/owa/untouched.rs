//! Reading leaves a mailbox as it is, and tells no sender.

use super::outlook::{BOTH, Outlook, PICTURES, pages, stored};
use outlook_sim::View;
use outlook_syncd::model::Tier;
use std::collections::BTreeSet;

/// All that reading asks of Outlook's service: what changes nothing and counts nothing as read.
const READS: [&str; 8] = [
    "StartupData",
    "FindItem",
    "FindConversation",
    "FindFolder",
    "GetFolder",
    "GetItem",
    "GetOwaUserConfiguration",
    "page",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_marks_nothing_as_read_fetches_no_remote_picture_and_sends_no_receipt() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let before = outlook.sim().truth(&account.smtp).expect("the account");
    outlook.sim().clear_requests();
    for view in [View::Conversation, View::Message] {
        outlook.sim().set(None, |settings| settings.view = view);
        for tier in [Tier::Service, Tier::Network, Tier::Dom] {
            let mut mailbox = outlook.open(&account, stored(&session), &[tier]).await.expect("a mailbox");
            for folder in BOTH {
                let rows = pages(&mut mailbox, folder).await.into_iter().flat_map(|page| page.rows);
                let keys: Vec<_> = rows.filter_map(|row| row.key).collect();
                mailbox.details(&keys).await.expect("details");
            }
            mailbox.close().await;
        }
    }
    assert_eq!(outlook.sim().truth(&account.smtp).expect("the account"), before);
    let asked: BTreeSet<_> = outlook.sim().counts(Some(&account.smtp)).into_keys().collect();
    let of_the_sign_in = |name: &str| name.starts_with(char::is_lowercase) && name != "picture";
    let others = asked.iter().filter(|name| !READS.contains(&name.as_str()) && !of_the_sign_in(name));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "of {asked:?}");

    // Whoever opens a mail does mark it, and where its pictures are shown its sender sees that.
    let unread = before.iter().find(|message| message.folder == "inbox" && !message.is_read);
    let id = &unread.expect("one that is unread").item_id;
    let person = outlook.person(&session, &[PICTURES]).await;
    let page = person.page().await.expect("a page");
    let shown = format!("https://outlook.cloud.microsoft/mail/inbox/id/{}", id.replace('/', "%2F"));
    page.open(&shown.parse().expect("an address")).await.expect("opened");
    outlook.sim().wait_for("UpdateItem", &account.smtp, 1).await;
    let picture = format!("new Image().src = 'https://{PICTURES}/{}/kite.png'", account.smtp);
    page.eval::<String>(&picture).await.expect("asked for");
    outlook.sim().wait_for("picture", &account.smtp, 1).await;
    // So does what acts on it.
    let reply = r#"(document.querySelector('[role="menuitem"][aria-label="Reply"]').click(), "clicked")"#;
    page.eval::<String>(reply).await.expect("a ribbon");
    outlook.sim().wait_for("Ribbon_reply", &account.smtp, 1).await;
    // That page keeps its tokens as MSAL does: nothing of one is there to be read.
    let kept =
        "Object.keys(localStorage).filter((key) => key.includes('token|')).map((key) => localStorage[key])";
    let kept = page.eval::<Vec<String>>(kept).await.expect("what is stored");
    let kept = kept.iter().map(|text| serde_json::from_str::<serde_json::Value>(text).expect("an envelope"));
    let members =
        kept.map(|envelope| envelope.as_object().expect("members").keys().cloned().collect::<BTreeSet<_>>());
    let envelope: BTreeSet<_> = ["id", "nonce", "data", "lastUpdatedAt"].map(str::to_owned).into();
    assert_eq!(members.collect::<Vec<_>>(), [envelope.clone(), envelope.clone(), envelope]);
    person.close().await;
}
