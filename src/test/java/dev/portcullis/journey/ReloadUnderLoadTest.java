package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Settings change while clients write. */
class ReloadUnderLoadTest {
    private static final int WRITERS = 4;
    private static final int RELOADS = 60;

    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    private final AtomicBoolean enough = new AtomicBoolean();

    @AfterEach
    void close() {
        enough.set(true);
        writers.shutdownNow();
    }

    @Test
    void no_frame_is_refused_or_lost_or_doubled() throws Exception {
        try (TestNode node = TestNode.generous();
                JdkPeer member = JdkPeer.admitted(node.ws(), node.token("member"))) {
            member.join("lobby");
            List<Future<List<JsonObject>>> answers = write(node);

            for (int reload = 0; reload < RELOADS; reload++) {
                assertApplied(node, "ratelimit.user.minute=" + (2_000_000 + reload), "origin.missing=allow");
            }
            enough.set(true);

            List<String> acknowledged = new ArrayList<>();
            for (Future<List<JsonObject>> each : answers) {
                for (JsonObject answer : each.get(60, TimeUnit.SECONDS)) {
                    assertThat(answer.getString("type")).as("%s", answer).isEqualTo("ack");
                    acknowledged.add(answer.getString("messageId"));
                }
            }
            assertThat(acknowledged).hasSizeGreaterThan(RELOADS);
            Set<String> heard = new HashSet<>();
            for (int i = 0; i < acknowledged.size(); i++) {
                assertThat(heard.add(member.next("chat").getString("messageId")))
                        .isTrue();
            }
            assertThat(heard).containsExactlyInAnyOrderElementsOf(acknowledged);
        }
    }

    /** Before a change the limit would let the frames pass, and the permission refuses them; after it, the other way round. */
    @Test
    void no_frame_is_judged_by_half_of_a_change() throws Exception {
        String[] silent = {"permissions={\"member\": [\"join\", \"leave\"]}"};
        String[] limited = {
            "ratelimit.user.hour=1",
            "ratelimit.blocks.minuteMs=0",
            "ratelimit.blocks.burstMs=0",
            "ratelimit.blocks.banAfter=0"
        };
        try (TestNode node = TestNode.generous(silent)) {
            List<Future<List<JsonObject>>> answers = write(node);

            for (int reload = 0; reload < RELOADS; reload++) {
                assertApplied(node, reload % 2 == 0 ? limited : silent);
            }
            enough.set(true);

            Set<String> kinds = new HashSet<>();
            for (Future<List<JsonObject>> each : answers) {
                each.get(60, TimeUnit.SECONDS)
                        .forEach(answer -> kinds.add(answer.getString("reason", answer.getString("type"))));
            }
            assertThat(kinds).containsExactlyInAnyOrder("forbidden", "rate_limited");
        }
    }

    /** Each writes a message when the one before is answered, until it is enough. */
    private List<Future<List<JsonObject>>> write(TestNode node) {
        List<JdkPeer> peers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> JdkPeer.admitted(node.ws(), node.token("writer-" + writer)))
                .toList();
        peers.forEach(peer -> peer.join("lobby"));
        return peers.stream().map(peer -> writers.submit(() -> answers(peer))).toList();
    }

    private List<JsonObject> answers(JdkPeer peer) {
        List<JsonObject> answers = new ArrayList<>();
        try (peer) {
            while (!enough.get()) {
                answers.add(peer.say("lobby", "text", "m" + answers.size()));
            }
        }
        return answers;
    }

    private static void assertApplied(TestNode node, String... next) {
        String[] all =
                Stream.concat(TestNode.GENEROUS.stream(), Stream.of(next)).toArray(String[]::new);
        assertThat(node.reload(all)).isInstanceOf(Result.Done.class);
    }
}
