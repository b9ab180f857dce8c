package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.DelayProxy;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * With Redis a direct message is two appends. The node is killed when the first is done and the second has not reached Redis:
 * a proxy holds it back.
 */
@ExtendWith(VertxExtension.class)
class HalfSentMessageIT {
    private static final String ANN = "ann";
    private static final String BEN = "ben";

    @TempDir
    Path folder;

    private Vertx vertx;
    private final RedisProcess redis = RedisProcess.start();
    private DelayProxy proxy;
    private ForkedNode node;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        proxy = DelayProxy.to(vertx, redis.port());
        node = node(proxy.port());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        vertx.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @Test
    void message_in_one_inbox_is_completed_by_the_repeat_under_its_id() throws Exception {
        JsonObject frame = message("half", "m1");
        sendAndKill(frame, "inbox:ann\0ann\0chat_message\0own ");

        try (ChatPeer ben = connect(BEN);
                ChatPeer ann = connect(ANN)) {
            assertThat(head(ben)).as("of the recipient's inbox").isEqualTo(1);
            assertThat(head(ann)).as("of the sender's inbox").isZero();
            JsonObject got = ben.next("chat_message");
            assertThat(got.getString("content")).isEqualTo("half");
            JsonObject ack = ann.ask(frame);
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ack.getString("messageId")).isEqualTo(got.getString("messageId"));
            assertThat(ack.getLong("seq")).isEqualTo(1);
            assertThat(ann.next("chat_message").getString("messageId")).isEqualTo(got.getString("messageId"));
            assertThat(ann.ask(frame)).isEqualTo(ack);
            assertThat(history(ben, ANN)).containsExactly("half");
            assertThat(history(ann, BEN)).containsExactly("half");
        }
    }

    @Test
    void edit_in_one_inbox_is_completed_by_the_repeat_under_its_id() throws Exception {
        String id;
        try (ChatPeer ann = node.enter(ANN)) {
            id = ann.ask(message("first", "m1")).getString("messageId");
        }
        JsonObject edit = new JsonObject()
                .put("type", "edit_message")
                .put("recipientId", BEN)
                .put("messageId", id)
                .put("content", "second")
                .put("id", "e1");
        sendAndKill(edit, "inbox:ann\0ann\0edit_message\0");

        try (ChatPeer ben = connect(BEN);
                ChatPeer ann = connect(ANN)) {
            assertThat(head(ben)).isEqualTo(2);
            assertThat(head(ann)).isEqualTo(1);
            assertThat(history(ben, ANN)).containsExactly("second");
            assertThat(history(ann, BEN)).containsExactly("first");
            JsonObject ack = ann.ask(edit);
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ann.next("message_edited").getString("content")).isEqualTo("second");
            assertThat(ann.ask(edit)).isEqualTo(ack);
            assertThat(history(ann, BEN)).containsExactly("second");
            assertThat(history(ben, ANN)).containsExactly("second");
            assertThat(ben.next("chat_message").getString("content")).isEqualTo("first");
            assertThat(ben.next("message_edited").getString("content")).isEqualTo("second");
        }
    }

    /** @param second what only the second append contains */
    private void sendAndKill(JsonObject frame, String second) throws Exception {
        try (ChatPeer ann = node.enter(ANN)) {
            proxy.holdBack(second);
            ann.send(frame.encode());
            assertThat(Await.until(proxy::hasHeldBack)).isTrue();
            node.kill();
        }
        node = node(redis.port());
    }

    private ForkedNode node(int redisPort) throws Exception {
        return ForkedNode.generous(
                ForkedNode.configIn(folder),
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"redis://127.0.0.1:" + redisPort + "\"}}",
                "direct.allow=anyone",
                "drain.windowMs=0");
    }

    private ChatPeer connect(String user) {
        return JdkPeer.admitted(node.ws(), node.token(user));
    }

    private static long head(ChatPeer peer) {
        return peer.next("auth_success").getJsonObject("inbox").getLong("seq");
    }

    private static JsonObject message(String content, String id) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", BEN)
                .put("content", content)
                .put("id", id);
    }

    private static List<String> history(ChatPeer reader, String with) {
        JsonObject frame =
                new JsonObject().put("type", "history").put("recipientId", with).put("id", "h");
        return reader.ask(frame).getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }
}
