//! In what two looks at a message differ: one that is stored, one of another road. Pure.

use crate::model::{ComparedMember, FolderId, Instant, RoadDifference, RoadReport, Sight};
use crate::store::MessageFacts;
use crate::sync::merge::{is_near, is_same_sender};

/// Takes in that both looks were compared, and in what they differ. What one of them does not say is no difference.
pub(super) fn compare(report: &mut RoadReport, stored: &MessageFacts, folder: &FolderId, seen: &Sight) {
    report.compared += 1;
    for member in ComparedMember::ALL.into_iter().filter(|member| differs(*member, stored, folder, seen)) {
        let times = member == ComparedMember::Received;
        let at = |instant: Option<Instant>| instant.filter(|_| times).map(|instant| instant.at);
        report.differs(RoadDifference {
            message_id: stored.message_id.clone(),
            member,
            stored_at: at(stored.received),
            seen_at: at(seen.received),
        });
    }
}

fn differs(member: ComparedMember, stored: &MessageFacts, folder: &FolderId, seen: &Sight) -> bool {
    let from = seen.from.as_ref().and_then(|from| from.address.as_deref());
    match member {
        ComparedMember::Received => {
            stored.received.is_some() && seen.received.is_some() && !is_near(seen.received, stored.received)
        }
        ComparedMember::Sender => !is_same_sender(from, stored.from.as_deref()),
        ComparedMember::Subject => {
            both(stored.subject.as_deref().map(folded), seen.subject.as_deref().map(folded))
        }
        ComparedMember::Read => both(stored.is_read, seen.is_read),
        ComparedMember::Attachments => both(stored.has_attachments, seen.has_attachments),
        ComparedMember::Folder => stored.folder != *folder,
    }
}

/// Whether both say something, and not the same.
fn both<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

fn folded(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, MessageId, Precision};
    use chrono::DateTime;

    fn at(second: i64) -> Instant {
        Instant { at: DateTime::from_timestamp(second, 0).unwrap(), precision: Precision::Second }
    }

    fn from(address: &str) -> Address {
        Address { name: None, address: Some(address.to_owned()) }
    }

    #[test]
    fn what_both_say_and_say_otherwise_differs_and_nothing_else() {
        let (inbox, sent) = (FolderId::from("inbox".to_owned()), FolderId::from("sent".to_owned()));
        let stored = MessageFacts {
            message_id: MessageId::from("m".to_owned()),
            folder: inbox.clone(),
            internet_message_id: None,
            received: Some(at(100)),
            from: Some("Zoe@sim.example".to_owned()),
            subject: Some("Re:  Lunch".to_owned()),
            is_read: Some(true),
            has_attachments: Some(false),
        };
        let mut report = RoadReport::default();
        let same = Sight {
            received: Some(at(102)),
            from: Some(from("zoe@sim.example")),
            subject: Some("Re: Lunch".to_owned()),
            ..Sight::default()
        };
        compare(&mut report, &stored, &inbox, &same);
        compare(&mut report, &stored, &inbox, &Sight::default());
        assert_eq!((report.compared, report.differences.len()), (2, 0));
        let other = Sight {
            received: Some(at(3700)),
            from: Some(from("yan@sim.example")),
            subject: Some("Lunch".to_owned()),
            is_read: Some(false),
            has_attachments: Some(true),
            ..Sight::default()
        };
        compare(&mut report, &stored, &sent, &other);
        let members: Vec<_> = report.differences.iter().map(|one| one.member).collect();
        assert_eq!(members, ComparedMember::ALL);
        let times = (report.differences[0].stored_at, report.differences[0].seen_at);
        assert_eq!(times, (Some(at(100).at), Some(at(3700).at)));
        assert_eq!(report.differences[1].seen_at, None);
        assert_eq!((report.differing.read, report.differing.folder), (1, 1));
    }
}
