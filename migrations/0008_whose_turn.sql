-- Who has to act after the last error: owner, it, operator, nobody. Until here only the beginning of the hint said so, and that of
-- the browser's and Outlook's failures within it.

ALTER TABLE sync_state ADD COLUMN error_whose_turn TEXT;

UPDATE sync_state SET error_whose_turn = CASE
    WHEN error_hint LIKE 'The owner''s turn%' OR error_hint LIKE '%Owner: %' THEN 'owner'
    WHEN error_hint LIKE 'IT''s turn%' OR error_hint LIKE '%IT: %' OR error_hint LIKE '%IT or operator: %' THEN 'it'
    WHEN error_hint LIKE 'Nobody%' OR error_hint LIKE '%Nobody: %' THEN 'nobody'
    ELSE 'operator' END
WHERE error_code IS NOT NULL;
