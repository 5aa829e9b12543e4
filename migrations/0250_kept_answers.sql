-- What requests under a key of their caller's were answered with, so that the same again does nothing. Kept for a day.

CREATE TABLE kept_answer (
    key        TEXT PRIMARY KEY,  -- SHA-256 of the caller and the key
    caller     TEXT NOT NULL,     -- SHA-256 of the caller
    wrapped    BYTEA,             -- the key of what is sealed, wrapped; NULL while the request is under way
    sealed     BYTEA,             -- what was asked, as SHA-256, and the answer
    expires_at BIGINT NOT NULL
);
CREATE INDEX kept_answer_expires ON kept_answer (expires_at);
CREATE INDEX kept_answer_caller ON kept_answer (caller, expires_at);
