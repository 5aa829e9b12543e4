-- An account that is being destroyed, slice by slice: it is connected no more, and whoever finds it so goes on with that.

ALTER TABLE account ADD COLUMN leaving BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX account_leaving ON account (id) WHERE leaving;
