-- SQLite drops no column while a view names it. 0013 makes them again.
DROP VIEW sync_state_v;
DROP VIEW sync_state_plain;
