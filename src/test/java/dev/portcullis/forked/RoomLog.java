package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** All that a room holds, as a client reads it page by page. */
record RoomLog(String roomId, List<Told> messages) {
    /** Checks on the way that nothing is missing and nothing there twice. */
    static RoomLog read(ChatPeer peer, String roomId) {
        List<Told> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            JsonObject page = page(peer, roomId, all.size());
            all.addAll(messages(page));
            more = page.getBoolean("more");
        }
        assertThat(all)
                .extracting(Told::seq)
                .as("seq of " + roomId)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all).extracting(Told::messageId).doesNotHaveDuplicates();
        assertThat(all).extracting(Told::content).doesNotHaveDuplicates();
        return new RoomLog(roomId, all.stream().map(Told::inAnyEpoch).toList());
    }

    List<Told> after(long seq) {
        return messages.subList((int) seq, messages.size());
    }

    static List<Told> messages(JsonObject answer) {
        JsonArray messages = answer.getJsonArray("messages");
        return messages.stream().map(each -> Told.heard((JsonObject) each)).toList();
    }

    private static JsonObject page(ChatPeer peer, String roomId, long after) {
        peer.send(new JsonObject()
                .put("type", "history")
                .put("roomId", roomId)
                .put("after", after)
                .put("limit", 100));
        return peer.next("history");
    }
}
