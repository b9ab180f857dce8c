package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** All messages of a room, read page by page. */
record RoomLog(String roomId, List<ObservedMessage> messages) {
    /** Reads the room and asserts that no message is missing or duplicated. */
    static RoomLog read(ChatPeer peer, String roomId) {
        List<ObservedMessage> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            JsonObject page = page(peer, roomId, all.size());
            all.addAll(messages(page));
            more = page.getBoolean("more");
        }
        assertThat(all)
                .extracting(ObservedMessage::seq)
                .as("seq of " + roomId)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all).extracting(ObservedMessage::messageId).doesNotHaveDuplicates();
        assertThat(all).extracting(ObservedMessage::content).doesNotHaveDuplicates();
        return new RoomLog(roomId, all.stream().map(ObservedMessage::inAnyEpoch).toList());
    }

    List<ObservedMessage> after(long seq) {
        return messages.subList((int) seq, messages.size());
    }

    static List<ObservedMessage> messages(JsonObject answer) {
        JsonArray messages = answer.getJsonArray("messages");
        return messages.stream()
                .map(each -> ObservedMessage.ofChat((JsonObject) each))
                .toList();
    }

    private static JsonObject page(ChatPeer peer, String roomId, long after) {
        return peer.ask(new JsonObject()
                .put("type", "history")
                .put("roomId", roomId)
                .put("after", after)
                .put("limit", 100)
                .put("id", "page-" + after));
    }
}
