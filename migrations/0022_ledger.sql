-- What is asked for again; what failed five times is given up and left out.
CREATE INDEX ledger_due ON ledger (account_id, last_seen, item_id) WHERE attempts < 5;
