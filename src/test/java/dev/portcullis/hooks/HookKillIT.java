package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that was acknowledged is lost to the application when nodes and the application itself are killed (CWE-404). */
@Tag("faults")
class HookKillIT {
    private static final List<String> ROOMS = List.of("lobby", "room-1", "room-2");
    private static final int ROUNDS = 4;
    private static final int MESSAGES = 60;
    private static final Duration LEASE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Set<String> acknowledged = new LinkedHashSet<>();

    /** Of each user the session that the client uses: the answer to another one may have come too late. */
    private final Map<String, String> sessions = new HashMap<>();

    private final Set<String> lost = new HashSet<>();
    private int left;

    @Test
    void killed_node_with_its_own_store_and_killed_application_lose_no_event() throws Exception {
        survive("embedded store");
    }

    @Test
    void killed_node_on_redis_and_killed_application_lose_no_event() throws Exception {
        try (RedisProcess redis = RedisProcess.startKeeping()) {
            survive("Redis", onRedis(redis));
        }
    }

    /** The others go on, and tell of the end of its sessions. */
    @Test
    void killed_node_of_three_and_killed_application_lose_no_event() throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        List<ForkedNode> nodes = new ArrayList<>();
        try (RedisProcess redis = RedisProcess.startKeeping();
                KilledApplication application = new KilledApplication(folder, seed)) {
            List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
            String members =
                    ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(",", "[", "]"));
            for (int port : ports) {
                nodes.add(ForkedNode.generous(
                        config,
                        Stream.of(onRedis(redis), telling(application), new String[] {
                                    "cluster.enabled=true",
                                    "cluster.port=" + port,
                                    "cluster.bus.port=0",
                                    "cluster.members=" + members
                                })
                                .flatMap(Stream::of)
                                .toArray(String[]::new)));
            }
            List<ChatPeer> leaving = peers(nodes.get(0), "first");
            awaitToldOf("first", application);
            talk(leaving, application);
            List<ChatPeer> staying = peers(nodes.get(1), "second");
            nodes.get(0).kill();
            lose("first");
            talk(staying, application);
            judge(application, "three nodes");
            assertThat(staying).allMatch(ChatPeer::isOpen);
            for (String room : ROOMS) {
                String session = session("second", room);
                // the killed node may have had it in hand: then others deliver it, but only when its claim has ended
                assertThat(Await.until(() -> types(application.taken(), session).contains("session.opened"), LEASE))
                        .as("the application knows second-%s", room)
                        .isTrue();
                assertThat(types(application.taken(), session))
                        .as("the others are still there")
                        .doesNotContain("session.closed");
            }
        } finally {
            nodes.forEach(ForkedNode::close);
        }
    }

    private void survive(String what, String... store) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        try (KilledApplication application = new KilledApplication(folder, seed)) {
            String[] sets =
                    Stream.of(store, telling(application)).flatMap(Stream::of).toArray(String[]::new);
            for (int round = 0; round < ROUNDS; round++) {
                try (ForkedNode node = ForkedNode.generous(config, sets)) {
                    List<ChatPeer> peers = peers(node, "user" + round);
                    awaitToldOf("user" + round, application);
                    talk(peers, application);
                    node.kill();
                    lose("user" + round);
                }
            }
            ForkedNode last = ForkedNode.generous(config, sets);
            try {
                judge(application, what);
            } finally {
                last.close();
            }
        }
    }

    private static String[] onRedis(RedisProcess redis) {
        return new String[] {"store.kind=redis", "store.redis.uri=" + redis.uri(), "store.redis.timeoutMs=900"};
    }

    private static String[] telling(KilledApplication application) {
        return new String[] {
            "direct.allow=anyone",
            "hooks.http.url=" + application.url(),
            "hooks.http.secret=" + KilledApplication.SECRET,
            "hooks.http.deadlineMs=1000",
            "hooks.batch=7",
            "hooks.pollMs=20",
            "hooks.retryMs=50",
            "hooks.longestRetryMs=500"
        };
    }

    /** One in each room. */
    private List<ChatPeer> peers(ForkedNode node, String name) {
        List<ChatPeer> peers = new ArrayList<>();
        for (String room : ROOMS) {
            String user = name + "-" + room;
            ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
            sessions.put(user, peer.next("auth_success").getString("sessionId"));
            peer.join(room);
            peers.add(peer);
        }
        return peers;
    }

    /** That a session is in a room is reported behind the answer: the end of one that is lost before is not told. */
    private void awaitToldOf(String name, KilledApplication application) {
        List<String> told = List.of("session.opened", "room.joined");
        for (String room : ROOMS) {
            assertThat(Await.until(
                            () -> types(application.taken(), session(name, room))
                                    .containsAll(told),
                            LEASE))
                    .as("the application knows %s-%s", name, room)
                    .isTrue();
        }
    }

    private String session(String name, String room) {
        return Objects.requireNonNull(sessions.get(name + "-" + room));
    }

    /** Each fourth message is a direct one. The application is away for a part of them. */
    private void talk(List<ChatPeer> peers, KilledApplication application) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            int at = random.nextInt(ROOMS.size());
            String id = "m-" + acknowledged.size();
            JsonObject ack = i % 4 == 0
                    ? peers.get(at)
                            .ask(new JsonObject()
                                    .put("type", "chat_message")
                                    .put("recipientId", "reader-" + at)
                                    .put("content", "direct")
                                    .put("id", id))
                    : peers.get(at).say(ROOMS.get(at), "text", id);
            assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
            acknowledged.add(ack.getString("messageId"));
            if (i == MESSAGES / 3) {
                application.kill();
            } else if (i == 2 * MESSAGES / 3) {
                application.start();
            }
        }
    }

    private void lose(String name) {
        ROOMS.forEach(room -> lost.add(session(name, room)));
        left++;
    }

    private void judge(KilledApplication application, String what) {
        Await.until(() -> ids(application.taken()).containsAll(acknowledged), LEASE);
        assertThat(ids(application.taken())).containsAll(acknowledged);
        for (String session : lost) {
            Await.until(() -> types(application.taken(), session).contains("session.closed"), LEASE);
            assertThat(types(application.taken(), session).stream()
                            .filter(type -> type.startsWith("session."))
                            .distinct())
                    .as(session)
                    .containsExactly("session.opened", "session.closed");
            assertThat(application.taken().stream()
                            .filter(event -> session.equals(sessionId(event)))
                            .filter(event -> event.getString("type").equals("session.closed"))
                            .map(event -> event.getString("cause")))
                    .containsOnly("node_lost");
        }
        for (String room : ROOMS) {
            Await.until(() -> leavings(application, room).size() >= left, LEASE);
            assertThat(leavings(application, room)).as("who left " + room).hasSize(left);
        }
        for (String key : application.taken().stream()
                .map(event -> event.getString("key"))
                .collect(Collectors.toSet())) {
            Set<String> seen = new HashSet<>();
            assertThat(application.taken().stream()
                            .filter(event -> key.equals(event.getString("key")))
                            .filter(event -> seen.add(event.getString("id")))
                            .map(event -> event.getLong("time")))
                    .as(key)
                    .isSorted();
        }
        List<JsonObject> all = application.taken();
        System.out.printf(
                "hooks on %s: %d nodes and %d applications killed with SIGKILL; %d messages acknowledged, 0 lost; %d"
                        + " events delivered, of which %d were repeats%n",
                what, left, application.kills(), acknowledged.size(), all.size(), all.size() - ids(all).size());
    }

    private static Set<String> leavings(KilledApplication application, String room) {
        return application.taken().stream()
                .filter(event -> ("room:" + room).equals(event.getString("key")))
                .filter(event -> event.getString("type").equals("room.left"))
                .map(event -> event.getString("id"))
                .collect(Collectors.toSet());
    }

    private static Set<String> ids(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("id")).collect(Collectors.toSet());
    }

    private static List<String> types(List<JsonObject> events, String session) {
        return events.stream()
                .filter(event -> session.equals(sessionId(event)))
                .map(event -> event.getString("type"))
                .toList();
    }

    private static @Nullable String sessionId(JsonObject event) {
        return event.getJsonObject("data").getString("sessionId");
    }
}
