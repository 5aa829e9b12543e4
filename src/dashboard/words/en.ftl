# The words of the dashboard. A sentence begins with a capital and ends with a full stop; a label has none.

skip = Skip to the content
nav = Pages
nav-overview = Overview
nav-accounts = Accounts
nav-sessions = Sign-ins
nav-about = About
nav-more = This service
sign-out = Sign out
operator = Operator
theme = Appearance
theme-system = System
theme-light = Light
theme-dark = Dark
actions = Actions
cancel = Cancel
pages = More pages
pages-first = ← To the first
pages-behind = Further →
back-to-overview = To the overview
return-to = ← Back to

# Moments, as Intl.RelativeTimeFormat says them.
now = now
just-now = just now
ago-minutes =
    { $n ->
        [one] { $n } minute ago
       *[other] { $n } minutes ago
    }
ago-hours =
    { $n ->
        [one] { $n } hour ago
       *[other] { $n } hours ago
    }
ago-days =
    { $n ->
        [one] { $n } day ago
       *[other] { $n } days ago
    }
ago-months =
    { $n ->
        [one] { $n } month ago
       *[other] { $n } months ago
    }
ago-years =
    { $n ->
        [one] { $n } year ago
       *[other] { $n } years ago
    }
in-minutes =
    { $n ->
        [one] in { $n } minute
       *[other] in { $n } minutes
    }
in-hours =
    { $n ->
        [one] in { $n } hour
       *[other] in { $n } hours
    }
in-days =
    { $n ->
        [one] in { $n } day
       *[other] in { $n } days
    }
in-months =
    { $n ->
        [one] in { $n } month
       *[other] in { $n } months
    }
in-years =
    { $n ->
        [one] in { $n } year
       *[other] in { $n } years
    }
never = never
since = since

# How an account or a part does.
verdict-ok = In step
verdict-waits = Needs a look
verdict-degraded = Not complete
verdict-importing = Reading history
verdict-new = New
verdict-failed = Failed
verdict-late = Late
verdict-needs-login = Sign-in needed
verdict-blocked = Blocked
verdict-no-mail = No mail
verdict-off = Paused
turn-owner = Owner:
turn-it = IT:
turn-operator = Operator:
turn-nobody = No action:
turn-owner-mine = You:
turn-it-mine = Your IT:
turn-operator-mine = Whoever runs this:
turn-nobody-mine = No action:
part-mail = Mail
part-contacts = Contacts
session-absent = None
session-valid = Signed in
session-needs-login = Signed out
session-blocked = Blocked
road-owa = The browser session
road-graph = Microsoft
road-imap = IMAP
road-none = Not read
failures =
    { $n ->
        [one] { $n } try failed
       *[other] { $n } tries failed
    }

# Signing in.
sign-in-title = Sign in
sign-in-name = Name
sign-in-password = Password
sign-in-button = Sign in
sign-in-operators = Operators
sign-in-again = This cannot be taken back: sign in once more, then you go on.
sign-in-refused = Name or password is not right.
sign-in-later = Too many tries. Wait a minute, then try again.
sign-in-nobody = Nobody can sign in yet. Run one of these on the server:
sign-in-otherwise = Other ways in for operators
sign-in-ways = How operators sign in
sign-in-by-link = A link for an operator, good once, for ten minutes
sign-in-by-name = A name and a password for an operator
sign-in-owners = Your own mailbox
sign-in-owners-how = Open the dashboard from the program that you use it with: it has a link of its own for you.
link-title = Open the dashboard
link-operator = This link lets you in as an operator, who sees every mailbox.
link-owner = This link lets you in to the mailboxes of
link-button = Continue
link-once = It is good once. You stay signed in for a week at most, and for twelve hours without doing anything.
link-spent = This link was used before, or its time is over.
step-up-title = Sign in once more
step-up-lead = What you are about to do cannot be taken back, so it wants a sign-in of the last five minutes.
step-up-how = You need a new link
step-up-link = Open this dashboard once more from the program that you use it with: the link there lets you in anew. You have no password here.
step-up-back = With the new link you come back to this step by yourself, in this browser and within ten minutes.

