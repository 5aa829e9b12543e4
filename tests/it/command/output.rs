//! What a command prints, where nobody takes it or there is no room for it.

use crate::stage::{Run, World};
use std::fs::File;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;

/// What is written here fails as on a full disk.
fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

/// What is written here nobody takes: the reader went away.
fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

async fn run_into(world: &World, args: &[&str], output: Stdio) -> Run {
    // `output` would read it itself.
    let child = world.command(args).stdout(output).spawn().unwrap();
    Run::from(child.wait_with_output().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn output_onto_a_full_disk_is_74_and_a_reader_that_went_away_is_not() {
    let world = World::new().await;
    for args in [
        &["migrate"][..],
        &["status"],
        &["account", "list"],
        &["account", "list", "--json"],
        &["messages"],
        &["messages", "--json"],
        &["token", "list"],
        &["key", "list"],
        &["dates", "9:23"],
        &["--help"],
        &["--version"],
    ] {
        let run = run_into(&world, args, full()).await.expect(74);
        assert!(run.err.contains("standard output") && run.err.contains("No space"), "{args:?}: {}", run.err);
        run_into(&world, args, closed()).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_dates_end_when_nobody_takes_them() {
    let world = World::new().await;
    let line = b"{\"string\": \"9:23\", \"now\": \"2026-03-04T12:00\"}\n";
    for (output, code) in [(full(), 74), (closed(), 0)] {
        let mut child = world.command(&["dates"]).stdin(Stdio::piped()).stdout(output).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // The input has no end: only the program can end this.
        while input.write_all(line).await.is_ok() {}
        let run = Run::from(child.wait_with_output().await.unwrap());
        run.expect(code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_not_be_printed_is_revoked() {
    let world = World::new().await;
    for output in [full(), closed()] {
        let run = run_into(&world, &["token", "new", "crm", "--scope", "read"], output).await.expect(74);
        assert!(run.err.contains("standard output") && run.err.contains("revoked"), "{}", run.err);
        let tokens = world.run(&["token", "list"]).await.expect(0);
        assert!(!tokens.out.contains("crm"), "{}", tokens.out);
    }
    world.run(&["token", "new", "crm", "--scope", "read"]).await.expect(0);
    assert!(world.run(&["token", "list"]).await.expect(0).out.contains("crm"));
}
