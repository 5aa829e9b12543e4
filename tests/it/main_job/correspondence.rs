//! The mail of one person, from a mailbox whose folders are many and whose mail is old.

use super::with;
use crate::stage::{Daemon, READ, RUN, World};
use chrono::TimeDelta;
use outlook_sim::{Account, Draft};
use reqwest::{Method, StatusCode};
use serde_json::Value;

const BO: &str = "bo@drachen.example";

/// A mailbox with mail of Bo's, years old and from before what is read, in folders that are not read.
async fn mailbox() -> (World, Account) {
    let world = World::of(with(|_| {})).await;
    let account = world.sim().accounts().into_iter().find(|account| account.culture == "de-DE").unwrap();
    let own = (account.smtp.clone(), account.smtp.clone());
    let now = world.sim().now();
    let draft = |folder: &str, days: i64, from: Option<&str>, to: (String, String)| Draft {
        folder: Some(folder.to_owned()),
        received: Some(now - TimeDelta::days(days)),
        subject: Some(format!("{folder} {days}")),
        from: from.map(|from| ("Bo Drache".to_owned(), from.to_owned())),
        to: vec![to],
        ..Draft::default()
    };
    let mut drafts = Vec::new();
    for day in 0..250 {
        drafts.push(draft("archive", 100 + day, (day % 50 == 0).then_some(BO), own.clone()));
    }
    drafts.push(draft("Drachenwerk", 2000, Some(BO), own.clone()));
    drafts.push(draft("Fahrkarten", 3, Some(BO), own.clone()));
    drafts.push(draft("inbox", 900, Some(BO), own.clone()));
    drafts.push(draft("sentitems", 800, None, ("Bo Drache".to_owned(), BO.to_owned())));
    drafts.push(draft("sentitems", 801, None, ("Cy".to_owned(), "cy@example.org".to_owned())));
    world.sim().deliver_drafts(&account.smtp, &drafts).unwrap();
    (world, account)
}

/// The subjects of what is stored that is Bo's, in order.
async fn stored(world: &World, smtp: &str) -> Vec<String> {
    let is_bos = |message: &Value| message.to_string().contains(BO);
    let messages = world.messages(smtp).await;
    let mut subjects: Vec<_> = messages
        .iter()
        .filter(|message| is_bos(message))
        .map(|message| message["subject"].as_str().unwrap().to_owned())
        .collect();
    subjects.sort();
    subjects
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_of_one_person_comes_from_every_folder_by_one_request_and_stays() {
    let (world, account) = mailbox().await;
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_eq!(stored(&world, &account.smtp).await, [] as [&str; 0]);
    let before = world.messages(&account.smtp).await.len();
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let path = format!(
        "/v1/accounts/{}/correspondents/bo%40drachen.example/sync",
        shown["account"]["id"].as_str().unwrap()
    );
    let mut daemon = Daemon::start(&world).await;
    let (status, said) = daemon.ask(Method::POST, &path, RUN).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{said}");
    let waited = ["sync", &account.smtp, "--contact", BO, "--wait", "--json"];
    let ended = world.run(&waited).await.expect(0).json();
    assert_eq!(
        (&ended["state"], &ended["found"], &ended["stored"]),
        (&"done".into(), &9.into(), &9.into()),
        "{ended}"
    );
    let (status, told) = daemon.ask(Method::GET, &path, READ).await;
    assert_eq!((status, serde_json::from_str::<Value>(&told).unwrap()), (StatusCode::OK, ended.clone()));
    let of = |folder: &str| {
        let folders = ended["folders"].as_array().unwrap();
        let found = folders.iter().find(|of| [&of["folder"], &of["folder_name"]].contains(&&folder.into()));
        found.unwrap()["found"].as_u64().unwrap()
    };
    assert_eq!(
        [of("archive"), of("Drachenwerk"), of("Fahrkarten"), of("inbox"), of("sentitems")],
        [5, 1, 1, 1, 1]
    );
    daemon.stop().await;
    let mail = stored(&world, &account.smtp).await;
    assert_eq!(mail.len(), 9);
    assert!(
        mail.contains(&"sentitems 800".to_owned()) && mail.contains(&"Drachenwerk 2000".to_owned()),
        "{mail:?}"
    );
    assert_eq!(world.messages(&account.smtp).await.len(), before + 9, "nobody else's");
    let text = world.run(&["sync", &account.smtp, "--contact", BO]).await.expect(0).out;
    assert!(text.starts_with("bo@drachen.example: waiting"), "asked anew: {text}");
    world.cycle().await.expect(0);
    assert_eq!(stored(&world, &account.smtp).await, mail);
    let status = world.run(&["status", "--json"]).await.expect(0).json();
    assert_eq!(status["accounts"][0]["correspondents"], 0);
}
