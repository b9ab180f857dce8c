package dev.portcullis.hooks.outbox;

import dev.portcullis.config.Json;
import dev.portcullis.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An event as a row: a head, which the step that stores it writes, and the event, which is known before.
 *
 * <pre>version (1) | cause (1) | length of epoch (2) | epoch | seq (8) | time (8) || type | key | id (2 + n each) | data</pre>
 */
final class EventRow {
    private static final byte VERSION = 1;
    private static final Set<String> PUBLISHED = Set.of(HookType.MESSAGE_PUBLISHED.id(), HookType.EVENT_PUBLISHED.id());

    private EventRow() {}

    /** The part behind the head. */
    static byte[] withoutHead(HookEvent event) {
        byte[] type = bytes(event.type().id());
        byte[] key = bytes(event.key());
        byte[] id = bytes(event.id());
        ByteBuffer row =
                ByteBuffer.allocate(3 * Short.BYTES + type.length + key.length + id.length + event.data().length);
        put(row, type);
        put(row, key);
        put(row, id);
        return row.put(event.data()).array();
    }

    /** Adds the head as {@code outbox.lua} does in Redis. */
    static byte[] withHead(byte[] event, Cause cause, String epoch, long seq, long time) {
        byte[] name = bytes(epoch);
        ByteBuffer row = ByteBuffer.allocate(2 + Short.BYTES + name.length + 2 * Long.BYTES + event.length);
        row.put(VERSION).put(cause.code);
        put(row, name);
        return row.putLong(seq).putLong(time).put(event).array();
    }

    static StoredEvent decode(byte[] row) {
        try {
            ByteBuffer in = ByteBuffer.wrap(row);
            byte version = in.get();
            Optional<Cause> cause = Cause.of(in.get());
            if (version != VERSION || cause.isEmpty()) {
                throw new StoreFailure("an event has a form that this release does not know");
            }
            String epoch = text(in);
            long seq = in.getLong();
            long time = in.getLong();
            String type = text(in);
            String key = text(in);
            String id = text(in);
            byte[] data = new byte[in.remaining()];
            in.get(data);
            return new StoredEvent(
                    type,
                    key,
                    id(id, type, seq),
                    time,
                    json(type, key, id(id, type, seq), time, cause.get(), position(epoch, seq), data));
        } catch (BufferUnderflowException broken) {
            throw new StoreFailure("an event of the outbox can't be read");
        }
    }

    /** The key of an event that is stored. */
    static String key(byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row, 2, row.length - 2);
        text(in);
        in.getLong();
        in.getLong();
        text(in);
        return text(in);
    }

    /** A message or an event is published once, but may be amended several times. */
    private static String id(String id, String type, long seq) {
        return seq > 0 && !PUBLISHED.contains(type) ? id + "." + seq : id;
    }

    private static String position(String epoch, long seq) {
        return seq > 0 ? "{\"epoch\":" + Json.write(epoch) + ",\"seq\":" + seq + "," : "{";
    }

    private static byte[] json(
            String type, String key, String id, long time, Cause cause, String position, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256 + data.length);
        out.writeBytes(bytes("{\"id\":" + Json.write(id) + ",\"type\":" + Json.write(type) + ",\"key\":"
                + Json.write(key)
                + ",\"time\":" + time + (cause == Cause.NONE ? "" : ",\"cause\":\"" + cause.id() + "\"") + ",\"data\":"
                + position));
        out.writeBytes(data);
        out.write('}');
        return out.toByteArray();
    }

    private static void put(ByteBuffer row, byte[] text) {
        row.putShort((short) text.length).put(text);
    }

    private static String text(ByteBuffer in) {
        byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Why something ended. Its number is in rows and in {@code outbox.lua}. */
    enum Cause {
        NONE(0),
        ENDED(1),
        NODE_LOST(2);

        private final byte code;

        Cause(int code) {
            this.code = (byte) code;
        }

        static Optional<Cause> of(byte code) {
            return Stream.of(values()).filter(cause -> cause.code == code).findFirst();
        }

        String id() {
            return this == ENDED ? "ended" : "node_lost";
        }
    }
}
