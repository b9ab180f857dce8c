package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.StreamName;

/**
 * The newest edit of a message in the author's own inbox, where two nodes may write edits at once. It is kept beside the
 * idempotency keys, and as long as they are: an attempt under its key is not made later.
 *
 * @param first the edit's place in the recipient's inbox, whose order decides; seq 0 if it has none
 * @param own the edit's place in the author's own inbox
 */
public record EditOrder(Position first, Position own) {
    /** The key of the row. No frame has a type like this one, so no frame has the same key. */
    public static byte[] key(StreamName stream, AmendRequest amend) {
        return RowKeys.idempotencyKey(
                stream, new IdempotencyKey(amend.by(), "order of edits", amend.messageId(), new byte[0], ""));
    }

    /**
     * Whether this edit came behind the other one in the recipient's inbox. Positions of different epochs, and the edit of a
     * blocked author, have no order.
     */
    public boolean isAfter(Position other) {
        return other.seq() > 0 && first.epoch().equals(other.epoch()) && first.seq() > other.seq();
    }

    public byte[] encode() {
        return beginning(first).text(own.epoch()).number(own.seq()).end();
    }

    /** The part of a row that is known before the place in the own inbox. */
    public static byte[] withoutOwn(Position first) {
        return beginning(first).end();
    }

    private static RowWriter beginning(Position first) {
        return new RowWriter(80).text(first.epoch()).number(first.seq());
    }

    public static EditOrder decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        return new EditOrder(new Position(row.text(), row.number()), new Position(row.text(), row.number()));
    }
}
