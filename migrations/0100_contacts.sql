-- Contacts: the folders that a mailbox lists, the cards, and which item of the mailbox each of them is.

CREATE TABLE contact_folder (
    id               TEXT PRIMARY KEY,
    account_id       TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    remote_id        TEXT NOT NULL,
    parent_remote_id TEXT,             -- null of the default one
    name             TEXT,
    is_default       BOOLEAN NOT NULL,
    cursor           TEXT,             -- where reading goes on: an opaque link
    cursor_id_format TEXT,             -- the format of ids that the cursor was made with; set with it
    round_at         BIGINT,           -- when the full round under way began; null while none is
    round_read       BOOLEAN NOT NULL, -- whether that round was read to its end, and what it did not show is left to be looked at
    server_total     BIGINT,
    held             BIGINT NOT NULL DEFAULT 0,  -- links that have not ended
    last_success_at  BIGINT,
    listed_at        BIGINT,           -- when the mailbox last listed it
    vanished_at      BIGINT            -- null while the mailbox lists it
);
CREATE INDEX contact_folder_account ON contact_folder (account_id);

CREATE TABLE contact (
    id                TEXT PRIMARY KEY,
    account_id        TEXT REFERENCES account (id) ON DELETE CASCADE,  -- null once it was kept when its account was disconnected
    external_id       TEXT CHECK (length(external_id) <= 200),         -- of another program, which brought it
    display_name      TEXT,
    file_as           TEXT,
    title             TEXT,
    given_name        TEXT,
    middle_name       TEXT,
    surname           TEXT,
    generation        TEXT,
    initials          TEXT,
    nick_name         TEXT,
    yomi_given_name   TEXT,
    yomi_surname      TEXT,
    yomi_company_name TEXT,
    company_name      TEXT,
    department        TEXT,
    job_title         TEXT,
    office_location   TEXT,
    profession        TEXT,
    manager           TEXT,
    assistant_name    TEXT,
    business_home_page TEXT,
    spouse_name       TEXT,
    personal_notes    TEXT,
    birthday          TEXT,            -- YYYY-MM-DD
    im_addresses      TEXT NOT NULL,   -- these three: a JSON array of texts
    children          TEXT NOT NULL,
    categories        TEXT NOT NULL,
    listed_as         TEXT NOT NULL,   -- what lists are ordered by: lower case, at most 200 characters
    searched          TEXT NOT NULL,   -- what is looked through by a search, lower case
    edited_at         BIGINT,          -- when it was last changed here, while some of that is left to go out
    created_at        BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL,
    revision          BIGINT NOT NULL, -- 1 when new, one more with each change
    gone_at           BIGINT
);
CREATE INDEX contact_list ON contact (account_id, listed_as, id);
CREATE UNIQUE INDEX contact_external ON contact (account_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contact_edited ON contact (account_id, edited_at, id) WHERE edited_at IS NOT NULL;

CREATE TABLE contact_email (
    contact_id TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    address    TEXT NOT NULL,
    name       TEXT NOT NULL,
    matched    TEXT,                   -- the address in the form by which it is compared; null where it is none
    PRIMARY KEY (contact_id, position)
);

CREATE TABLE contact_phone (
    contact_id TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    kind       TEXT NOT NULL,          -- business, home, mobile
    number     TEXT NOT NULL,          -- as it was written
    matched    TEXT,                   -- the number in E.164; null where it is none
    PRIMARY KEY (contact_id, position)
);

CREATE TABLE contact_place (
    contact_id  TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,         -- business, home, other
    street      TEXT NOT NULL,
    city        TEXT NOT NULL,
    state       TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country     TEXT NOT NULL,
    PRIMARY KEY (contact_id, kind)
);

-- Which item of the mailbox a contact is. A contact has at most one that has not ended; one that has is kept for a while, so that
-- an old change that comes late makes no new contact.
CREATE TABLE contact_link (
    account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    remote_key  TEXT NOT NULL,         -- SHA-256 of the id: an id is of any length, and an index takes no long values
    remote_id   TEXT NOT NULL,
    contact_id  TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    folder_id   TEXT NOT NULL,
    change_key  TEXT,
    modified_at BIGINT,
    base_ours   TEXT NOT NULL,         -- JSON: our card and the server's, when they last agreed
    base_theirs TEXT NOT NULL,
    others      TEXT NOT NULL,         -- JSON: members that are not of the card, as they came
    seen_round  BIGINT,                -- the full round that last showed it
    missing_at  BIGINT,
    ended_at    BIGINT,
    PRIMARY KEY (account_id, remote_key)
);
CREATE UNIQUE INDEX contact_link_live ON contact_link (contact_id) WHERE ended_at IS NULL;
CREATE INDEX contact_link_contact ON contact_link (contact_id);
CREATE INDEX contact_link_folder ON contact_link (folder_id, remote_key) WHERE ended_at IS NULL;
CREATE INDEX contact_link_missing ON contact_link (account_id, missing_at) WHERE missing_at IS NOT NULL;
CREATE INDEX contact_link_ended ON contact_link (account_id, ended_at) WHERE ended_at IS NOT NULL;

-- Contacts that could not be read.
CREATE TABLE contact_ledger (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    remote_key TEXT NOT NULL,
    remote_id  TEXT NOT NULL,
    folder_id  TEXT NOT NULL,
    code       TEXT NOT NULL,
    text       TEXT NOT NULL,
    attempts   BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, remote_key)
);
CREATE INDEX contact_ledger_due ON contact_ledger (account_id, due_at, remote_key);
