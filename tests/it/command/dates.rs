//! `dates`: one text for a person, lines of JSON for a program.

use crate::stage::{Run, World};

/// `dates` with these lines on its standard input, and nothing else to go by.
async fn dates(arguments: &[&str], input: &str) -> Run {
    let world = World::new().await;
    let mut all = vec!["--config", "/nonexistent", "dates"];
    all.extend(arguments);
    world.run_with(&all, input).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_reads_json_lines_without_any_configuration() {
    let input = r#"{"string": "Po 9:23", "locale": "cs-CZ", "now": "2026-03-04T12:00", "tz": "Europe/Prague"}
{"string": "3/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 1}
{"string": "28/11/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 2}
{"string": "5/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "a", "row": 0}
{"string": "3/12/2025", "locale": "en", "now": "2026-02-04T15:30", "list": "b", "row": 0}
{"string": "29.03.2026 02:30", "locale": "de", "now": "2026-04-04T12:00", "tz": "W. Europe Standard Time"}
{"string": "Budget", "now": "2026-02-04T15:30"}
"#;
    let run = dates(&[], input).await.expect(0);
    let lines: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown: Vec<_> =
        lines.iter().map(|line| (line["string"].as_str().unwrap(), line["at"].as_str())).collect();
    assert_eq!(
        shown,
        [
            ("Po 9:23", Some("2026-03-02T09:23")),
            ("3/12/2025", Some("2025-12-03T00:00")),
            ("28/11/2025", Some("2025-11-28T00:00")),
            ("5/12/2025", Some("2025-12-05T00:00")),
            ("3/12/2025", Some("2025-03-12T00:00")),
            ("29.03.2026 02:30", None),
            ("Budget", None),
        ]
    );
    assert_eq!((&lines[0]["granularity"], &lines[0]["confidence"]), (&"minute".into(), &"high".into()));
    assert_eq!(
        (&lines[4]["confidence"], &lines[4]["alternatives"][0]),
        (&"low".into(), &"2025-12-03T00:00".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_tells_which_line_is_wrong_after_answering_those_before() {
    let good = r#"{"string": "9:23", "locale": "de", "now": "2026-03-04T12:00"}"#;
    for (bad, said) in [
        ("{\"string\"", "line 2"),
        (r#"{"string": "9:23"}"#, "`now` is missing"),
        (r#"{"string": "9:23", "now": "noon"}"#, "2026-02-04T15:30"),
        (r#"{"string": "9:23", "now": "2026-03-04T12:00", "tz": "Mars"}"#, "Mars"),
    ] {
        let run = dates(&[], &format!("{good}\n{bad}\n{good}\n")).await.expect(64);
        assert_eq!(run.out.lines().count(), 1, "{}", run.out);
        assert!(run.err.contains(said) && run.err.contains("line 2"), "{}", run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_explains_one_text_to_a_person() {
    let now = ["--now", "2026-03-04T12:00"];
    let explain = async |arguments: &[&str]| dates(&[arguments, &now].concat(), "").await;
    let run = explain(&["Po 9:23", "--locale", "cs-CZ"]).await.expect(0);
    assert!(run.out.contains("surely Monday, 2 March 2026, 09:23"), "{}", run.out);
    let run = explain(&["3/4/2025"]).await.expect(0);
    assert!(
        run.out.contains("perhaps")
            && run.out.contains("2025-03-04T00:00")
            && run.out.contains("2025-04-03T00:00")
    );
    let run = explain(&["Budget"]).await.expect(0);
    assert!(run.out.contains("not read"), "{}", run.out);
    let run = dates(&["9:23", "--tz", "Mars"], "").await.expect(64);
    assert!(run.err.contains("Mars"), "{}", run.err);
}
