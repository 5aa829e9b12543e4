-- sync_state_v with who has to act after the last error. What other programs read has its new columns at the end.

DROP VIEW sync_state_v;

CREATE VIEW sync_state_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', session_expires_ms / 1000, 'unixepoch') || printf('.%03dZ', session_expires_ms % 1000) AS session_expires_iso,
       strftime('%Y-%m-%dT%H:%M:%S', error_ms / 1000, 'unixepoch') || printf('.%03dZ', error_ms % 1000) AS error_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_success_ms / 1000, 'unixepoch') || printf('.%03dZ', last_success_ms % 1000) AS last_success_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_attempt_ms / 1000, 'unixepoch') || printf('.%03dZ', last_attempt_ms % 1000) AS last_attempt_iso,
       strftime('%Y-%m-%dT%H:%M:%S', next_sync_ms / 1000, 'unixepoch') || printf('.%03dZ', next_sync_ms % 1000) AS next_sync_iso,
       s.error_whose_turn
FROM sync_state_plain p
JOIN sync_state s ON s.account_id = p.account_id;
