-- What both sides of a contact changed, each differently: the values that were given up, and what a person has yet to say.

ALTER TABLE contact_write ADD COLUMN conflicts TEXT NOT NULL DEFAULT '[]';  -- JSON: each with both values, and whose holds

-- JSON: the server's card as it was last seen, while a person is to say whose values hold; else null.
ALTER TABLE contact_link ADD COLUMN contested TEXT;
