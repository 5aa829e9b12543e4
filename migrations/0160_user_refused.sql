-- Users of whom no JWT counts that was made before a time, as after theirs was lost.

CREATE TABLE user_refused (
    owner      TEXT PRIMARY KEY,  -- the CRM's id of the user
    not_before BIGINT NOT NULL    -- ms UTC; what was made at it or earlier is refused
);
