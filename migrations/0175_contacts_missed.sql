-- What is missing is looked through in the order of the items' keys, and photos that wait in the order in which they were set, without a
-- look at what is there.

CREATE INDEX contact_link_missed ON contact_link (account_id, remote_key) WHERE missing_at IS NOT NULL;
CREATE INDEX contact_photo_edit_at ON contact_photo_edit (edited_at, contact_id);
