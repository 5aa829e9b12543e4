-- What a list has shown is one tree: without it SQLite keeps a row and its key apart. Comparisons begin again.
DROP TABLE contact_listed;
CREATE TABLE contact_listed (
    folder_id  TEXT NOT NULL REFERENCES contact_folder (id) ON DELETE CASCADE,
    remote_key TEXT NOT NULL,
    PRIMARY KEY (folder_id, remote_key)
) WITHOUT ROWID;
UPDATE contact_folder SET compare_at = NULL, compare_link = NULL WHERE compare_at IS NOT NULL;
