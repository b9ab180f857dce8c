package dev.portcullis.hooks.outbox;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.codec.DeliveredMessage;
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
 *
 * The event of a message that ends has the form {@code 2 type key id end data}.
 */
record EventRow(
        long time,
        long seq,
        String epoch,
        Cause cause,
        String type,
        String key,
        String eventId,
        Optional<Long> textUntil,
        String data) {
    private static final String FORMAT = "1";
    private static final String ENDING_FORMAT = "2";
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

    /** The row of an event that is given up: nothing would take the text of a message that ends away. */
    static String givenUp(String row) {
        EventRow event = decode(row);
        return event.textUntil.isEmpty()
                ? row
                : row.substring(0, row.length() - event.data.length()) + DeliveredMessage.withoutText(event.data);
    }

    /** A row that ends with this event, with another type and other data in its place. */
    String replaced(String row, HookType becomes, String says) {
        String head = row.substring(0, row.length() - told(type, data).length());
        return head + told(becomes.id(), says);
    }

    private String told(String of, String says) {
        return String.join(" ", of, key, eventId)
                + textUntil.map(until -> " " + until).orElse("") + " " + says;
    }

    static Optional<HookType> typeOf(String held) {
        return HookType.of(held.split(" ", EVENT_PARTS)[2]);
    }

    private static String text(HookEvent event) {
        String head = String.join(" ", event.type().id(), event.key(), event.id());
        String data = new String(event.data(), StandardCharsets.UTF_8);
        return event.textUntil()
                .map(until -> String.join(" ", ENDING_FORMAT, head, Long.toString(until), data))
                .orElseGet(() -> String.join(" ", FORMAT, head, data));
    }

    static EventRow decode(String row) {
        String[] stamped = row.split(" ", STAMPED_PARTS);
        try {
            Cause cause = Cause.of(stamped[3]).orElseThrow(EventRow::unreadable);
            String text = cause == Cause.NONE ? stamped[4] : stamped[4].substring(stamped[4].indexOf(' ') + 1);
            boolean ends = text.startsWith(ENDING_FORMAT + " ");
            String[] event = text.split(" ", ends ? EVENT_PARTS + 1 : EVENT_PARTS);
            if (!ends && !event[0].equals(FORMAT)) {
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
                    ends ? Optional.of(Long.parseLong(event[4])) : Optional.empty(),
                    event[ends ? EVENT_PARTS : EVENT_PARTS - 1]);
        } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
            throw unreadable(); // without what it holds, which may be a message (CWE-532)
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("an event of the outbox can't be read");
    }

    /** The event as it is told at this store time: of a message that is over, it has no text. */
    StoredEvent event(long now) {
        boolean over = textUntil.filter(until -> until <= now).isPresent();
        String told = cause == Cause.NONE ? "" : ",\"cause\":\"" + cause.id() + "\"";
        String position = seq > 0 ? "\"epoch\":" + Json.write(epoch) + ",\"seq\":" + seq + "," : "";
        String json = "{\"id\":" + Json.write(id()) + ",\"type\":" + Json.write(type) + ",\"key\":" + Json.write(key)
                + ",\"time\":" + time + told + ",\"data\":{" + position
                + (over ? DeliveredMessage.withoutText(data) : data) + "}";
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
