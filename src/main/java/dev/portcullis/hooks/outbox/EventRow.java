package dev.portcullis.hooks.outbox;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An event as a row of a queue. The step that stores it knows its time, and the position of the entry that it tells of, and puts
 * them in front: see {@link dev.portcullis.store.rows.Stamp}. The rest is known before.
 *
 * <pre>time seq epoch || cause || incarnation, but not without a cause || 1 type key id data</pre>
 */
record EventRow(long time, long seq, String epoch, Cause cause, String type, String key, String eventId, String data) {
    private static final String FORMAT = "1";
    private static final int STAMPED_PARTS = 5;
    private static final int EVENT_PARTS = 5;
    private static final Set<String> PUBLISHED = Set.of(HookType.MESSAGE_PUBLISHED.id(), HookType.EVENT_PUBLISHED.id());

    enum Cause implements LowerCaseId {
        NONE,
        ENDED,
        NODE_LOST;

        /** The text in front of an event that is held, or that has no cause. */
        String prefix() {
            return id() + " ";
        }

        private static Optional<Cause> of(String id) {
            return Stream.of(values()).filter(cause -> cause.id().equals(id)).findFirst();
        }
    }

    static String encode(HookEvent event) {
        return Cause.NONE.prefix() + text(event);
    }

    /** The event at the end of what an incarnation holds. */
    static String held(String incarnation, HookEvent event) {
        return incarnation + " " + text(event);
    }

    static String holderOf(String held) {
        return held.substring(0, held.indexOf(' '));
    }

    static Optional<HookType> typeOf(String held) {
        return HookType.of(held.split(" ", EVENT_PARTS)[2]);
    }

    private static String text(HookEvent event) {
        return String.join(
                " ",
                FORMAT,
                event.type().id(),
                event.key(),
                event.id(),
                new String(event.data(), StandardCharsets.UTF_8));
    }

    static EventRow decode(String row) {
        String[] stamped = row.split(" ", STAMPED_PARTS);
        try {
            Cause cause = Cause.of(stamped[3]).orElseThrow(EventRow::unreadable);
            String[] event = (cause == Cause.NONE ? stamped[4] : stamped[4].substring(stamped[4].indexOf(' ') + 1))
                    .split(" ", EVENT_PARTS);
            if (!event[0].equals(FORMAT)) {
                throw unreadable();
            }
            return new EventRow(
                    Long.parseLong(stamped[0]),
                    Long.parseLong(stamped[1]),
                    stamped[2],
                    cause,
                    event[1],
                    event[2],
                    event[3],
                    event[4]);
        } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
            throw unreadable(); // without what it holds, which may be a message (CWE-532)
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("an event of the outbox can't be read");
    }

    StoredEvent event() {
        String told = cause == Cause.NONE ? "" : ",\"cause\":\"" + cause.id() + "\"";
        String position = seq > 0 ? "\"epoch\":" + Json.write(epoch) + ",\"seq\":" + seq + "," : "";
        String json = "{\"id\":" + Json.write(id()) + ",\"type\":" + Json.write(type) + ",\"key\":" + Json.write(key)
                + ",\"time\":" + time + told + ",\"data\":{" + position + data + "}";
        return new StoredEvent(type, key, id(), time, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A message or an event is published once, but may be amended several times. */
    private String id() {
        return seq > 0 && !PUBLISHED.contains(type) ? eventId + "." + seq : eventId;
    }

    @Override
    public String toString() {
        return "EventRow[" + type + ", " + eventId + "]"; // data may be a message (CWE-532)
    }
}
