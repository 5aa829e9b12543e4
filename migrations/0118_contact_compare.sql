-- The slow comparison of contact folders with their lists by ids: what a list has shown so far of each.

ALTER TABLE contact_folder ADD COLUMN compare_at BIGINT;    -- when the comparison under way began; null while none is
ALTER TABLE contact_folder ADD COLUMN compare_link TEXT;    -- where its list goes on: an opaque link
ALTER TABLE contact_folder ADD COLUMN compared_at BIGINT;   -- when the last one came to its end

CREATE TABLE contact_listed (
    folder_id  TEXT NOT NULL REFERENCES contact_folder (id) ON DELETE CASCADE,
    remote_key TEXT NOT NULL,
    PRIMARY KEY (folder_id, remote_key)
);
