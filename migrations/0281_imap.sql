-- The IMAP server that an account's password is for; both are null where it has none. The password lies sealed with them.
ALTER TABLE account ADD COLUMN imap_host TEXT;
ALTER TABLE account ADD COLUMN imap_port BIGINT;
