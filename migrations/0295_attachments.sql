-- What hangs on messages, in their order; of the content nothing.
CREATE TABLE attachment (
    message_id   TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position     BIGINT NOT NULL,
    kind         TEXT NOT NULL,  -- file, item, reference
    item_id      TEXT,           -- by which the road asks for it
    name         TEXT,
    content_type TEXT,
    size         BIGINT,
    content_id   TEXT,
    is_inline    BOOLEAN NOT NULL,
    url          TEXT,           -- where the file of a reference lies
    PRIMARY KEY (message_id, position)
);

CREATE VIEW attachment_v AS
SELECT t.message_id, m.account_id, a.owner, t.position, t.kind, t.name, t.content_type, t.size AS size_bytes, t.content_id,
       t.is_inline, t.url
FROM attachment t
JOIN message m ON m.id = t.message_id
JOIN account a ON a.id = m.account_id;
