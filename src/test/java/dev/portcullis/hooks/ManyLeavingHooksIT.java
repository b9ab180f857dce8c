package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each session that was told to be in a room is told to have left it, however many leave at once and whatever is killed. */
@Tag("faults")
@ExtendWith(VertxExtension.class)
class ManyLeavingHooksIT {
    private static final int CLIENTS = 100;
    private static final List<String> ROOMS =
            IntStream.range(0, 8).mapToObj(number -> "many-" + number).toList();
    private static final int JOINED = CLIENTS * ROOMS.size();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Set<String> OF_ROOMS = Set.of("room.joined", "room.left");

    @TempDir
    Path folder;

    @Test
    void many_who_leave_at_once_and_whose_node_is_killed_meanwhile_are_told_to_have_left_on_the_embedded_store(
            Vertx vertx) throws Exception {
        survive(vertx, "the embedded store");
    }

    @Test
    void many_who_leave_at_once_and_whose_node_is_killed_meanwhile_are_told_to_have_left_on_redis(Vertx vertx)
            throws Exception {
        try (RedisProcess redis = RedisProcess.startKeeping()) {
            survive(vertx, "Redis", "store.kind=redis", "store.redis.uri=" + redis.uri());
        }
    }

    private void survive(Vertx vertx, String store, String... sets) throws Exception {
        Path config = ForkedNode.configIn(folder);
        try (Receiver receiver = new Receiver(vertx)) {
            String[] all =
                    Stream.of(sets, telling(receiver)).flatMap(Stream::of).toArray(String[]::new);
            try (ForkedNode node = ForkedNode.generous(config, all)) {
                cut(enter(node, "first"));
                awaitLeft(receiver, JOINED);
                judge(receiver, JOINED);
                assertThat(leavings(receiver)).containsOnly("ended");
                List<JdkPeer> second = enter(node, "second");
                assertThat(Await.until(() -> ids(receiver, "room.joined").size() == 2 * JOINED, PATIENCE))
                        .isTrue();
                cut(second.subList(0, CLIENTS / 2));
                assertThat(Await.until(() -> ids(receiver, "room.left").size() > JOINED, PATIENCE))
                        .isTrue();
                node.kill();
                cut(second);
            }
            try (ForkedNode next = ForkedNode.generous(config, all)) {
                next.awaitReadiness(200);
                awaitLeft(receiver, 2 * JOINED);
                judge(receiver, 2 * JOINED);
                assertThat(leavings(receiver)).contains("node_lost");
            }
            System.out.printf(
                    "hooks of many who leave on %s: %d sessions entered %d rooms each and left at once, half of them as their node was"
                            + " killed; %d joined, %d left%n",
                    store,
                    2 * CLIENTS,
                    ROOMS.size(),
                    ids(receiver, "room.joined").size(),
                    ids(receiver, "room.left").size());
        }
    }

    /** Fewer connections than subscriptions: so many ends at once were once too many. */
    private static String[] telling(Receiver receiver) {
        return new String[] {
            "limits.connectionsPerNode=" + 2 * CLIENTS,
            "rooms.public=" + new JsonArray(ROOMS).encode(),
            "hooks.http.url=" + receiver.url(),
            "hooks.http.secret=" + Receiver.SECRET,
            "hooks.pollMs=20",
            "hooks.retryMs=50",
            "hooks.longestRetryMs=500"
        };
    }

    private static List<JdkPeer> enter(ForkedNode node, String name) {
        List<JdkPeer> peers = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            JdkPeer peer = node.enter(name + "-" + client);
            ROOMS.forEach(peer::join);
            peers.add(peer);
        }
        return peers;
    }

    private static void cut(List<JdkPeer> peers) {
        peers.parallelStream().forEach(JdkPeer::cut);
    }

    private static void awaitLeft(Receiver receiver, int count) {
        Await.until(() -> ids(receiver, "room.left").size() >= count, PATIENCE);
        assertThat(ids(receiver, "room.left")).hasSize(count);
    }

    private static void judge(Receiver receiver, int joined) {
        assertThat(ids(receiver, "room.joined")).hasSize(joined);
        Map<String, List<String>> bySession = new HashMap<>();
        firstTaken(receiver)
                .forEach(event -> bySession
                        .computeIfAbsent(
                                event.getString("key")
                                        + event.getJsonObject("data").getString("sessionId"),
                                any -> new ArrayList<>())
                        .add(event.getString("type")));
        assertThat(bySession).hasSize(joined);
        assertThat(bySession.values()).allMatch(List.of("room.joined", "room.left")::equals);
    }

    private static Set<String> leavings(Receiver receiver) {
        return firstTaken(receiver)
                .filter(event -> event.getString("type").equals("room.left"))
                .map(event -> event.getString("cause"))
                .collect(Collectors.toSet());
    }

    /** Each event where it came first. */
    private static Stream<JsonObject> firstTaken(Receiver receiver) {
        Map<String, JsonObject> byId = new LinkedHashMap<>();
        receiver.taken().stream()
                .filter(event -> OF_ROOMS.contains(event.getString("type")))
                .forEach(event -> byId.putIfAbsent(event.getString("id"), event));
        return byId.values().stream();
    }

    private static Set<String> ids(Receiver receiver, String type) {
        return receiver.taken().stream()
                .filter(event -> event.getString("type").equals(type))
                .map(event -> event.getString("id"))
                .collect(Collectors.toSet());
    }
}
