-- A message that is new is compared with those of its folder and conversation that came in the same moment.
DROP INDEX message_conversation;
CREATE INDEX message_conversation ON message (account_id, folder_id, conversation_id, listed_at);