# Who is signed in.
sessions-title = Sign-ins
sessions-lead = Every browser that is signed in. Who is removed or gets another password is signed out everywhere.
sessions-who = Who
sessions-seen = Last seen
sessions-since = Signed in
sessions-from = From
sessions-this = this one
sessions-socket = this machine
sessions-end = End

# The first page.
overview-title = Overview
overview-fault = No mailbox is read
overview-empty = No mailbox is connected yet
overview-empty-how = What is connected shows up here, with how it does.
overview-attention = Needs attention
overview-said =
    { $n ->
        [one] { $n } account needs attention.
       *[other] { $n } accounts need attention.
    }
overview-calm = Nothing needs attention.
overview-more =
    { $n ->
        [one] and { $n } more
       *[other] and { $n } more
    }
plan-more =
    { $n ->
        [one] and { $n } more
       *[other] and { $n } more
    }
overview-others = Others
overview-settle =
    { $n ->
        [one] { $n } question about contacts waits for an answer.
       *[other] { $n } questions about contacts wait for an answer.
    }
overview-accounts =
    { $n ->
        [one] { $n } account
       *[other] { $n } accounts
    }
overview-work = The work
overview-next = Next cycle
overview-running = running now
overview-no-next = nothing is due
overview-last = Last cycle
overview-quiet = Accounts with nothing new
overview-daemon = Service
overview-no-daemon = not running
overview-since = started
overview-outcomes = What the last cycle read
overview-machines = Machines
overview-this = this one
outcome = Outcome
outcome-good = read
outcome-new = New
outcome-changed = Changed
outcome-time = Time

# Accounts.
accounts-all = all of them
account = Account
state = State
because = Because
last-success = Last read to the end
last-success-head = Last success
next-try = Next try
not-by-itself = not by itself
action-sync = Sync now
action-pause = Pause
action-resume = Resume
action-disconnect = Disconnect…
done-sync = It is due now; the next cycle reads it.
done-waits = It is not read before what is said below is done.
done-pause = It is paused. What is stored stays.
done-resume = It is read again from the next cycle on.
done-given-up = It is given up.
account-health = Health
account-reading = Reading
account-owner = Owner
account-session = Browser session
account-ends = ends
account-estimate = (estimate)
account-road = Mail is read by
account-read-by = Last read by
account-import = History
account-import-ends = complete
account-microsoft = Connected with Microsoft as
account-folders = Folders
account-no-folders = The mailbox has not listed its folders yet.
account-no-mail = Its mail is not read, and no folder of it.
account-unread-folders =
    { $n ->
        [one] { $n } more folder is not read.
       *[other] { $n } more folders are not read.
    }
folder = Folder
folder-held = Stored
folder-server = In the mailbox
folder-before = { $n } from before
folder-unreadable = Unreadable
folder-complete = Complete
folder-unknown = not known
folder-missing = may lack mail:
folder-not-read = not read
folder-vanished = no longer there
account-ledger = Could not be read
ledger-item = Message
ledger-unknown = A message that no list has shown
ledger-more =
    { $n ->
        [one] and { $n } more
       *[other] and { $n } more
    }

# The bar of the last day.
day-title = Last 24 hours
day-new =
    { $n ->
        [one] { $n } new message
       *[other] { $n } new messages
    }
day-changed = changes
day-quiet = nothing happened
day-none = no cycle ended

# Stored mail.
messages = Messages
messages-all-folders = All folders
messages-show = Show
messages-none = No message is stored here yet.
messages-newest = ← To the newest
message-subject = Subject
message-no-subject = (no subject)
message-from = From
message-to = To
message-cc = Cc
message-bcc = Bcc
message-received = Received
message-unread = unread
message-attachments = attachments
message-has-attachments = It has attachments. They are in Outlook: what is in them is not stored.
message-as-html = Show it as its sender laid it out
message-as-text = Show its text alone
message-frame = The message as its sender laid it out
message-empty = It has no text.
message-unreadable = Its HTML cannot be read. The message itself is in Outlook.
message-not-fetched = Its text was not fetched yet.
message-truncated = There is more of it in Outlook.
message-links = Its links lead to
message-remote-images =
    { $n ->
        [one] { $n } remote image is not loaded: it would tell its owner that you read this.
       *[other] { $n } remote images are not loaded: they would tell their owners that you read this.
    }
