package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that was acknowledged is lost to the application when nodes and the application itself are killed (CWE-404). */
@Tag("faults")
class HookKillIT {
    private static final List<String> ROOMS = List.of("lobby", "room-1", "room-2");
    private static final int ROUNDS = 4;
    private static final int MESSAGES = 60;
    private static final Duration LEASE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private final Set<String> sessions = new HashSet<>();

    @Test
    void killed_node_with_its_own_store_and_killed_application_lose_no_event() throws Exception {
        survive();
    }

    @Test
    void killed_node_on_redis_and_killed_application_lose_no_event() throws Exception {
        try (RedisProcess redis = RedisProcess.startKeeping()) {
            survive("store.kind=redis", "store.redis.uri=" + redis.uri(), "store.redis.timeoutMs=900");
        }
    }

    private void survive(String... store) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        try (Receiver receiver = new Receiver()) {
            List<String> sets = new ArrayList<>(List.of(store));
            sets.addAll(List.of(
                    "hooks.http.url=" + receiver.url(),
                    "hooks.http.secret=" + Receiver.SECRET,
                    "hooks.http.deadlineMs=1000",
                    "hooks.batch=7",
                    "hooks.pollMs=20",
                    "hooks.retryMs=50",
                    "hooks.longestRetryMs=500"));
            Random fate = new Random(random.nextLong());
            receiver.answers(batch -> fate.nextInt(5) == 0 ? -1 : 204);
            for (int round = 0; round < ROUNDS; round++) {
                try (ForkedNode node = ForkedNode.generous(config, sets.toArray(String[]::new))) {
                    talk(node, round, receiver);
                    node.kill();
                }
            }
            ForkedNode last = ForkedNode.generous(config, sets.toArray(String[]::new));
            try {
                judge(receiver);
            } finally {
                last.close();
            }
        }
    }

    private void talk(ForkedNode node, int round, Receiver receiver) throws Exception {
        List<ChatPeer> peers = new ArrayList<>();
        for (String room : ROOMS) {
            ChatPeer peer = node.enter("user-" + room + "-" + round);
            peer.join(room);
            peers.add(peer);
        }
        for (int i = 0; i < MESSAGES; i++) {
            int at = random.nextInt(ROOMS.size());
            JsonObject ack = peers.get(at).say(ROOMS.get(at), "text", round + "-" + i);
            assertThat(ack.getString("type")).isEqualTo("ack");
            acknowledged.add(ack.getString("messageId"));
            if (i == MESSAGES / 2) {
                receiver.restart();
            }
        }
        sessions.addAll(
                ROOMS.stream().map(room -> "user:user-" + room + "-" + round).toList());
    }

    private void judge(Receiver receiver) {
        Await.until(() -> ids(receiver.taken()).containsAll(acknowledged), LEASE);
        assertThat(ids(receiver.taken())).containsAll(acknowledged);
        for (String user : sessions) {
            Await.until(() -> types(receiver.taken(user)).contains("session.closed"), LEASE);
            assertThat(new LinkedHashSet<>(types(receiver.taken(user))))
                    .as(user)
                    .containsExactly("session.opened", "session.closed");
            JsonObject closed = receiver.taken(user).get(receiver.taken(user).size() - 1);
            assertThat(closed.getString("cause")).isEqualTo("node_lost");
        }
        for (String room : ROOMS) {
            Await.until(
                    () -> types(receiver.taken("room:" + room)).stream()
                                    .filter("room.left"::equals)
                                    .count()
                            >= ROUNDS,
                    LEASE);
            Set<String> seen = new HashSet<>();
            assertThat(receiver.taken("room:" + room).stream()
                            .filter(event -> event.getString("type").equals("room.left"))
                            .map(event -> event.getString("id"))
                            .distinct())
                    .as("who left " + room)
                    .hasSize(ROUNDS);
            List<Long> times = receiver.taken("room:" + room).stream()
                    .filter(event -> seen.add(event.getString("id")))
                    .map(event -> event.getLong("time"))
                    .toList();
            assertThat(times).isSorted();
        }
        List<JsonObject> all = receiver.taken();
        System.out.println("acknowledged " + acknowledged.size() + ", delivered " + all.size() + " events, of which "
                + (all.size() - ids(all).size()) + " were repeats");
    }

    private static Set<String> ids(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("id")).collect(Collectors.toSet());
    }

    private static List<String> types(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("type")).toList();
    }
}
