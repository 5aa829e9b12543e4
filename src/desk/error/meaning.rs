//! What each error of the desk means, a row for each.

use super::DeskError;
use crate::error::{Classify, Meaning, WhoseTurn};
use crate::store::StoreError;
use std::time::Duration;

impl Classify for DeskError {
    #[expect(clippy::too_many_lines, reason = "a row for each error")]
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::NoSuchAccount(_) => Meaning {
                whose_turn: Operator,
                next: "`outlook-syncd account list` shows them all.".into(),
                ..StoreError::NoSuchAccount.meaning()
            },
            Self::NoSuchFolder(_) => Meaning::fatal(
                "folder_unknown",
                Operator,
                "name a role, a path, or a name that only one folder has; `outlook-syncd account show` lists them.",
            ),
            Self::NoUser => Meaning::fatal(
                "user_missing",
                Operator,
                "name the user: `user` in the body where there is one, else ?user=.",
            ),
            Self::SeveralAccounts(_) => {
                Meaning::fatal("several_accounts", Operator, "name one with ?account=.")
            }
            Self::NoSuchToken(_) => {
                Meaning::fatal("no_such_token", Operator, "`outlook-syncd token list` shows them all.")
            }
            Self::WrongToken(_) => {
                Meaning::fatal("wrong_token", Operator, "leave one of the two out.").lasting()
            }
            Self::TooMuch => Meaning::blocked(
                "too_much",
                Operator,
                "leave out what the caller's own token has not, or make it with `outlook-syncd token new`.",
            ),
            Self::SeveralTokens { .. } => {
                Meaning::fatal("ambiguous_token", Operator, "name one by how it begins.")
            }
            Self::NoSuchOperator(_) => {
                Meaning::fatal("no_such_operator", Operator, "`outlook-syncd user list` shows them all.")
            }
            Self::OperatorExists(_) => Meaning::fatal(
                "operator_exists",
                Operator,
                "`outlook-syncd user password` gives them another password.",
            ),
            Self::WrongOperator(_) => Meaning::fatal(
                "wrong_operator",
                Operator,
                "take a name of visible characters, and a password of 15 to 1024 characters, such as four words.",
            ),
            Self::NoMailRoad(_) => Meaning::blocked(
                "no_mail_road",
                Owner,
                "connect the mailbox with `outlook-syncd account connect`, which signs a browser in.",
            ),
            Self::RoadWithoutSession(_) => Meaning::blocked(
                "road_without_session",
                Owner,
                "sign in with `outlook-syncd account connect`, then take the road.",
            ),
            Self::RoadWithoutConsent(_) => Meaning::blocked(
                "road_without_consent",
                Operator,
                "name mail in oauth.uses, for IMAP imap, and have the owner connect the mailbox with Microsoft again and \
                 allow it.",
            ),
            Self::RoadByImapAlone(_) => Meaning::blocked(
                "road_by_imap_alone",
                Operator,
                "have it read by IMAP: `outlook-syncd account road ACCOUNT imap`. For Graph, name mail in oauth.uses, and have \
                 the owner connect the mailbox with Microsoft again and allow it.",
            ),
            Self::RoadWithMail(_) => Meaning::blocked(
                "road_with_mail",
                Operator,
                "leave it as it is, or disconnect the account, which destroys its mail here, and connect it by IMAP.",
            ),
            Self::RoadCannotAct(_) => Meaning::blocked(
                "road_cannot_act",
                Operator,
                "do it in Outlook; or connect the mailbox with Microsoft and have its mail read by Graph: \
                 `outlook-syncd account road` (docs/oauth.md).",
            ),
            Self::RoadCannotFetch(_) => Meaning::blocked(
                "road_cannot_fetch",
                Operator,
                "open it in Outlook; or connect the mailbox with Microsoft and have its mail read by Graph: \
                 `outlook-syncd account road` (docs/oauth.md).",
            ),
            Self::NoSuchAttachment { .. } => Meaning::fatal(
                "no_such_attachment",
                Operator,
                "read the message again: its `attachments` are counted from 0.",
            ),
            Self::ContentGone => Meaning::fatal(
                "content_gone",
                Nobody,
                "read the message again after the next turn of its account: it was changed, moved or deleted.",
            ),
            Self::LiesElsewhere(_) => Meaning::fatal(
                "attachment_elsewhere",
                Owner,
                "open the address in a browser where its owner is signed in.",
            ),
            Self::ActsOff(_) => Meaning::blocked(
                "acts_off",
                Operator,
                "name mail_write in oauth.uses and restart the service. An owner who has not allowed Mail.ReadWrite \
                 connects the mailbox with Microsoft again.",
            ),
            Self::NoPurge(_) => Meaning::blocked(
                "no_permanent_delete",
                Operator,
                "delete them to Deleted Items; their owner empties it in Outlook.",
            ),
            Self::WrongAct(_) => Meaning::fatal(
                "wrong_act",
                Operator,
                "name 1 to 100 messages by their ids here, and a folder to move them to, and none else.",
            ),
            Self::UnconfirmedActs(_) => Meaning::blocked(
                "acts_unconfirmed",
                Operator,
                "see that they are all meant, and say so: --yes, or `confirm` in the body.",
            ),
            Self::SendOff(_) => Meaning::blocked(
                "send_off",
                Operator,
                "name mail_send in oauth.uses and restart the service; then the owner connects the mailbox with Microsoft \
                 again and allows Mail.Send.",
            ),
            Self::WrongSend(_) => Meaning::fatal(
                "wrong_send",
                Operator,
                "see what is wrong with it, and ask for it as docs/api.md tells.",
            ),
            Self::SendFull { wait, .. } => {
                Meaning::retry("send_full", Operator, "send it after the wait, or raise send.per_hour.")
                    .after(Some(*wait))
            }
            Self::NoSuchSending(_) => Meaning::fatal(
                "no_such_sending",
                Operator,
                "`outlook-syncd outbox list ACCOUNT` shows those that there are.",
            ),
            Self::SendingDecided(_) => Meaning::blocked(
                "sending_decided",
                Operator,
                "only what waits is given up, and only what is unknown is given up or sent once more.",
            ),
            Self::NoAddress(_) => Meaning::fatal(
                "no_address",
                Operator,
                "name an address instead, or write one on the contact.",
            ),
            Self::WrongAddress(_) => {
                Meaning::fatal("wrong_address", Operator, "name one as it stands in mail: ada@example.com.")
            }
            Self::TooManyCorrespondences(_) => Meaning::retry(
                "too_many_correspondents",
                Nobody,
                "ask again when one of them has ended; they are read one after the other.",
            ),
            Self::NotAsked => Meaning::fatal(
                "not_asked",
                Operator,
                "ask for it: `outlook-syncd sync ACCOUNT --contact WHO`, or POST to the same address.",
            ),
            Self::NoSuchContact(_) => Meaning::fatal(
                "no_such_contact",
                Operator,
                "`outlook-syncd contacts list` shows those that there are.",
            ),
            Self::NoSuchMessage(_) => Meaning::fatal(
                "no_such_message",
                Operator,
                "read the list again: messages are deleted in the mailbox.",
            ),
            Self::NoSuchMatch(_) => Meaning::fatal(
                "no_such_match",
                Operator,
                "`outlook-syncd contacts matches ACCOUNT` shows what is left to be said.",
            ),
            Self::KeyReused => Meaning::fatal("key_reused", Operator, "give each request a key of its own."),
            Self::RequestUnderWay => {
                Meaning::retry("request_under_way", Nobody, "send it again under the same key in a moment.")
            }
            Self::NoConflict(_) => Meaning::fatal(
                "no_conflict",
                Operator,
                "`outlook-syncd contacts conflicts ACCOUNT` shows what is left to be said.",
            ),
            Self::SeveralContacts { .. } => {
                Meaning::fatal("ambiguous_contact", Operator, "name one by its id.")
            }
            Self::StaleContact => Meaning::retry(
                "stale_contact",
                Operator,
                "read the contact again, and change what it is by then.",
            ),
            Self::WrongContact(_) => {
                Meaning::fatal("wrong_contact", Operator, "the page docs/api.md tells what can be written.")
            }
            Self::WrongPhoto(_) => Meaning::fatal(
                "wrong_photo",
                Operator,
                "bring a JPEG of at most 4 MiB; it is not converted here.",
            ),
            Self::NoPhoto(_) => {
                Meaning::fatal("no_photo", Operator, "`outlook-syncd contacts edit --photo` sets one.")
            }
            Self::WrongApproval(_) => Meaning::fatal(
                "wrong_approval",
                Operator,
                "name an instant that is still to come, or none; `contacts brake show` tells what waits.",
            ),
            Self::BrakeChanged => Meaning::fatal(
                "brake_changed",
                Operator,
                "look at what waits now (`contacts brake show`), and approve that.",
            ),
            Self::ExternalIdTaken(_) => Meaning::blocked(
                "external_id_taken",
                Operator,
                "change that contact, or give this one an id of its own.",
            ),
            Self::NoContacts(_) => Meaning::blocked(
                "contacts_not_connected",
                Owner,
                "connect the mailbox with Microsoft (OAuth) and allow contacts; docs/oauth.md has the steps.",
            ),
            Self::NoSuchWrite(_) => Meaning::fatal(
                "no_such_write",
                Operator,
                "`outlook-syncd contacts journal` shows writes and their runs.",
            ),
            Self::KeptContact(_) => Meaning::fatal(
                "contact_kept",
                Operator,
                "connect the account again, then it can be changed; `contacts remove` destroys it.",
            ),
            Self::Leaving(_) => Meaning::retry(
                "leaving",
                Nobody,
                "the service goes on with it. Where none runs, `outlook-syncd account disconnect` again does.",
            ),
            Self::Running(_) => Meaning::retry("running", Nobody, "ask again when it has ended."),
            Self::AtFault(fault) => {
                let next = WhoseTurn::next_step(&fault.hint).to_owned();
                Meaning::new(fault.disposition, "at_fault", fault.whose_turn, next)
            }
            Self::AnotherPerson(_) => Meaning::blocked(
                "another_person",
                Owner,
                "sign in as that person, in a private window if the browser remembers another. Or disconnect \
                 the account first; nothing of the sign-in was kept.",
            ),
            Self::NotTheOwner(_) => Meaning::blocked(
                "not_the_owner",
                Operator,
                "`outlook-syncd account list` shows for whom it is connected, if it is: name that owner, or \
                 disconnect it there first.",
            ),
            Self::RefusedBefore => Meaning::needs_login(
                "password_refused_before",
                Owner,
                "give the right password. Trying a wrong one again would lock the account.",
            ),
            Self::OutcomeUnknown => Meaning::needs_login(
                "password_outcome_unknown",
                Owner,
                "sign in to Outlook in a browser to see that the password is right. Then disconnect the \
                 account here and connect it again.",
            ),
            Self::SignInsUnderWay => {
                Meaning::retry("sign_ins_under_way", Owner, "finish one of them, or wait until it has ended.")
            }
            Self::SignInsFull => Meaning::retry(
                "sign_ins_full",
                Owner,
                "begin again in a few minutes, when others have ended.",
            )
            .after(Some(Duration::from_mins(1))),
            Self::CodeByOperator => Meaning::blocked(
                "code_by_operator",
                Owner,
                "sign in in the popup or with the password. Or an operator begins the code: `outlook-syncd \
                 account connect --device-code`.",
            ),
            Self::SignInLost => Meaning::retry("sign_in_lost", Owner, "connect the account again."),
            Self::Owa(error) => error.meaning(),
            Self::OAuth(error) => error.meaning(),
            Self::Graph(error) => error.meaning(),
            Self::Reader(error) => error.meaning(),
            Self::Store(error) => error.meaning(),
            Self::Key(error) => error.meaning(),
            Self::Lock(error) => error.meaning(),
            Self::Imap(error) => error.meaning(),
            Self::Sync(error) => error.meaning(),
        }
    }
}
