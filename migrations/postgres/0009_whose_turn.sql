-- sync_state_v with who has to act after the last error. What other programs read has its new columns at the end.

CREATE OR REPLACE VIEW sync_state_v AS
SELECT p.*,
       to_char(to_timestamp(session_expires_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS session_expires_iso,
       to_char(to_timestamp(error_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS error_iso,
       to_char(to_timestamp(last_success_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       to_char(to_timestamp(last_attempt_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_attempt_iso,
       to_char(to_timestamp(next_sync_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS next_sync_iso,
       s.error_whose_turn
FROM sync_state_plain p
JOIN sync_state s ON s.account_id = p.account_id;
