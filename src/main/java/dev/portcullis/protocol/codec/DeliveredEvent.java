package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.Arrays;

/**
 * An event of the application as its readers receive it, without its position. Its data is the last field: what is found in
 * front of it was written by this server.
 *
 * @param userId the author, from the verified session
 * @param event its name
 * @param data one JSON value, which is passed on as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeliveredEvent(Target target, UserId userId, String event, byte[] data, long timestamp) {
    private static final int TYPICAL_OVERHEAD = 320;
    private static final byte[] BEGIN = ("\"type\":\"" + FrameType.EVENT.id() + "\",").getBytes(US_ASCII);

    /** The JSON from {@code "type"} on. The caller that knows epoch and seq puts them in front, with the opening brace. */
    public byte[] body(String messageId) {
        JsonWriter json = target(new JsonWriter(TYPICAL_OVERHEAD + data.length));
        return rest(json.text("messageId", messageId)).toBytes();
    }

    /** The whole frame of an event that is not stored: it has no id and no position. */
    public byte[] unstored() {
        return rest(target(new JsonWriter(TYPICAL_OVERHEAD + data.length).open()))
                .toBytes();
    }

    /** Whether the body of an entry is that of an event. */
    public static boolean isEvent(byte[] body) {
        return body.length > BEGIN.length && Arrays.equals(body, 0, BEGIN.length, BEGIN, 0, BEGIN.length);
    }

    private JsonWriter target(JsonWriter json) {
        return json.text("type", FrameType.EVENT.id()).target(target);
    }

    private JsonWriter rest(JsonWriter json) {
        return json.text("userId", userId.value())
                .text("event", event)
                .number("timestamp", timestamp)
                .raw("data", data)
                .close();
    }
}
