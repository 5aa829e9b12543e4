-- A B-tree takes no value of more than 2,700 bytes, and refuses the row. Conversations are looked up by equality alone.
DROP INDEX message_conversation;
CREATE INDEX message_conversation ON message USING hash (conversation_id);