message-attached-images =
    { $n ->
        [one] { $n } image that came with it is not stored.
       *[other] { $n } images that came with it are not stored.
    }

# The end of a connection.
disconnect-title = Disconnect this mailbox?
disconnect-lead = What is destroyed here cannot be brought back. The mailbox itself stays as it is.
disconnect-destroys = This destroys
disconnect-secrets = the browser session and the tokens, with the key that opens them
disconnect-messages =
    { $n ->
        [one] { $n } stored message
       *[other] { $n } stored messages
    }
disconnect-state = how far it was read, and what could not be
disconnect-contacts =
    { $n ->
        [one] { $n } contact
       *[other] { $n } contacts
    }
disconnect-no-contacts = Contacts
disconnect-keep = Keep them, until the same mailbox is connected with Microsoft again
disconnect-destroy = Destroy them too
disconnect-mailbox = Nothing is deleted in Outlook. The audit log keeps that it was done, and by whom.
disconnect-button = Disconnect and destroy
receipt-title = Disconnected
receipt-lead = The connection is ended, and what was stored is destroyed.
receipt-account = Account
receipt-open = Receipt
receipt-destroyed = Destroyed
receipt-secrets = Secrets and keys
receipt-messages = Messages
receipt-ledger = Unreadable items
receipt-cycles = Reports that named it
receipt-contacts = Contacts destroyed, with those deleted before
receipt-kept = Contacts kept
receipt-left = What is left to do
receipt-left-sign-in = The sign-in at Microsoft ends by itself, or at once at mysignins.microsoft.com or account.microsoft.com.
receipt-left-how = Microsoft still lists the permission that was given. Remove it at myapps.microsoft.com or account.live.com/consent.

about-lead = Keeps a database in step with people's Outlook mailboxes.
about-version = Version
about-database = Database
about-licence = Licence

# Why there is no other page.
refused-not-found = Not found
    .text = There is no such page, or it is not yours to see.
refused-misread = Not understood
    .text = What was sent means nothing here. Go back and try again.
refused-foreign = Refused
    .text = Another site's page sent this. Open the dashboard itself and do it there.
refused-later = Too many tries
    .text = Too much that came from your address was made up. Try again in a minute.
refused-lost = Over
    .text = This sign-in has ended, or was begun by somebody else. Begin it again under “Connect”.
refused-failed = This did not work

