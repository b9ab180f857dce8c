-- No entry is beyond the position of its stream any more. The part that brings one of those that were would find its place taken.
WITH beyond AS (
    DELETE FROM portcullis.entry e USING portcullis.stream s
    WHERE s.early_seq > s.seq AND e.stream = s.id AND e.seq > s.seq
    RETURNING e.stream, e.message_id, e.message_name, s.seq AS head
)
UPDATE portcullis.entry m SET (newest, newest_month) = (
    SELECT a.seq, a.month FROM portcullis.entry a
    WHERE a.stream = m.stream AND a.seq <= b.head AND a.state = 4
        AND (a.message_id = m.message_id OR (a.message_name = m.message_name AND a.message_name <> ''))
    ORDER BY a.seq DESC LIMIT 1)
FROM beyond b
WHERE m.stream = b.stream AND m.newest > b.head
    AND (m.message_id = b.message_id OR (m.message_name = b.message_name AND m.message_name <> ''));

ALTER TABLE portcullis.stream DROP COLUMN early_seq;
