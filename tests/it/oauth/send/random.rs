//! Some hundred messages with faults by chance: none twice, none lost, each state true.

use super::*;
use std::collections::BTreeMap;

/// How many; `scripts/soak` may ask for more.
fn messages() -> usize {
    std::env::var_os("OUTLOOK_SYNCD_SENDS").map_or(300, |text| text.to_str().unwrap().parse().unwrap())
}

/// A plain generator: the same run each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

impl Sending {
    /// Whether it has to be waited for.
    fn meet(&self, chance: &mut Chance) -> bool {
        let error = |status, code: &str| Kind::Graph(GraphError::new(status, code, ""));
        let kind = match chance.below(14) {
            0 => Kind::HangUp,
            1 | 2 => Kind::AnswerLost,
            3 => Kind::CutOff,
            4 => error(503, ""),
            5 => Kind::Text { status: 502, text: "<html>".to_owned() },
            6 => Kind::Graph(GraphError::new(429, "TooManyRequests", "").with("retry-after", "40")),
            7 => error(400, "ErrorInvalidRecipients"),
            8 => Kind::Unauthorized,
            9 => error(500, "ErrorInternalServerTransientError"),
            _ => return false,
        };
        let waits = matches!(&kind, Kind::Graph(error) if error.status == 429);
        self.fail(kind, 1);
        if chance.below(6) == 0 {
            self.mail.fail(Kind::HangUp, "list_messages", 1);
        }
        waits
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_hundreds_of_messages_with_random_faults_none_goes_twice_none_is_lost_and_each_state_is_true() {
    let mut world = world_that_asks_for(USES).await;
    world.set("SEND__PER_HOUR", "1800");
    let own = Sending::of(world).await;
    let (mut chance, mut entries) = (Chance(17), Vec::new());
    for at in 0..messages() {
        let waits = own.meet(&mut chance);
        let key = format!("k{at}");
        entries.push(own.put(&key, &lunch()).await);
        if chance.below(4) == 0 {
            own.put(&key, &lunch()).await;
        }
        own.pass().await;
        own.mail.stage.sim().clear_knobs(Some(&own.mail.smtp));
        if waits || chance.below(20) == 0 {
            own.later(1).await;
        }
    }
    own.later(11).await;
    own.later(20).await;
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for letter in own.letters() {
        *sent.entry(letter.internet_message_id.unwrap()).or_default() += 1;
    }
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for put in &entries {
        let entry = own.entry(put).await;
        let times = sent.get(put["internet_message_id"].as_str().unwrap()).copied().unwrap_or_default();
        let is_true = match state(&entry) {
            "sent" => times == 1,
            // What was taken and is in Sent Items is found: here nothing unknown was sent.
            "refused" | "unknown" => times == 0,
            other => panic!("{other}: {entry}"),
        };
        assert!(is_true, "{times} times: {entry}");
        *states.entry(state(&entry).to_owned()).or_default() += 1;
    }
    eprintln!("{states:?}");
    assert_eq!(states.values().sum::<usize>(), messages());
    assert!(states.len() == 3 && states["sent"] > messages() / 2, "{states:?}");
}
