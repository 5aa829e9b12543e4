-- What is over is found without the rest, to be forgotten after a while.
CREATE INDEX contact_change_done ON contact_change (account_id, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX contact_gone ON contact (account_id, gone_at) WHERE gone_at IS NOT NULL;
