-- The views for other programs. The columns of sync_state_plain, which tells of mail, are explained in 0002, those of part_state_v
-- beside part_state_plain.

CREATE VIEW sync_state_plain AS
SELECT s.account_id, a.owner, a.login, a.address, a.display_name, a.road, a.sync_enabled, s.mailbox_key,
       COALESCE(b.state, 'absent') AS session, b.expires_at AS session_expires_ms, p.read_by AS tier,
       COALESCE(p.failures, 0) AS failures,
       p.error_disposition, p.error_code, p.error_message, p.error_hint, p.error_at AS error_ms,
       p.last_success_at AS last_success_ms, p.last_attempt_at AS last_attempt_ms, p.due_at AS next_sync_ms
FROM sync_state s
JOIN account a ON a.id = s.account_id
LEFT JOIN browser_session b ON b.account_id = s.account_id AND b.generation = 0
LEFT JOIN part_state p ON p.account_id = s.account_id AND p.part = 'mail'
WHERE a.road <> 'none' OR EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id);

CREATE VIEW sync_state_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', session_expires_ms / 1000, 'unixepoch') || printf('.%03dZ', session_expires_ms % 1000) AS session_expires_iso,
       strftime('%Y-%m-%dT%H:%M:%S', error_ms / 1000, 'unixepoch') || printf('.%03dZ', error_ms % 1000) AS error_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_success_ms / 1000, 'unixepoch') || printf('.%03dZ', last_success_ms % 1000) AS last_success_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_attempt_ms / 1000, 'unixepoch') || printf('.%03dZ', last_attempt_ms % 1000) AS last_attempt_iso,
       strftime('%Y-%m-%dT%H:%M:%S', next_sync_ms / 1000, 'unixepoch') || printf('.%03dZ', next_sync_ms % 1000) AS next_sync_iso,
       m.error_whose_turn
FROM sync_state_plain p
LEFT JOIN part_state m ON m.account_id = p.account_id AND m.part = 'mail';

CREATE VIEW part_state_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', error_ms / 1000, 'unixepoch') || printf('.%03dZ', error_ms % 1000) AS error_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_success_ms / 1000, 'unixepoch') || printf('.%03dZ', last_success_ms % 1000) AS last_success_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_attempt_ms / 1000, 'unixepoch') || printf('.%03dZ', last_attempt_ms % 1000) AS last_attempt_iso,
       strftime('%Y-%m-%dT%H:%M:%S', next_ms / 1000, 'unixepoch') || printf('.%03dZ', next_ms % 1000) AS next_iso,
       strftime('%Y-%m-%dT%H:%M:%S', not_before_ms / 1000, 'unixepoch') || printf('.%03dZ', not_before_ms % 1000) AS not_before_iso
FROM part_state_plain p;
