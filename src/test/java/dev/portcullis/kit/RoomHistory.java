package dev.portcullis.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The history of a room, as a client reads it page by page. */
public final class RoomHistory {
    private static final int PAGE = 50;

    private RoomHistory() {}

    /** All messages before a seq, read backwards; in their order. */
    public static List<JsonObject> before(ChatPeer reader, String room, long before) {
        return before(reader, of(room), before);
    }

    /** @param place with a {@code roomId} or a {@code recipientId} */
    public static List<JsonObject> before(ChatPeer reader, JsonObject place, long before) {
        List<JsonObject> all = new ArrayList<>();
        long next = before;
        boolean more = true;
        while (more) {
            JsonObject page = reader.ask(page(place, "h" + next).put("before", next));
            List<JsonObject> read = messages(page);
            all.addAll(0, read);
            more = page.getBoolean("more", false);
            next = read.isEmpty() ? 0 : read.get(0).getLong("seq");
        }
        return all;
    }

    public static List<Long> seqsBefore(ChatPeer reader, String room, long before) {
        return seqs(before(reader, room, before));
    }

    /** All messages from the first one on, and where the server says that some are missing. */
    public record Forwards(List<JsonObject> messages, List<Long> gaps) {
        public List<Long> seqs() {
            return RoomHistory.seqs(messages);
        }

        public List<String> of(Function<JsonObject, String> part) {
            return messages.stream().map(part).toList();
        }
    }

    /** Reads forwards; a gap is that behind this seq. */
    public static Forwards forwards(ChatPeer reader, String room) {
        return forwards(reader, of(room));
    }

    /** @param place with a {@code roomId} or a {@code recipientId} */
    public static Forwards forwards(ChatPeer reader, JsonObject place) {
        List<JsonObject> all = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        long after = 0;
        boolean more = true;
        while (more) {
            JsonObject page = reader.ask(page(place, "f" + after).put("after", after));
            List<JsonObject> read = messages(page);
            if (page.getBoolean("gap", false)) {
                gaps.add(after);
            }
            all.addAll(read);
            more = page.getBoolean("more", false);
            assertThat(read.isEmpty() && more).as(page.encode()).isFalse();
            after = read.isEmpty() ? after : read.get(read.size() - 1).getLong("seq");
        }
        return new Forwards(all, gaps);
    }

    /** A question for a page of a room. */
    public static JsonObject page(String room, String id) {
        return page(of(room), id);
    }

    private static JsonObject page(JsonObject place, String id) {
        return new JsonObject()
                .put("type", "history")
                .put("id", id)
                .mergeIn(place)
                .put("limit", PAGE);
    }

    private static JsonObject of(String room) {
        return new JsonObject().put("roomId", room);
    }

    public static List<JsonObject> messages(JsonObject page) {
        assertThat(page.getString("type")).as(page.encode()).isEqualTo("history");
        return page.getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<Long> seqs(List<JsonObject> messages) {
        return messages.stream().map(each -> each.getLong("seq")).toList();
    }
}
