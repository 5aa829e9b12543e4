-- Items of conversations that came before the account's history: they are not asked for again while it begins after that time.
CREATE TABLE older_item (
    account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    space       TEXT NOT NULL,
    item_id     TEXT NOT NULL,
    received_by BIGINT NOT NULL,
    PRIMARY KEY (account_id, space, item_id)
);