# Contacts: the list, one of them, what a person is asked.
nav-settle = To settle
nav-waiting = waiting:
contacts = Contacts
contacts-find = Find
contacts-find-button = Find
contacts-all = All contacts
contacts-none = No contact is stored here yet.
contacts-connect = Connect it
contacts-not-kept = Contacts of this mailbox are not kept in step: it is not connected with Microsoft. Those that were kept when it was disconnected come back with that.
contacts-none-found = No contact has all of these words in a name, the company, an address or a number.
contacts-cut = More contacts have these words: add another one.
contacts-ask-conflicts = Both places changed the same contacts: somebody has to say which one holds.
contacts-ask-matches = Contacts that were made here may be the same as some in the mailbox: somebody has to say.
contacts-settle = Settle it
contacts-ask-plan = Changes wait for a person before they are done.
contacts-look = Look at them
contact-name = Name
contact-changed = Changed
contact-field = Field
contact-same = the same
contact-values = What is on it
contact-empty = Nothing is on it.
contact-photo = Photo
contact-photo-refused = Its photo is not sent:
contact-no-room = No room in Outlook for
contact-refused-how = Outlook does not take it as it stands:
contact-gone = Deleted
contact-asked = To settle
contact-kept-back = Kept back
contact-refused = Not taken
contact-waiting = Waiting to go out
contact-missing = Not found in Outlook
contact-linked = In step
contact-here = Here alone
side-ours = Here
side-theirs = In Outlook
conflict-title = Both places changed it
conflict-lead = Say which one holds. The other value gives way, and stays in the journal below, from where it can be taken back.
conflict-deleted-ours = It was deleted here and changed in Outlook.
conflict-deleted-theirs = It was changed here and deleted in Outlook.
conflict-ours = What is here holds
conflict-theirs = What Outlook has holds
journal = Journal
journal-what = What is done
journal-fields = Fields
journal-when = When
journal-undo = Take back
journal-gave-way = gave way:
write-create = Made in Outlook
write-update = Changed in Outlook
write-delete = Deleted in Outlook
write-resolve = Settled
write-photo-set = Photo set in Outlook
write-photo-removed = Photo removed in Outlook
write-photo-gave-way = Photo gave way to Outlook’s
write-done = Done
write-failed = Failed
write-open = Not known yet
done-mail = Asked for: the next cycles read it.
done-resolved = It is settled.
done-matched = What you said of these two is kept.
undone-restored = It is as it was before, and goes out with the next cycle.
undone-revived = The contact is there again.
undone-removed = The contact that this made is deleted.
undone-kept = It stays: it was changed since.
undone-nothing = Nothing is left to take back.
correspondence = This person’s mail
correspondence-how = Mail is read from the day on that is configured. All of this person’s mail, however old, is read from every folder when somebody asks for it.
correspondence-button = Read this person’s mail
correspondence-asked = Asked for
correspondence-ended = Ended
correspondence-found = Found
correspondence-new = New here
correspondence-back-to = Read back to
correspondence-whole = its beginning
correspondence-waiting = Waiting
correspondence-reading = Reading
correspondence-done = Complete
correspondence-incomplete = Not complete

# Two contacts that may be one.
contested-title = Both places changed them
contested-lead = Each contact's page shows what both have, and asks which one holds.
contested-cut = There are more: they stand here once some of these are settled.
matches-title = Is it the same person?
matches-lead = A contact was made here, and Outlook has one that looks like it. It does not go out before somebody has said who it is.
matches-none = Nothing has to be said.
matches-by = In common:
matches-here = Made here
matches-there = In Outlook
matches-same = The same person
matches-different = Two people
proof-link = linked
proof-carried = our id
proof-email = an address
proof-phone = a number
proof-name = the name

# What waits before it is written to a mailbox.
plan-title = Changes that go out
plan-nothing = Nothing is to go out.
plan-no-direction = Nothing is written: contacts of this account are only read.
plan-approved-until = What is changed until then goes out without being asked about:
plan-waits = Waits for a person
plan-first = It is the first time that something is written to this mailbox: look at it before it goes out.
plan-brake = More would be overwritten or deleted than one turn may: look at it before it goes out.
plan-deletes = To delete
plan-overwrites = To change
plan-creates = To make
plan-release = Let it out…
plan-keep = Keep it here
plan-keep-how = What is kept here stays as it is here alone. What was deleted is there again.
plan-changed = Nothing was kept here: other things wait by now than this page had shown. Look at them again.
plan-uncounted = The next cycle counts it; then it can be let out or kept here.
plan-writes = What would be written
plan-withheld = What stays behind
withheld-not-compared = It was made here, and is not compared with the mailbox yet.
withheld-match = It may be the same as one in the mailbox: somebody has to say.
withheld-empty = Nothing is on it.
withheld-conflict = Both places changed it: somebody has to say which one holds.
withheld-under-way = It is being written.
withheld-rejected = A person has kept it back. A change of it goes out.
missing-title = Not found in Outlook
missing-lead = So many contacts are gone from the mailbox at once that nobody believes it without being told.
missing-count = Not found
missing-held = Of
missing-gone = They were deleted there…
missing-keep = Keep them here
release-title = Let it out?
release-changed = Nothing was let out: other things wait by now than this page had shown. Look at them again.
release-decided = Nothing waits any more: it was let out, or kept here, already.
release-lead = This is done in Outlook with the next cycle. Each write stands in the journal of its contact, and can be taken back there.
release-of = What
release-deletes =
    { $n ->
        [one] { $n } contact is deleted
       *[other] { $n } contacts are deleted
    }
