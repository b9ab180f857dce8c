package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.HookOutbox.DeadLetter;
import dev.portcullis.store.StoreFailure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A dead letter as a row: {@code time (8) | length of reason (2) | reason | row of the event}. */
final class DeadLetterRow {
    private DeadLetterRow() {}

    static byte[] encode(long time, String reason, byte[] event) {
        byte[] why = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + Short.BYTES + why.length + event.length)
                .putLong(time)
                .putShort((short) why.length)
                .put(why)
                .put(event)
                .array();
    }

    static DeadLetter decode(int lane, byte[] row) {
        try {
            ByteBuffer in = ByteBuffer.wrap(row);
            long time = in.getLong();
            byte[] reason = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(reason);
            return new DeadLetter(lane, time, new String(reason, StandardCharsets.UTF_8), EventRow.decode(rest(in)));
        } catch (BufferUnderflowException broken) {
            throw new StoreFailure("a dead letter can't be read");
        }
    }

    static byte[] event(byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row);
        in.getLong();
        int reason = Short.toUnsignedInt(in.getShort());
        in.position(in.position() + reason);
        return rest(in);
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }
}
