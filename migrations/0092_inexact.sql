-- Messages of which it is not known to the second when they came: any of their conversations may turn out to be one of them.
CREATE INDEX message_inexact ON message (folder_id) WHERE COALESCE(received_precision, '') <> 'second';
