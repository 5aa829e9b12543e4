//! The list of accounts, page by page.

use super::*;
use std::collections::BTreeSet;

async fn seen(guest: &Guest<'_>, path: &str) -> Vec<String> {
    let (mut path, mut seen) = (path.to_owned(), Vec::new());
    loop {
        let page = guest.get(&path).await.text;
        let rows = page.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap();
        seen.extend(
            rows.split("/ui/accounts/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
        );
        let Some((_, next)) = page.split_once("rel=\"next\" href=\"") else { return seen };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn further_pages_of_accounts_lose_and_double_none_whatever_their_state() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let mut made = BTreeSet::new();
        for number in 0..230 {
            let owner = if number % 2 == 0 { "u1" } else { "u2" };
            made.insert(account(&stage, owner).await.to_string());
        }
        let (operator, owner) = (Guest::operator(&stage).await, Guest::owner(&stage, "u1").await);
        for path in ["/ui/accounts", "/ui/accounts?state=new"] {
            let all = seen(&operator, path).await;
            assert_eq!((all.len(), all.into_iter().collect::<BTreeSet<_>>() == made), (230, true), "{path}");
            assert_eq!(seen(&owner, path).await.len(), 115, "{path}");
        }
        assert_eq!(seen(&operator, "/ui/accounts?state=late").await.len(), 0);
        for path in ["/ui/accounts?owner=u2", "/ui/accounts?state=new&owner=u2"] {
            assert_eq!(seen(&operator, path).await.len(), 115, "{path}");
            let own = seen(&owner, path).await.into_iter().collect::<BTreeSet<_>>();
            assert_eq!((own.len(), own), (115, seen(&owner, "/ui/accounts").await.into_iter().collect()));
        }
        let (whole, own) = (operator.get("/ui/accounts").await.text, owner.get("/ui/accounts").await.text);
        assert!(whole.contains("href=\"/ui/accounts?owner=u2\""), "{whole}");
        assert!(!own.contains("?owner="), "{own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_the_machine_alone_leads_to_the_dashboard() {
    let stage = stage(false).await;
    let answer = Guest::nobody(&stage).get("/").await;
    assert_eq!((answer.status, answer.header("location")), (reqwest::StatusCode::SEE_OTHER, "/ui"));
}
