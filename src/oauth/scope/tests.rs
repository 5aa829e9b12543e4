use super::*;

#[test]
fn everything_at_the_sign_in_one_resource_per_token() {
    let hosts = CloudHosts::of(Cloud::Global);
    let uses = [Use::Contacts, Use::Imap, Use::Smtp];
    assert_eq!(
        hosts.sign_in(&uses),
        "openid profile offline_access https://graph.microsoft.com/User.Read \
         https://graph.microsoft.com/Contacts.ReadWrite https://outlook.office.com/IMAP.AccessAsUser.All \
         https://outlook.office.com/SMTP.Send"
    );
    assert_eq!(
        hosts.token(Resource::Graph, &uses),
        "openid profile offline_access https://graph.microsoft.com/User.Read \
         https://graph.microsoft.com/Contacts.ReadWrite"
    );
    assert_eq!(
        hosts.token(Resource::Outlook, &uses),
        "openid profile offline_access https://outlook.office.com/IMAP.AccessAsUser.All \
         https://outlook.office.com/SMTP.Send"
    );
    assert!(!hosts.sign_in(&[Use::Mail]).contains("outlook.office.com"));
    let asked = hosts.sign_in(&[Use::Mail, Use::MailWrite]);
    assert_eq!(asked.matches("Mail.ReadWrite").count(), 1, "{asked}");
    let are_national = |cloud| CloudHosts::of(cloud).are_national();
    assert_eq!(Cloud::ALL.map(are_national), [false, true, true, true]);
}

#[test]
fn a_sign_in_opens_graph_and_what_it_has_a_use_for() {
    for (uses, outlook) in [
        (&[][..], false),
        (&[Use::Contacts, Use::Mail][..], false),
        (&[Use::Imap][..], true),
        (&[Use::Contacts, Use::Smtp][..], true),
    ] {
        assert!(opens(uses, Resource::Graph), "{uses:?}");
        assert_eq!(opens(uses, Resource::Outlook), outlook, "{uses:?}");
    }
}

#[test]
fn grants_are_compared_whatever_their_form() {
    let answers = [
        "openid profile User.Read Contacts.ReadWrite",
        "https://graph.microsoft.com/CONTACTS.READWRITE  https://graph.microsoft.com/user.read offline_access",
        "contacts.readwrite user.read email",
    ];
    for answer in answers {
        let granted: Vec<_> = granted(answer).into_iter().collect();
        assert_eq!(granted, ["contacts.readwrite", "user.read"], "{answer}");
        assert!(covers(&granted, Use::Contacts) && !covers(&granted, Use::Mail));
    }
    assert!(granted("").is_empty());
    for mail in ["Mail.ReadWrite", "Mail.Read"] {
        assert!(covers(&[mail.to_lowercase()], Use::Mail), "{mail}");
        assert_eq!(covers(&[mail.to_lowercase()], Use::MailWrite), mail == "Mail.ReadWrite");
    }
}
