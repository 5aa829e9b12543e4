-- message_plain, whose columns are explained in 0002, in words that an older SQLite understands too. One view with an ORDER BY
-- inside an aggregate (3.44) keeps an older library, such as that of Debian 12 (3.40), from reading any table of the file.
-- A window gives the recipients their order; each of its rows has the whole text. Older libraries make NULL of one empty text:
-- so the separator comes before each and is cut off at the start.

DROP VIEW message_plain;

CREATE VIEW message_plain AS
SELECT m.id, m.account_id, a.owner, a.address AS mailbox, m.folder, m.conversation_id, m.internet_message_id,
       COALESCE(m.subject, '') AS subject, m.from_name, m.from_address, m.sender_name, m.sender_address,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'to' LIMIT 1) AS to_text,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'cc' LIMIT 1) AS cc_text,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'bcc' LIMIT 1) AS bcc_text,
       m.received_at AS received_ms, m.received_precision, m.sent_at AS sent_ms,
       m.is_read, m.is_draft, m.has_attachments, m.importance, m.item_class, m.preview, m.size AS size_bytes,
       b.message_id IS NOT NULL AS has_body, b.kind AS body_kind, b.content AS body, b.truncated AS body_truncated,
       m.tier, m.provisional, m.first_seen_at AS first_seen_ms, m.changed_at AS changed_ms, m.revision
FROM message m
JOIN account a ON a.id = m.account_id
LEFT JOIN message_body b ON b.message_id = m.id;
