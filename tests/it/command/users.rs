//! `dashboard` and `user`: links that are printed, and operators with their passwords.

use crate::stage::{Daemon, World};

const PASSWORD: &str = "an invented password of fifteen";

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_printed_with_where_the_daemon_listens_and_opens_there() {
    let world = World::new().await;
    let without = world.run(&["dashboard"]).await.expect(0);
    assert!(without.err.contains("no daemon runs here"), "{}", without.err);
    let mut daemon = Daemon::start(&world).await;
    let printed = world.run(&["dashboard"]).await.expect(0);
    let link = printed.out.trim();
    assert!(link.starts_with(&format!("http://{}/ui/link?k=", daemon.address)), "{link}");
    let path = link.split_once("/ui").unwrap().1;
    let page = daemon.request(reqwest::Method::GET, &format!("/ui{path}")).send().await.unwrap();
    assert_eq!(page.status(), reqwest::StatusCode::OK);
    assert!(!daemon.log().contains(link.split_once("k=").unwrap().1), "no log holds it");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_added_once_listed_and_removed() {
    let world = World::new().await;
    let user = async |args: &[&str]| world.run_with(&[&["user"][..], args].concat(), PASSWORD).await;
    user(&["add", "ada", "--password-stdin"]).await.expect(0);
    let again = user(&["add", "ada", "--password-stdin"]).await.expect(64);
    assert!(again.err.contains("user password"), "{}", again.err);
    let list = user(&["list"]).await.expect(0);
    assert!(
        list.out.contains("ada") && list.out.contains("yes") && !list.out.contains(PASSWORD),
        "{}",
        list.out
    );
    user(&["password", "ada", "--password-stdin"]).await.expect(0);
    let short = world.run_with(&["user", "password", "ada", "--password-stdin"], "fourteen chars").await;
    let short = short.expect(64);
    assert!(short.err.contains("15") && !short.err.contains("fourteen chars"), "{}", short.err);
    let nobody = user(&["password", "eve", "--password-stdin"]).await.expect(64);
    assert!(nobody.err.contains("user list"), "{}", nobody.err);
    user(&["add", "a\u{7}da", "--password-stdin"]).await.expect(64);
    user(&["remove", "ada"]).await.expect(0);
    user(&["remove", "ada"]).await.expect(64);
}
