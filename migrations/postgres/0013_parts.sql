-- The view for other programs; its columns are explained beside part_state_plain.

CREATE VIEW part_state_v AS
SELECT p.*,
       to_char(to_timestamp(error_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS error_iso,
       to_char(to_timestamp(last_success_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       to_char(to_timestamp(last_attempt_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_attempt_iso,
       to_char(to_timestamp(next_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS next_iso,
       to_char(to_timestamp(not_before_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS not_before_iso
FROM part_state_plain p;
