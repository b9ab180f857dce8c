package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import java.security.MessageDigest;

/** What the first append under a key was, and what it was acknowledged with. */
@SuppressWarnings("ArrayRecordComponent")
public // only ever compared by matches()
record IdempotencyRow(byte[] bodyHash, String messageId, Position position) {
    public AppendResult answer(AppendRequest.IdempotencyKey repetition) {
        return MessageDigest.isEqual(bodyHash, repetition.bodyHash())
                ? new AppendResult.Duplicate(messageId, position)
                : new AppendResult.Conflict();
    }

    public byte[] encode() {
        return new RowWriter(120)
                .bytes(bodyHash)
                .text(messageId)
                .text(position.epoch())
                .number(position.seq())
                .end();
    }

    /** The part of a row that is known before its place is. */
    public static byte[] unplaced(AppendRequest.IdempotencyKey idempotencyKey) {
        return new RowWriter(80)
                .bytes(idempotencyKey.bodyHash())
                .text(idempotencyKey.messageId())
                .end();
    }

    public static IdempotencyRow decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        return new IdempotencyRow(row.bytes(), row.text(), new Position(row.text(), row.number()));
    }
}
