//! Where and how the service is asked.

use super::*;

#[tokio::test]
async fn the_service_answers_below_other_paths_too() {
    let client = client(0);
    let list = find_items("inbox", &offset(0, 1)).to_string();
    let call = async |path: &str, header: Option<&str>| {
        let mut request = client.request(path);
        if let Some(other) = header {
            request = request.header("x-owa-explicitlogonuser", other);
        }
        client.send(request.body(list.clone().into()).unwrap()).await
    };
    let own = call("/owa/service.svc?action=FindItem", None).await.json();
    assert_eq!(call("/owa/0/service.svc?action=FindItem", None).await.json(), own);
    let other = client.sim.accounts()[1].smtp.clone();
    let path = format!("/owa/{other}/service.svc?action=FindItem");
    for refused in [call(&path, None).await, call("/owa/service.svc?action=FindItem", Some(&other)).await] {
        assert_eq!(refused.status, 500);
        assert_eq!(refused.json()["Body"]["ExceptionName"], "OwaExplicitLogonException");
    }
    client.sim.set(Some(client.smtp()), |settings| settings.shared_mailboxes = vec![other.clone()]);
    let newest = client.sim.truth(&other).unwrap().into_iter().find(|m| m.folder == "inbox").unwrap();
    for answer in [call(&path, None).await, call("/owa/service.svc?action=FindItem", Some(&other)).await] {
        let row = &answer.message()["RootFolder"]["Items"][0];
        assert_eq!(row["ItemId"]["Id"], newest.item_id);
    }
}

#[tokio::test]
async fn a_service_workers_exchange_shows_no_json_and_says_the_same() {
    let client = client(0);
    let list = find_items("inbox", &offset(0, 1)).to_string();
    let wrapped = json!({"url": "/owa/service.svc?action=FindItem", "headers": {}, "body": list});
    let veil = |bytes: &[u8]| bytes.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>();
    let request = Request::post("/mail/0/sync").header("authorization", format!("Bearer {}", client.bearer));
    let request = request.body(Body::from(veil(wrapped.to_string().as_bytes()))).unwrap();
    let answer = client.send(request).await;
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    let said: Value = serde_json::from_slice(&veil(&answer.body)).unwrap();
    let own = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(said, own);
}
