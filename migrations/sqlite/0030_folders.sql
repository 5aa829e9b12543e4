-- SQLite renames no column while a view of another shape names it. 0032 makes them again.
DROP VIEW message_v;
DROP VIEW message_plain;