release-overwrites =
    { $n ->
        [one] { $n } is changed
       *[other] { $n } are changed
    }
release-creates =
    { $n ->
        [one] { $n } is made
       *[other] { $n } are made
    }
release-missing =
    { $n ->
        [one] { $n } contact that Outlook lacks is deleted here too
       *[other] { $n } contacts that Outlook lacks are deleted here too
    }
release-both = Both
release-button = Let it out
done-released = It goes out with the next cycle.
done-kept = It is kept here.
settle-lead = What no machine can know of contacts, and a person can.
settle-none = Nothing waits for you.
settle-contacts = Contacts
settle-asked =
    { $n ->
        [one] { $n } to settle
       *[other] { $n } to settle
    }
settle-missing =
    { $n ->
        [one] { $n } contact
       *[other] { $n } contacts
    }
settle-writes =
    { $n ->
        [one] { $n } change
       *[other] { $n } changes
    }

# What stands on a contact.
field-display-name = Name
field-file-as = Filed as
field-title = Title
field-given-name = First name
field-middle-name = Middle name
field-surname = Surname
field-generation = Suffix
field-initials = Initials
field-nick-name = Nickname
field-yomi-given-name = First name (Yomi)
field-yomi-surname = Surname (Yomi)
field-yomi-company-name = Company (Yomi)
field-company-name = Company
field-department = Department
field-job-title = Job title
field-office-location = Office
field-profession = Profession
field-manager = Manager
field-assistant-name = Assistant
field-business-home-page = Web page
field-spouse-name = Partner
field-personal-notes = Notes
field-birthday = Birthday
field-email = E-mail
field-phone = Phone
field-place = Address
field-street = Street
field-city = City
field-state = State
field-postal-code = Postal code
field-country = Country
field-im-address = Instant messages
field-child = Children
field-category = Categories
kind-business = work
kind-home = home
kind-mobile = mobile
kind-other = other

# The audit log.
nav-audit = Audit
audit-lead = What was done, by whom, the latest first. Lines outlive the accounts that they are about.
audit-gone = (not connected)
audit-none = Nothing was done yet.
audit-what = What
audit-who = Who
audit-from = from
audit-when = When
audit-latest = ← To the latest
audit-token-made = Made a token
audit-token-revoked = Revoked a token
audit-user-refused = Refused what the CRM had signed for a user
audit-dashboard-user-added = Added an operator
audit-dashboard-password-set = Set an operator’s password
audit-dashboard-user-removed = Removed an operator
audit-dashboard-link-made = Made a link to the dashboard
audit-dashboard-card-made = Made a card of a user’s mailboxes
audit-dashboard-signed-in = Signed in to the dashboard
audit-dashboard-signed-out = Ended a sign-in to the dashboard
audit-access-token-given = Was given an access token
audit-connected = Connected a mailbox
audit-connect-begun = Began to connect a mailbox
audit-connect-cancelled = Ended an attempt to connect
audit-connect-refused = Could not connect a mailbox
audit-disconnected = Disconnected
audit-paused = Paused
audit-resumed = Resumed
audit-road-taken = Had mail read on another road
audit-road-asked = Wants mail read on another road
audit-road-compared = Had another road compared
audit-sync-asked = Asked for a sync
audit-correspondent-asked = Asked for one person’s mail
audit-messages-marked = Marked messages as read or unread
audit-messages-moved = Moved messages
audit-messages-deleted = Moved messages to Deleted Items
audit-messages-purged = Deleted messages for good
audit-content-fetched = Fetched an attachment, or a message as a file
audit-send-asked = Had mail sent
audit-sent = Mail was sent
audit-send-refused = Mail was not sent
audit-send-unknown = Mail may have been sent
audit-send-repeated = Had mail sent once more
audit-send-dropped = Gave mail up that was to be sent
audit-refused = Was refused
audit-contact-added = Made a contact
audit-contact-edited = Changed a contact
audit-contact-removed = Deleted a contact
audit-contacts-matched = Said whether two contacts are one
audit-contact-resolved = Said which side of a contact holds
audit-contact-undone = Took a write of a contact back
audit-contacts-exported = Exported contacts
audit-contacts-approved = Let changes of contacts out
audit-contacts-rejected = Kept changes of contacts back
audit-contacts-retried = Had contacts sent once more
audit-contacts-directed = Changed the direction of contacts
audit-audit-renewed = Began the audit log anew
audit-reader-added = Let a reader by SQL in
audit-reader-removed = Put a reader by SQL out
audit-key-rotated = Rotated the key
audit-key-retired = Retired a key

