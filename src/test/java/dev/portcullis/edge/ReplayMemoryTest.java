package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memory for replies is reserved before they are queued and released however they end (CWE-770). */
class ReplayMemoryTest {
    private static final String LOBBY = "lobby";
    private static final int KEPT = 60;

    private GatedNode node;
    private JdkPeer writer;
    private JsonObject start;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode("streams.partBytes=8192");
        writer = node.enter("writer", Role.ADMIN);
        start = writer.join(LOBBY);
        for (int i = 0; i < KEPT; i++) {
            writer.chat(LOBBY, "x".repeat(1_000), "m" + i);
        }
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void resume_and_history_without_memory_are_unavailable_while_plain_joins_succeed() {
        long all = node.memory.largest();
        node.memory.take(all);
        try (JdkPeer ann = node.enter("ann")) {
            assertThat(ann.join(LOBBY).getBoolean("recovered")).isFalse();
            ann.send(resume());
            assertThat(ann.next("error").getString("reason")).isEqualTo("unavailable");
            ann.send(history());
            assertThat(ann.next("error").getString("reason")).isEqualTo("unavailable");
            node.memory.release(all);
            ann.send(resume());
            assertThat(ann.next("joined").getBoolean("more")).isTrue();
        }
        assertThat(Await.until(() -> node.memory.used() == 0)).isTrue();
    }

    @Test
    void resume_waits_for_memory_and_continues_once_it_is_released() {
        long all = node.memory.largest();
        node.memory.take(all);
        try (JdkPeer ann = node.enter("ann")) {
            ann.send(resume());
            ann.send(new JsonObject().put("type", "ping"));
            writer.chat(LOBBY, "meanwhile", "meanwhile");
            assertThat(ann.hasHeard("joined")).isFalse();
            node.memory.release(all);
            assertThat(ann.next("joined").getBoolean("recovered")).isTrue();
            ann.next("pong");
        }
        assertThat(Await.until(() -> node.memory.used() == 0)).isTrue();
    }

    /** They hold less than the limit, so the limit alone would close none of them. */
    @Test
    void stalled_holders_are_closed_for_a_waiting_resume() {
        long rest = node.memory.largest() - 100_000;
        node.memory.take(rest);
        List<RawPeer> hostile = List.of(unfinished("eve"), unfinished("mallory"));
        try (JdkPeer ann = node.enter("ann")) {
            assertThat(Await.until(() -> node.memory.used() > node.memory.largest()))
                    .isTrue();
            assertThat(node.memory.isExceeded()).isFalse();
            ann.send(resume());
            assertThat(ann.next("joined").getBoolean("recovered")).isTrue();
            assertThat(Await.until(() -> node.counted("portcullis_connections_closed_total{")
                            .toString()
                            .contains("1013")))
                    .as("closed after the close linger")
                    .isTrue();
        } finally {
            hostile.forEach(RawPeer::close);
        }
        node.memory.release(rest);
        assertThat(Await.until(() -> node.memory.used() == 0)).isTrue();
    }

    /** A peer that has sent most of a message and does not finish it. */
    private RawPeer unfinished(String user) {
        RawPeer peer = node.enterRaw(user);
        peer.frame(0x01, "x".repeat(55_000).getBytes(StandardCharsets.UTF_8));
        return peer;
    }

    @Test
    void memory_is_released_however_resumes_and_histories_end() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            List<JdkPeer> peers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                JdkPeer peer = node.enter("user" + round + "-" + i);
                peer.send(random.nextBoolean() ? resume() : history());
                peer.send(random.nextBoolean() ? resume() : history());
                peers.add(peer);
            }
            for (int i = 0; i < peers.size(); i++) {
                JdkPeer peer = peers.get(i);
                switch (random.nextInt(4)) {
                    case 0 -> peer.cut();
                    case 1 ->
                        writer.send(new JsonObject()
                                .put("type", "remove_user")
                                .put("roomId", LOBBY)
                                .put("userId", "user" + round + "-" + i)
                                .put("id", "r" + round + "-" + i));
                    case 2 -> writer.chat(LOBBY, "meanwhile", "c" + round + "-" + i);
                    default -> peer.next(ReplayMemoryTest::isLastAnswer, "end");
                }
            }
            peers.forEach(JdkPeer::close);
        }
        assertThat(Await.until(() -> node.memory.used() == 0))
                .as("seed %d leaves %d bytes", seed, node.memory.used())
                .isTrue();
    }

    private static boolean isLastAnswer(JsonObject frame) {
        return frame.getString("type").equals("history")
                || !frame.getBoolean("more", true)
                || frame.containsKey("reason");
    }

    private JsonObject resume() {
        JsonObject since =
                new JsonObject().put("epoch", start.getString("epoch")).put("seq", start.getLong("seq"));
        return new JsonObject().put("type", "join").put("roomId", LOBBY).put("since", since);
    }

    private static JsonObject history() {
        return new JsonObject().put("type", "history").put("roomId", LOBBY).put("limit", 100);
    }
}
