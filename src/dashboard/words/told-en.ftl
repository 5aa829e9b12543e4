# What owners are told of what is their turn, by the code of the failure. Operators are told in the failure's own words,
# but where a page does what a command does.

# States.
said-paused =
    .mine = Switch auto-sync on to have it read again.
said-direction_off =
    .mine = Contacts are not kept in step. Whoever runs this service can change that.
said-sign_in_ended =
    .mine = Connect the mailbox again. Everything stored stays.
said-no_browser =
    .mine = Connect the mailbox with its password: then its mail is read.
said-not_with_microsoft =
    .mine = Connect the mailbox with Microsoft: then its contacts are kept in step.
said-no_mail =
    .mine = You need do nothing. To have its mail read too, connect it with its password.
said-contacts_wait =
    .mine = Some contacts wait for your answer, for more than a day: settle them on the page “To settle”.
said-policy =
    .mine = Your IT has to allow this program. Connect again afterwards.

# Outlook on the web.
code-sign_in_page =
    .mine = Connect the mailbox again. Everything stored stays.
code-wrong_password =
    .mine = Connect again with the right password. The wrong one is not tried again.
code-unknown_user =
    .mine = Connect again with the name that you sign in to Outlook with. Nobody has this one.
code-password_expired =
    .mine = Choose a new password in Outlook, then connect again.
code-mfa =
    .mine = Connect again and answer the second factor on the page.
code-more_information =
    .mine = Outlook wants a second factor registered. Sign in to Outlook once in your own browser and follow it, then connect again.
code-consent =
    .mine = Sign in to Outlook once in your own browser and accept what it asks for, then connect again. Where it asks for an administrator, your IT has to accept it.
code-first_logon =
    .mine = Nobody has opened this mailbox yet. Sign in to Outlook once and choose language and time zone.
code-captcha =
    .mine = Outlook wants to see a person. Sign in once in your own browser, then connect again.
code-wrong_mailbox =
    .mine = Connect again with this mailbox's own name: the sign-in was another mailbox's.
code-session =
    .mine = Connect the mailbox again. Everything stored stays.
code-sign_in_failed =
    .mine = Sign in to Outlook once in your own browser and do what it asks for, then connect again.

# Microsoft's sign-in for applications.
code-oauth_reconnect =
    .mine = Connect with Microsoft again. Everything stored stays.
code-oauth_interaction =
    .mine = Connect with Microsoft again and do what Microsoft asks for there, such as a second factor.
code-oauth_consent =
    .mine = Connect with Microsoft again and accept what is asked for.
code-oauth_declined =
    .mine = The sign-in was cancelled or refused. Connect again, and accept at Microsoft.
code-oauth_code_expired =
    .mine = Begin again: the sign-in was not finished in time, or twice.
code-oauth_not_connected =
    .mine = Connect the mailbox with Microsoft.
code-oauth_other_registration =
    .mine = Connect with Microsoft again. Everything stored stays.
code-oauth_not_granted =
    .mine = Connect with Microsoft again and allow what is asked for. Something of it was left out.
code-old_link =
    .mine = Close this window and begin again.
code-sign_in_over =
    .mine = Begin again.
code-another_user =
    .mine = Begin yourself, in your own session. Nothing was stored.
code-another_mailbox =
    .mine = Sign in with the address that is expected, in a private window if the browser remembers another.
code-oauth_code_spent =
    .mine = Begin again in a moment. What Microsoft gave for this sign-in is good once.
code-oauth_callback =
    .mine = Begin again. A sign-in has to end within ten minutes, in the browser that began it.
code-oauth_nobody =
    .mine = Begin again. If it stays, the account may have no mailbox.
code-connect_cancelled =
    .mine = Begin again when you want to. Nothing was stored.
code-connect_replaced =
    .mine = Go on in the window that was opened last. Of this one nothing was stored.

# Contacts.
code-graph_unauthorized =
    .mine = Connect with Microsoft again. Everything stored stays.
code-graph_challenged =
    .mine = Connect with Microsoft again and do what Microsoft asks for there.
code-graph_send_limit =
    .mine = Open Outlook: it says what it wants, if anything. Else send it anew tomorrow.
code-graph_full =
    .mine = Make room in your mailbox. Until then nothing is written to it.
code-imap_wrong_password =
    .mine = Whoever runs this service connects the mailbox again, with your password as it is now. The wrong one is not tried again.
code-imap_no_sign_in =
    .mine = Connect your mailbox in the other way. Everything stored stays.
code-imap_too_long =
    .mine = Make that mail smaller, or move it elsewhere. Other folders are read.

# The account.
code-no_road =
    .mine = Connect the mailbox with its password: then its mail is read.
code-no_password =
    .mine = Whoever runs this service connects the mailbox again, with your password as it is now. The wrong one is not tried again.
code-no_session =
    .mine = Connect the mailbox with its password: then its mail is read.
code-mailbox_taken =
    .mine = This mailbox is connected already. Go on with that one, and disconnect this one.
code-person_taken =
    .mine = You are connected already. Go on with that account, and disconnect this one.

# Why nothing was begun.
code-password_refused_before =
    .mine = Give the right password. Trying a wrong one again would lock the account.
code-password_outcome_unknown =
    .mine = Sign in to Outlook in your own browser to see that the password is right. Then disconnect the mailbox here and connect it again.
code-sign_ins_under_way =
    .mine = Finish one of them, or wait until it has ended.
code-sign_ins_full =
    .mine = Begin again in a few minutes, when others have ended.
code-code_by_operator =
    .mine = Sign in with Microsoft, or with the password.
code-sign_in_lost =
    .mine = Begin again.
code-another_person =
    .mine = Sign in as the person of this account, in a private window if the browser remembers another. Or disconnect it first.
code-not_the_owner =
    .mine = This mailbox cannot be connected for you. Whoever runs this service knows why.
code-no_mail_road =
    .mine = Connect the mailbox with its password: then its mail is read.
code-no_address =
    .mine = Write an e-mail address on the contact first: its mail is found by it.
code-contacts_first_plan =
    .next = Look at them on the page of the plan: there they are let out, or kept here.
    .mine = Look at them on the page of the plan, and let them out, or keep them here.
code-contacts_brake =
    .next = Look at them on the page of the plan: there they are let out, or kept here.
    .mine = Look at them on the page of the plan, and let them out, or keep them here.
code-too_many_contacts_gone =
    .next = Look at them on the page of the plan: there it is said whether they were removed on purpose.
    .mine = Look at them on the page of the plan. If they were removed on purpose, say so there; else keep them here.
code-contacts_not_connected =
    .mine = Connect the mailbox with Microsoft and allow contacts.