# Tokens for the API.
nav-tokens = Tokens
tokens-lead = What lets other programs in to the API. A token is shown once, when it is made; here stands what it may do.
tokens-none = There is no token.
token-new = Make a token
token-name = Name
token-may = May
token-accounts = Accounts of
token-everybody = everybody
token-until = Ends
token-used = Last used
token-over = expired
token-does-not-hold = does not hold: refused
token-revoke = Revoke…
token-days = Good for, days
token-narrow = Narrowed to
token-owner = One user (the id that the CRM has)
token-account = One account (address, login or id)
token-networks = Networks, with a space between
token-uses = Uses an hour
token-make = Make it
token-made-title = The token
token-made-lead = It is shown now and never again. Copy it to where it is used.
token-made-back = It is copied: to the tokens
token-revoke-title = Revoke this token?
token-revoke-lead = Whatever uses it is refused from the next request on. It cannot be brought back; another one can be made.
token-revoke-button = Revoke it
done-revoked = It is revoked.
scope-read = see accounts, mail and contacts
scope-sync = begin a sync
scope-contacts = make, change and remove contacts
scope-mail = mark, move and delete mail
scope-send = send mail
scope-admin = connect, change and disconnect accounts
scope-tokens = be given access tokens of accounts
token-bad-name = Give it a name of at most 200 visible characters.
token-bad-scopes = Tick at least one thing that it may do.
token-bad-owner = That is no id of a user.
token-bad-account = There is no account of that name.
token-bad-networks = Write networks as 192.0.2.0/24.
token-bad-uses = Uses an hour are a number from 1 to 10000.
token-bad-expiry = It is good for 1 to 366 days.

# What doctor tells.
nav-doctor = Doctor
doctor-fine = All of this is as it should be.
doctor-wrong =
    { $n ->
        [one] { $n } thing has to be seen to.
       *[other] { $n } things have to be seen to.
    }
doctor-checks = What was looked at
doctor-check = Part
doctor-found = Found
doctor-more = The command looks at the browser, the proxy and Microsoft too:
check-daemon = Service
check-key = Key
check-database = Database
check-audit = Audit log
check-owners = Owners
check-database-file = Database file
check-clock = Clock
check-registration = Registration with Microsoft
check-readers = Readers by SQL
check-disk = Disk
check-fine = In order
check-wrong = Not in order

