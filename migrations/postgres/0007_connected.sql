-- sync_state_plain, whose columns are explained in 0002, without the mailboxes that somebody began to connect and never did: no
-- password was accepted, which gives an account its road, and nobody signed in by OAuth.

CREATE OR REPLACE VIEW sync_state_plain AS
SELECT s.account_id, a.owner, a.login, a.address, a.display_name, a.road, a.sync_enabled, s.mailbox_key,
       s.session, s.session_expires_at AS session_expires_ms, s.tier, s.failures,
       s.error_disposition, s.error_code, s.error_message, s.error_hint, s.error_at AS error_ms,
       s.last_success_at AS last_success_ms, s.last_attempt_at AS last_attempt_ms, s.next_sync_at AS next_sync_ms
FROM sync_state s
JOIN account a ON a.id = s.account_id
WHERE a.road <> 'none' OR EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id);
