-- What 0010 has moved away.
DROP INDEX sync_state_due;
ALTER TABLE sync_state DROP COLUMN session;
ALTER TABLE sync_state DROP COLUMN session_expires_at;
ALTER TABLE sync_state DROP COLUMN tier;
ALTER TABLE sync_state DROP COLUMN failures;
ALTER TABLE sync_state DROP COLUMN error_disposition;
ALTER TABLE sync_state DROP COLUMN error_code;
ALTER TABLE sync_state DROP COLUMN error_message;
ALTER TABLE sync_state DROP COLUMN error_whose_turn;
ALTER TABLE sync_state DROP COLUMN error_hint;
ALTER TABLE sync_state DROP COLUMN error_at;
ALTER TABLE sync_state DROP COLUMN last_success_at;
ALTER TABLE sync_state DROP COLUMN last_attempt_at;
ALTER TABLE sync_state DROP COLUMN next_sync_at;

-- One row per account and part that was ever to be read.
--   part           mail, contacts
--   failures       in a row; error_… tell of the last one and are null after a success
--   next_ms        when it is due; null while it is parked
--   not_before_ms  the time before which a server asked not to be asked again; may lie in the past
--   read_by        how it was last read, in the word of its road: of mail by owa service, network, dom
CREATE VIEW part_state_plain AS
SELECT p.account_id, a.owner, a.login, a.address, a.sync_enabled, p.part, p.failures,
       p.error_disposition, p.error_code, p.error_message, p.error_whose_turn, p.error_hint, p.error_at AS error_ms,
       p.last_success_at AS last_success_ms, p.last_attempt_at AS last_attempt_ms, p.due_at AS next_ms,
       p.not_before AS not_before_ms, p.read_by
FROM part_state p
JOIN account a ON a.id = p.account_id;
