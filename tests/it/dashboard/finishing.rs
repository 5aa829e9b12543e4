//! The last step of a sign-in at Microsoft, that goes wrong.

use super::connect::{came_back, finished};
use super::*;
use outlook_sim::Kind;
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_last_step_that_microsoft_does_not_answer_is_tried_again_on_the_spot() {
    let stage = stage(false).await;
    let owner = Guest::owner(&stage, "u1").await;
    let back = came_back(&owner, &stage, &[], true).await;
    stage.fails(&stage.account(0).smtp, Kind::HangUp);
    let form = [("finish", back[0].as_str()), ("attempt", back[1].as_str())];
    let again = owner.post("/ui/connect/finish", &form).await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{}", again.text);
    assert!(again.text.contains("Try again") && again.text.contains(&back[0]), "{}", again.text);
    assert!(!again.text.contains("data-send"), "a person tries it again, and no script");
    let waits = owner.get(&format!("/ui/connect/attempts/{}", back[1])).await.text;
    assert!(waits.contains("Try it again in the window") && !waits.contains("need do nothing"), "{waits}");
    assert!(finished(&owner, &back).await.text.contains("Connected as"));
    assert_eq!(owner.get("/ui/connect/back").await.status, StatusCode::NOT_FOUND, "what came is gone");
}
