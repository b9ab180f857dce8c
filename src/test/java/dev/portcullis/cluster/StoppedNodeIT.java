package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.CutoffBody;
import dev.portcullis.streams.redis.RedisStreamStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is paused while a message that passed its gate is on its way to the store, and another node ends the session
 * that sent it (CWE-367). When it arrives only the store can know that it is too late.
 */
@Tag("faults")
@ExtendWith(VertxExtension.class)
class StoppedNodeIT {
    private static final String ROOM = "room-stopped";
    private static final StreamName STREAM = StreamName.room(new RoomId(ROOM));
    private static final String HELD = "the message that is held back";

    /** How long after the end of its session a message may still be appended. */
    private static final long BOUND_MS = 1_000;

    /** The publish timeout: without the fence an append could come so late. */
    private static final long PUBLISHING_MS = 2_800;

    private static final StreamStore.Bounds PLENTY = new StreamStore.Bounds(10_000, 1 << 24);
    private static final List<String> ALL = List.of("edge", "auth", "ratelimit", "rooms", "broadcast");

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;
    private static StreamStore streams;

    @BeforeAll
    static void start(Vertx vertx) throws Exception {
        cluster = ForkedCluster.of(
                folder,
                List.of("whole", "front"),
                List.of(ALL, ALL.subList(0, 4)), // the second node can end sessions on its own
                "sessions.max=1",
                "sessions.onExceeded=evict_oldest",
                "sessions.suspectAfterMs=60000"); // the old session is not suspected, so its node is not asked
        streams = new RedisStreamStore(
                RedisStore.open(vertx, new RedisConfig(cluster.redis().uri(), 30_000, 2_048), (operation, nanos) -> {})
                        .await(30, TimeUnit.SECONDS));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void append_of_a_paused_node_is_refused_a_second_after_its_session_was_ended() throws Exception {
        NodeFork stopped = cluster.whole();
        CuttableProxy proxy = cluster.proxyToRedis(stopped);
        try (JdkPeer ann = JdkPeer.admitted(stopped.ws(), stopped.token("ann", Role.MEMBER))) {
            String session = ann.next("auth_success").getString("sessionId");
            ann.join(ROOM);
            for (int i = 0; i < 20; i++) {
                assertThat(ann.say(ROOM, "before " + i, "b" + i).getString("type"))
                        .isEqualTo("ack");
            }
            proxy.holdFrom(HELD);
            sendChat(ann, HELD, "held");
            assertThat(Await.until(() -> isHeld(proxy, ann)))
                    .as("it has passed the gate")
                    .isTrue();
            long sent = storeTime();
            for (int i = 0; i < 10; i++) {
                sendChat(ann, "behind it " + i, "a" + i);
            }
            stopped.pause();
            long cutOff = endElsewhere(session);
            awaitStoreTime(cutOff + BOUND_MS + 1);
            assertThat(entries(STREAM)).hasSize(20);
            proxy.pass();
            stopped.resume();
            assertThat(ann.ended()).as("it was evicted, or ended with its node").isIn(4005, 1012, 4000);
            awaitStoreTime(sent + PUBLISHING_MS + BOUND_MS); // no attempt lasts longer
            assertThat(lastAppend(STREAM)).isLessThanOrEqualTo(cutOff + BOUND_MS);
            assertThat(entries(STREAM))
                    .hasSize(20)
                    .allSatisfy(entry -> assertThat(text(entry)).contains("before "));
        }
        try (JdkPeer bob = JdkPeer.admitted(stopped.ws(), stopped.token("bob", Role.MEMBER))) {
            bob.next("auth_success");
            bob.join(ROOM);
            assertThat(bob.say(ROOM, "all is well", "b").getString("type")).isEqualTo("ack");
        }
    }

    /** Connects the same user at the other node; only one session is allowed. Returns when the first was cut off. */
    private static long endElsewhere(String session) {
        NodeFork other = cluster.nodes().get(1);
        StreamName cutoffs =
                StreamName.cutoffs(StreamName.inbox(new UserId("ann")).lane());
        var unused = CompletableFuture.supplyAsync(() -> JdkPeer.admitted(other.ws(), other.token("ann", Role.MEMBER)))
                .whenComplete((peer, refused) -> Optional.ofNullable(peer).ifPresent(JdkPeer::close));
        assertThat(Await.until(() -> entries(cutoffs).stream()
                        .flatMap(entry -> CutoffBody.decode(entry.body()).stream())
                        .anyMatch(cutoff -> cutoff instanceof SessionEnded ended
                                && ended.sessionId().equals(session))))
                .isTrue();
        return lastAppend(cutoffs);
    }

    /** Sends it again where the node was too busy to take it. */
    private static boolean isHeld(CuttableProxy proxy, JdkPeer sender) {
        if (!proxy.isHolding() && sender.hasHeard("error")) {
            assertThat(sender.next("error").getString("reason")).isEqualTo("unavailable");
            sendChat(sender, HELD, "held");
        }
        return proxy.isHolding();
    }

    private static void sendChat(JdkPeer peer, String content, String id) {
        peer.send(new JsonObject()
                .put("type", "chat")
                .put("roomId", ROOM)
                .put("content", content)
                .put("id", id));
    }

    /** By the store's clock. An entry's own timestamp is that of its attempt. */
    private static long lastAppend(StreamName stream) {
        return new RedisConsole(cluster.redis())
                .count("HGET", RedisKeys.of(stream.lane(), "m", stream.value()), "touched");
    }

    private static List<StreamEntry> entries(StreamName stream) {
        try {
            return streams.after(stream, 0, PLENTY).await(30, TimeUnit.SECONDS).entries();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static String text(StreamEntry entry) {
        return new String(entry.body(), StandardCharsets.UTF_8);
    }

    private static void awaitStoreTime(long millis) {
        assertThat(Await.until(() -> storeTime() >= millis)).isTrue();
    }

    private static long storeTime() {
        List<String> time =
                new RedisConsole(cluster.redis()).ask("TIME").lines().toList();
        return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
    }
}
