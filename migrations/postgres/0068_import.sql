-- part_state_v tells how far a history is read, at its end; its other columns are explained beside part_state_plain in 0012.
--   import_percent   how much of the history is held; null while all of it is, as are the others
--   import_since_ms  since when it is being read
--   import_ends_ms   when all of it is held, should it go on as fast

CREATE OR REPLACE VIEW part_state_v AS
SELECT p.*,
       to_char(to_timestamp(error_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS error_iso,
       to_char(to_timestamp(last_success_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       to_char(to_timestamp(last_attempt_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_attempt_iso,
       to_char(to_timestamp(next_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS next_iso,
       to_char(to_timestamp(not_before_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS not_before_iso,
       s.import_done / 10000 AS import_percent,
       s.import_since AS import_since_ms, to_char(to_timestamp(s.import_since / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS import_since_iso,
       s.import_ends_at AS import_ends_ms, to_char(to_timestamp(s.import_ends_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS import_ends_iso
FROM part_state_plain p
JOIN part_state s ON s.account_id = p.account_id AND s.part = p.part;