# Connecting a mailbox.
nav-connect = Connect
look-again = Look again
connect-title = Connect a mailbox
connect-lead = There are two ways, and you can take both: with the password its mail is read, with Microsoft its contacts are kept in step, and its mail is read where that is asked for there.
connect-again-title = Connect again
connect-again-lead = What is stored stays, and is read on from where it was.
connect-user = User id, as your CRM knows them
connect-for = For the user
connect-login = E-mail address or sign-in name
connect-password = Password of the mailbox
connect-password-title = With its password
connect-password-how = A browser on this server signs in to Outlook on the web, as you would. Its mail is read from then on. You confirm a second factor on this page.
connect-by-graph = The mail of this mailbox is read with Microsoft: connect it that way. Its password changes nothing of that.
connect-by-imap = The mail of this mailbox is read by IMAP. A password typed here changes nothing of that: whoever runs this service renews the one for its server.
connect-password-button = Sign in to Outlook
connect-password-once = The password is tried once and is not kept.
connect-microsoft-title = With Microsoft
connect-microsoft-how = You sign in on Microsoft's own page and say there what is allowed. No password comes here. Contacts are kept in step. Mail is read by it where Microsoft asks you for that, unless the password is given too.
connect-microsoft-button = Sign in with Microsoft
connect-microsoft-window = It opens in a window of its own. Where your browser keeps that shut, it goes on in this one.
connect-microsoft-elsewhere = Microsoft sends you back to another address of this dashboard. Open it there:
connect-microsoft-off = It is not set up here: `oauth.client_id` and `oauth.redirect_uri` are to be configured.
connect-microsoft-off-mine = It is not set up here.
connect-code-title = With a code
connect-code-how = Somebody else types a code on a page of Microsoft's, on any device. Whoever types it is connected for the user: give it to nobody else.
connect-code-login = E-mail address, where it has to be a certain mailbox
connect-code-button = Get a code
connect-code-shown = Type this code at Microsoft
connect-code-type = Open on any device:
connect-code-ends = It ends
connect-going-on = On to Microsoft
connect-continue = Continue to Microsoft
connect-back-title = Back from Microsoft
connect-back-lead = One more step, then you see what came of it.
connect-finish = Finish
connect-back-again = Microsoft did not answer the last step. Nothing is lost: try it again, within ten minutes.
connect-finish-again = Try again
connect-waiting-again = Microsoft did not answer the last step. Try it again in the window that came back from it, or give up.
connect-waiting = Waiting for Microsoft
connect-waiting-how = Sign in in the window that has opened. This page goes on by itself. Is the window closed? Give up, then begin again.
connect-give-up = Give up
under-way-title = Not finished
under-way-unnamed = With Microsoft
under-way-since = begun
connect-not-connected = Nothing was connected
connect-as-before = The mailbox is connected as it was before, with what is stored of it.
connect-kept = The mailbox is connected
connect-kept-how = The password was accepted, and the sign-in is stored. What came after it did not work:
connect-nothing-stored = Nothing of this sign-in was kept.
connect-expired = It was not finished in time. Begin again.
connect-begin-again = Begin again
connect-over = Nobody tries it again by itself: connect the account again.
connect-connected = Connected
connect-connected-as = Connected as
connect-connected-next = Reading begins by itself.
connect-connected-contacts = Its contacts are read from now on. Its mail is not: connect it with its password for that.
connect-open = See how it does
connect-conversation = Sign in to Outlook
connect-under-way = Under way
connect-working = Outlook is being opened.
connect-trying = The password is being tried, once.
connect-accepted = The password was accepted. The mailbox is being opened.
connect-approve = Confirm on your telephone
connect-approve-number = Enter this number in the app on your telephone, then press the button.
connect-approve-how = Approve the sign-in in the app on your telephone, then press the button.
connect-approved = I have confirmed it
connect-one-time = Enter the code
connect-one-time-label = The code that your app shows, or that was sent to you
connect-one-time-wrong = That code was not right. Wait for the next one, then try again.
connect-one-time-button = Send the code
connect-choose = How do you want to confirm it?
connect-choose-how = Your organisation wants to be sure that it is you.
way-approval = Approve it on the telephone
way-app-code = A code that an app shows
way-text-message = A code by text message
way-call = A call

# A mailbox, to whose it is.
mine-connect = Connect the mailbox again.
mine-operator = You need do nothing: whoever runs this service sees it too.
mine-nothing = You need do nothing.
mine-turn = Your turn
mine-state = Now
mine-next = Next reading
mine-with-microsoft = with Microsoft as
mine-session = Sign-in
mine-before = an estimate: connect again before it ends
mine-reconnect = Connect again
mine-auto = Auto-sync
mine-on = on
mine-off = off
embed-open = Open the dashboard
embed-over = This card is over
embed-over-how = Reload the page that shows it.
