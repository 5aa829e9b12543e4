-- Photos that were set or taken away here and wait to go out, and what the journal keeps of those that were written.

-- Another file of the same picture, which the item shows since our own was set there: its sha256. Null where the item shows
-- the file that is kept.
ALTER TABLE contact_photo ADD COLUMN shown TEXT;

-- A contact whose photo was set here (its row of contact_photo has it) or taken away (it has none), until its item is so.
CREATE TABLE contact_photo_edit (
    contact_id TEXT PRIMARY KEY REFERENCES contact (id) ON DELETE CASCADE,
    edited_at  BIGINT NOT NULL,
    number     BIGINT NOT NULL,   -- 1, one more with each change
    item       TEXT,              -- as contact_link.remote_key: of which item the base is
    base       TEXT,              -- sha256 of what that item showed when both last agreed; null where it had none
    contested  TEXT,              -- sha256 of what the mailbox has while a person is to say whose photo holds, empty where it has none
    holds      TEXT,              -- ours, theirs: what that person said
    code       TEXT,              -- why it is not sent; these are null while it is
    text       TEXT,
    parked_at  BIGINT,
    due_at     BIGINT,            -- when it is sent again by itself; null where it is not
    attempts   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX contact_photo_edit_at ON contact_photo_edit (edited_at, contact_id);

-- Of a write of a photo: what was there before, what was sent, and what the item showed of it.
CREATE TABLE contact_write_photo (
    write_id TEXT PRIMARY KEY REFERENCES contact_write (id) ON DELETE CASCADE,
    before   BYTEA,               -- null where there was none
    sent     TEXT,                -- sha256; null where the photo was taken away
    shown    TEXT                 -- sha256; null where it is not known, or the photo was taken away
);
