-- The views for other programs; their columns are explained beside message_plain and sync_state_plain.

CREATE VIEW message_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', received_ms / 1000, 'unixepoch') || printf('.%03dZ', received_ms % 1000) AS received_iso,
       strftime('%Y-%m-%dT%H:%M:%S', sent_ms / 1000, 'unixepoch') || printf('.%03dZ', sent_ms % 1000) AS sent_iso,
       strftime('%Y-%m-%dT%H:%M:%S', first_seen_ms / 1000, 'unixepoch') || printf('.%03dZ', first_seen_ms % 1000) AS first_seen_iso,
       strftime('%Y-%m-%dT%H:%M:%S', changed_ms / 1000, 'unixepoch') || printf('.%03dZ', changed_ms % 1000) AS changed_iso
FROM message_plain p;

CREATE VIEW sync_state_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', session_expires_ms / 1000, 'unixepoch') || printf('.%03dZ', session_expires_ms % 1000) AS session_expires_iso,
       strftime('%Y-%m-%dT%H:%M:%S', error_ms / 1000, 'unixepoch') || printf('.%03dZ', error_ms % 1000) AS error_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_success_ms / 1000, 'unixepoch') || printf('.%03dZ', last_success_ms % 1000) AS last_success_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_attempt_ms / 1000, 'unixepoch') || printf('.%03dZ', last_attempt_ms % 1000) AS last_attempt_iso,
       strftime('%Y-%m-%dT%H:%M:%S', next_sync_ms / 1000, 'unixepoch') || printf('.%03dZ', next_sync_ms % 1000) AS next_sync_iso
FROM sync_state_plain p;
