package dev.portcullis.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The newest edits and deletions: a history that was read before they came must not bring back what they replaced. Not
 * safe for threads.
 */
final class Amendments {
    private static final int MAX_KEPT = 1_000;
    private static final String DELETED = "message_deleted";
    private static final Set<String> AMENDABLE = Set.of("chat", "chat_message", "event");
    private static final Set<String> TYPES = Set.of("message_edited", DELETED);
    private static final List<String> EDITABLE = List.of("content", "text", "mentions", "hashtags", "links");

    private final Map<String, JsonObject> newest = new LinkedHashMap<>();

    /** Takes note of a frame, if it is an edit or a deletion. */
    void add(JsonObject frame) {
        if (TYPES.contains(text(frame, "type"))) {
            String messageId = text(frame, "messageId");
            JsonObject known = newest.remove(messageId); // the map keeps the order in which they are added
            newest.put(messageId, known != null && replaces(known, frame) ? known : frame);
            if (newest.size() > MAX_KEPT) {
                newest.remove(newest.keySet().iterator().next());
            }
        }
    }

    /** Whether the second of two amendments of a message is a repeat, or comes late. */
    private static boolean replaces(JsonObject known, JsonObject other) {
        return text(known, "epoch").equals(text(other, "epoch")) && seq(known) > seq(other);
    }

    /** The history with its messages as the server would show them now, each in its own place. */
    JsonObject applyTo(JsonObject history) {
        if (!(history.getValue("messages") instanceof JsonArray messages)) {
            return history;
        }
        JsonArray latest = new JsonArray();
        messages.forEach(message ->
                latest.add(message instanceof JsonObject each ? latest(each, text(history, "epoch")) : message));
        return history.put("messages", latest);
    }

    private JsonObject latest(JsonObject message, String epoch) {
        return Optional.ofNullable(newest.get(text(message, "messageId")))
                .filter(amendment -> text(amendment, "epoch").equals(epoch)) // the store may have lost that of another
                .filter(amendment -> AMENDABLE.contains(text(message, "type")) && seq(amendment) > stateOf(message))
                .map(amendment -> amended(message, amendment))
                .orElse(message);
    }

    /** The {@code seq} of the newest edit that a message shows. */
    private static long stateOf(JsonObject message) {
        return message.getValue("edited") instanceof JsonObject edit ? seq(edit) : seq(message);
    }

    private static JsonObject amended(JsonObject message, JsonObject amendment) {
        if (text(amendment, "type").equals(DELETED)) {
            return amendment.copy().put("epoch", message.getValue("epoch")).put("seq", message.getValue("seq"));
        }
        JsonObject shown = message.copy();
        EDITABLE.forEach(shown::remove);
        EDITABLE.stream().filter(amendment::containsKey).forEach(field -> shown.put(field, amendment.getValue(field)));
        return shown.put(
                "edited",
                new JsonObject()
                        .put("seq", amendment.getValue("seq"))
                        .put("timestamp", amendment.getValue("timestamp")));
    }

    private static String text(JsonObject frame, String field) {
        return Objects.toString(frame.getValue(field), "");
    }

    private static long seq(JsonObject frame) {
        return frame.getValue("seq") instanceof Number number ? number.longValue() : 0;
    }
}
