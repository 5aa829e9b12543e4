-- The views for other programs; their columns are explained beside message_plain and sync_state_plain.

CREATE VIEW message_v AS
SELECT p.*,
       to_char(to_timestamp(received_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS received_iso,
       to_char(to_timestamp(sent_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS sent_iso,
       to_char(to_timestamp(first_seen_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS first_seen_iso,
       to_char(to_timestamp(changed_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS changed_iso
FROM message_plain p;

CREATE VIEW sync_state_v AS
SELECT p.*,
       to_char(to_timestamp(session_expires_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS session_expires_iso,
       to_char(to_timestamp(error_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS error_iso,
       to_char(to_timestamp(last_success_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       to_char(to_timestamp(last_attempt_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_attempt_iso,
       to_char(to_timestamp(next_sync_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS next_sync_iso
FROM sync_state_plain p;
