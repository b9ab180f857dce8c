package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;

/**
 * The row of the place that the newest edit of a message has in the recipient's inbox, beside the author's own copy. Two nodes may
 * write two edits at once, and the order of the recipient's inbox decides. It is kept beside the idempotency keys, and as long as
 * they are: an attempt under its key is not made later.
 */
public final class EditPlace {
    private EditPlace() {}

    public static byte[] encode(Position place) {
        return new RowWriter(48).text(place.epoch()).number(place.seq()).end();
    }

    public static Position decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        return new Position(row.text(), row.number());
    }
}
