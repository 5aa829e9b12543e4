-- The mail of one person that somebody asked for, read in every folder of the mailbox however old it is: of each person the last that
-- was asked for.
CREATE TABLE correspondence (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    contact_id TEXT,           -- whose: that of a contact, which may have gone since,
    address    TEXT,           -- or of an address, in lower case
    addresses  TEXT NOT NULL,  -- JSON: the addresses and the names by which it is known, in lower case
    names      TEXT NOT NULL,
    asked_at   BIGINT NOT NULL,
    began_at   BIGINT,
    ended_at   BIGINT          -- null: under way
);
CREATE UNIQUE INDEX correspondence_of ON correspondence (account_id, COALESCE(contact_id, address));
CREATE INDEX correspondence_under_way ON correspondence (account_id) WHERE ended_at IS NULL;

CREATE TABLE correspondence_folder (
    correspondence_id TEXT NOT NULL REFERENCES correspondence (id) ON DELETE CASCADE,
    folder_id         TEXT NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    place             TEXT,                       -- JSON: where its list is read on
    back_to           BIGINT,                     -- down to where it was gone through
    tries             BIGINT NOT NULL DEFAULT 0,  -- turns in a row that did not get on
    stopped           TEXT,                       -- a word for what kept the last one, or ended it early
    ended_at          BIGINT,
    PRIMARY KEY (correspondence_id, folder_id)
);
CREATE INDEX correspondence_folder_folder ON correspondence_folder (folder_id);

CREATE TABLE correspondence_item (
    correspondence_id TEXT NOT NULL REFERENCES correspondence (id) ON DELETE CASCADE,
    space             TEXT NOT NULL,
    item_id           TEXT NOT NULL,
    folder_id         TEXT NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    outcome           TEXT NOT NULL,  -- known, stored, unreadable, other
    PRIMARY KEY (correspondence_id, space, item_id)
);
CREATE INDEX correspondence_item_folder ON correspondence_item (folder_id, correspondence_id, outcome);

-- Messages that were stored of a folder so; it may be read by itself later, and then they are none that it has had.
ALTER TABLE folder ADD COLUMN beside BIGINT NOT NULL DEFAULT 0;
