-- part_state_v tells how far a history is read, at its end; its other columns are explained beside part_state_plain in 0012.
--   import_percent   how much of the history is held; null while all of it is, as are the others
--   import_since_ms  since when it is being read
--   import_ends_ms   when all of it is held, should it go on as fast

DROP VIEW part_state_v;
CREATE VIEW part_state_v AS
SELECT p.*,
       strftime('%Y-%m-%dT%H:%M:%S', error_ms / 1000, 'unixepoch') || printf('.%03dZ', error_ms % 1000) AS error_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_success_ms / 1000, 'unixepoch') || printf('.%03dZ', last_success_ms % 1000) AS last_success_iso,
       strftime('%Y-%m-%dT%H:%M:%S', last_attempt_ms / 1000, 'unixepoch') || printf('.%03dZ', last_attempt_ms % 1000) AS last_attempt_iso,
       strftime('%Y-%m-%dT%H:%M:%S', next_ms / 1000, 'unixepoch') || printf('.%03dZ', next_ms % 1000) AS next_iso,
       strftime('%Y-%m-%dT%H:%M:%S', not_before_ms / 1000, 'unixepoch') || printf('.%03dZ', not_before_ms % 1000) AS not_before_iso,
       s.import_done / 10000 AS import_percent,
       s.import_since AS import_since_ms, strftime('%Y-%m-%dT%H:%M:%S', s.import_since / 1000, 'unixepoch') || printf('.%03dZ', s.import_since % 1000) AS import_since_iso,
       s.import_ends_at AS import_ends_ms, strftime('%Y-%m-%dT%H:%M:%S', s.import_ends_at / 1000, 'unixepoch') || printf('.%03dZ', s.import_ends_at % 1000) AS import_ends_iso
FROM part_state_plain p
JOIN part_state s ON s.account_id = p.account_id AND s.part = p.part;
