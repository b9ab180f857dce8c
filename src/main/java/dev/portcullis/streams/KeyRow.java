package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.security.MessageDigest;

/** What the first append under a key was, and what it was acknowledged with. */
@SuppressWarnings("ArrayRecordComponent") // only ever compared by matches()
record KeyRow(byte[] bodyHash, String messageId, Position position) {
    Appended answer(Append.Key repetition) {
        return MessageDigest.isEqual(bodyHash, repetition.bodyHash())
                ? new Appended.Repeated(messageId, position)
                : new Appended.Conflict();
    }

    byte[] encode() {
        return new RowWriter(120)
                .bytes(bodyHash)
                .text(messageId)
                .text(position.epoch())
                .number(position.seq())
                .end();
    }

    /** The part of a row that is known before its place is. */
    static byte[] unplaced(Append.Key key) {
        return new RowWriter(80).bytes(key.bodyHash()).text(key.messageId()).end();
    }

    static KeyRow decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        return new KeyRow(row.bytes(), row.text(), new Position(row.text(), row.number()));
    }
}
