-- Failures because the other side has changed have a count of their own, which others in between leave alone.

ALTER TABLE part_state ADD COLUMN drifts BIGINT NOT NULL DEFAULT 0;

UPDATE part_state SET drifts = failures WHERE error_disposition = 'drift';
