package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import java.security.MessageDigest;

/** The first append under a key, and the position and message id with which it was acknowledged. */
@SuppressWarnings("ArrayRecordComponent")
public // compared only by matches()
record IdempotencyRow(byte[] bodyHash, String messageId, Position position) {
    public AppendResult resultFor(AppendRequest.IdempotencyKey retry) {
        return MessageDigest.isEqual(bodyHash, retry.bodyHash())
                ? new AppendResult.Duplicate(messageId, position)
                : Refusal.CONFLICT;
    }

    public byte[] encode() {
        return new RowWriter(120)
                .bytes(bodyHash)
                .text(messageId)
                .text(position.epoch())
                .number(position.seq())
                .end();
    }

    /** The part of a row that is known before its position. */
    public static byte[] withoutPosition(AppendRequest.IdempotencyKey idempotencyKey) {
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
