-- The outcomes that the reports of older programs hold.

INSERT INTO cycle_outcome (cycle_id, position, account_id, outcome)
SELECT c.id, o.position - 1, a.id, o.outcome::text
FROM cycle c
CROSS JOIN LATERAL jsonb_array_elements(c.report::jsonb -> 'accounts') WITH ORDINALITY AS o (outcome, position)
JOIN account a ON a.id = o.outcome ->> 'account_id';

UPDATE cycle SET report = jsonb_set(report::jsonb, '{accounts}', '[]')::text;
