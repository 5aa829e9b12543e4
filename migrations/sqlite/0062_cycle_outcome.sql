-- The outcomes that the reports of older programs hold.

INSERT INTO cycle_outcome (cycle_id, position, account_id, outcome)
SELECT c.id, o.key, a.id, o.value
FROM cycle c
JOIN json_each(c.report, '$.accounts') o
JOIN account a ON a.id = json_extract(o.value, '$.account_id');

UPDATE cycle SET report = json_set(report, '$.accounts', json('[]'));
