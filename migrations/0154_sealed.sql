-- What is sealed is bound to more than its place: the data key of an account to its owner, a record to its version, a token for the
-- API by a mark to what it may do. What was sealed before is sealed anew when the service opens it.

-- Which version of a sealed record counts. It grows with each that is written, and stays when the record goes: one of before does
-- not open again.
CREATE TABLE sealed_version (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);

-- Of the ring, over hash, scopes, owner and expiry. A token without one lets nobody in.
ALTER TABLE api_token ADD COLUMN mark BYTEA;

-- A password that was accepted may be used again, known or not, and those that were refused before it are not the account's any more.
DELETE FROM password_attempt
WHERE outcome = 'accepted' OR outcome = 'refused' AND EXISTS (
    SELECT 1 FROM password_attempt later
    WHERE later.account_id = password_attempt.account_id AND later.outcome = 'accepted'
    AND COALESCE(later.ended_at, later.begun_at) >= COALESCE(password_attempt.ended_at, password_attempt.begun_at));
