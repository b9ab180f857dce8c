package dev.portcullis.hardening;

import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A user in a room, whose name is an attack, as what it publishes. */
record MarkupAuthor(String room, ChatPeer peer) implements AutoCloseable {
    static MarkupAuthor enter(TestNode node, String room, String name) {
        String token = new TokenSigner(
                        TestNode.edited().auth().tokens().issuers().get(0), System::currentTimeMillis)
                .mint("u" + UUID.randomUUID(), Role.MEMBER, List.of(), Optional.of(name), Duration.ofMinutes(10));
        ChatPeer peer = JdkPeer.admitted(node.ws(), token);
        peer.join(room);
        return new MarkupAuthor(room, peer);
    }

    /** Returns what a reader in the room receives, unless the frame is refused. */
    Optional<JsonObject> publish(JsonObject frame, ChatPeer reader) {
        return isAcked(ask(peer, frame)) ? Optional.of(reader.next("chat")) : Optional.empty();
    }

    JsonObject chat(String content) {
        return new JsonObject()
                .put("type", "chat")
                .put("roomId", room)
                .put("content", content)
                .put("id", UUID.randomUUID().toString());
    }

    JsonObject file(String url, String name) {
        JsonObject file = new JsonObject().put("type", "file").put("url", url).put("name", name);
        return chat("a file").put("attachments", new JsonArray().add(file));
    }

    static boolean isAcked(JsonObject answer) {
        return answer.getString("type").equals("ack");
    }

    /** Sends a frame and returns its answer. In ASCII, since an unpaired surrogate has no UTF-8. */
    static JsonObject ask(ChatPeer peer, JsonObject frame) {
        StringBuilder ascii = new StringBuilder();
        frame.encode()
                .chars()
                .forEach(each ->
                        ascii.append(each < 0x80 ? String.valueOf((char) each) : String.format("\\u%04x", each)));
        peer.send(ascii.toString());
        String id = frame.getString("id");
        return peer.next(answer -> id.equals(answer.getString("id")), "the answer to " + id);
    }

    @Override
    public void close() {
        peer.close();
    }
}
