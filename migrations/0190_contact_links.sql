-- A link is one row with fewer and smaller indexes. base_theirs is JSON's null from now on where it is what base_ours is.

-- When the photo of the item is looked at.
ALTER TABLE contact_link ADD COLUMN photo_due_at BIGINT;
UPDATE contact_link SET photo_due_at = (SELECT d.due_at FROM contact_photo_due d
    WHERE d.account_id = contact_link.account_id AND d.remote_key = contact_link.remote_key);
DROP TABLE contact_photo_due;
CREATE INDEX contact_link_photo ON contact_link (account_id, photo_due_at, contact_id) WHERE ended_at IS NULL;

-- What a folder holds is looked through as a whole. New rows come at the end of this index; by the items' keys, which are digests,
-- they came anywhere.
DROP INDEX contact_link_folder;
CREATE INDEX contact_link_folder ON contact_link (folder_id) WHERE ended_at IS NULL;
