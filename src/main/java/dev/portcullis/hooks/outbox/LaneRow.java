package dev.portcullis.hooks.outbox;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The position of the rows of one lane in the tables of the embedded store, in two lists without a hole, and its counts.
 *
 * @param first number of the oldest waiting event
 * @param next number of the next event
 */
record LaneRow(long first, long next, long firstDead, long nextDead, long overflown, long lost) {
    private static final LaneRow EMPTY = new LaneRow(0, 0, 0, 0, 0, 0);

    static LaneRow decode(byte @Nullable [] row) {
        if (row == null) {
            return EMPTY;
        }
        ByteBuffer in = ByteBuffer.wrap(row);
        return new LaneRow(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    byte[] encode() {
        return ByteBuffer.allocate(6 * Long.BYTES)
                .putLong(first)
                .putLong(next)
                .putLong(firstDead)
                .putLong(nextDead)
                .putLong(overflown)
                .putLong(lost)
                .array();
    }

    long waiting() {
        return next - first;
    }

    long dead() {
        return nextDead - firstDead;
    }

    LaneRow pushed() {
        return new LaneRow(first, next + 1, firstDead, nextDead, overflown, lost);
    }

    LaneRow taken(int count) {
        return new LaneRow(first + count, next, firstDead, nextDead, overflown, lost);
    }

    LaneRow discarded() {
        return new LaneRow(first, next, firstDead, nextDead + 1, overflown, lost);
    }

    LaneRow forgotten() {
        return new LaneRow(first, next, firstDead + 1, nextDead, overflown, lost);
    }

    LaneRow overflow() {
        return new LaneRow(first, next, firstDead, nextDead, overflown + 1, lost);
    }

    LaneRow lose() {
        return new LaneRow(first, next, firstDead, nextDead, overflown, lost + 1);
    }

    static byte[] key(int lane) {
        return new byte[] {(byte) lane};
    }

    static byte[] key(int lane, long number) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) lane)
                .putLong(number)
                .array();
    }
}
