-- sync_state_plain and sync_state_v, whose columns are explained in 0002, with what 0010 has moved: they tell of mail. Replaced,
-- not made anew, so that whoever was granted a view keeps it.

CREATE OR REPLACE VIEW sync_state_plain AS
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

CREATE OR REPLACE VIEW sync_state_v AS
SELECT p.*,
       to_char(to_timestamp(session_expires_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS session_expires_iso,
       to_char(to_timestamp(error_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS error_iso,
       to_char(to_timestamp(last_success_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       to_char(to_timestamp(last_attempt_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_attempt_iso,
       to_char(to_timestamp(next_sync_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS next_sync_iso,
       m.error_whose_turn
FROM sync_state_plain p
LEFT JOIN part_state m ON m.account_id = p.account_id AND m.part = 'mail';
