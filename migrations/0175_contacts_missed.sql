-- What is missing is looked through in the order of the items' keys, without a
-- look at what is there.

CREATE INDEX contact_link_missed ON contact_link (account_id, remote_key) WHERE missing_at IS NOT NULL;
