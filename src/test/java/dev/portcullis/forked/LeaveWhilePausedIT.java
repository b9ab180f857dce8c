package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user leaves a private room, or is removed, on one node while the node of their connection is paused, and the entry that
 * says so is trimmed before that node goes on (CWE-863).
 */
@Tag("faults")
class LeaveWhilePausedIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int KEPT = 20;

    /** Longer than a link between nodes waits for an answer: from then on it drops what it would send. */
    private static final Duration LINK_IS_DOWN = Duration.ofMillis(4_500);

    /** Longer than a read of a lane counts. */
    private static final Duration LANES_ARE_STALE = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final RedisProcess redis = RedisProcess.start();
    private final List<Integer> ports =
            Stream.generate(FreePort::find).distinct().limit(2).toList();
    private final List<ChatPeer> peers = new ArrayList<>();
    private String room = "";
    private ForkedNode deciding;
    private ForkedNode paused;
    private ChatPeer owner;
    private ChatPeer leaver;
    private ChatPeer stayer;

    @BeforeEach
    void open() throws Exception {
        deciding = start(0, List.of());
        paused = start(1, List.of("stages={\"edge\": 1}"));
        owner = enter(deciding, "owner");
        leaver = enter(paused, "leaver");
        stayer = enter(paused, "stayer");
        HttpResponse<String> created =
                call("POST", "", "owner", new JsonObject().put("name", "Secret").put("visibility", "private"));
        assertThat(created.statusCode()).isEqualTo(201);
        room = new JsonObject(created.body()).getJsonObject("room").getString("roomId");
        for (String member : List.of("leaver", "stayer")) {
            assertThat(call("PUT", members(member), "owner", new JsonObject().put("role", "member"))
                            .statusCode())
                    .isEqualTo(204);
        }
        for (ChatPeer each : List.of(owner, leaver, stayer)) {
            each.join(room);
        }
        owner.say(room, "hello", "hello");
        leaver.next("chat");
        stayer.next("chat");
    }

    @AfterEach
    void close() {
        peers.forEach(ChatPeer::close);
        Stream.of(deciding, paused).filter(node -> node != null).forEach(ForkedNode::close);
        redis.close();
    }

    @Test
    void user_who_left_by_a_call_hears_nothing_behind_it() throws Exception {
        whilePaused(() -> assertThat(call("DELETE", members("leaver"), "leaver", new JsonObject())
                        .statusCode())
                .isEqualTo(204));
    }

    @Test
    void user_who_was_removed_hears_nothing_behind_it() throws Exception {
        whilePaused(() -> assertThat(owner.ask(new JsonObject()
                                .put("type", "remove_user")
                                .put("roomId", room)
                                .put("userId", "leaver")
                                .put("id", "removal"))
                        .getString("type"))
                .isEqualTo("ack"));
    }

    /** Their callers have given up, and have done something else at another node. */
    @Test
    void calls_that_waited_at_the_paused_node_undo_nothing() throws Exception {
        String body = role("moderator").encode();
        try (Socket half = caller()) {
            send(half, head("PUT", members("half"), body));
            assertThat(Await.until(() -> call(paused, "GET", "", "owner", new JsonObject()) == 200))
                    .as("what came before is read")
                    .isTrue();
            paused.process().pause();
            long pausedAt = System.nanoTime();
            try {
                send(half, body);
                try (Socket whole = caller()) {
                    send(whole, head("PUT", members("leaver"), body) + body);
                }
                Await.until(() -> System.nanoTime() - pausedAt >= LINK_IS_DOWN.toNanos());
                assertThat(call("DELETE", members("leaver"), "owner", new JsonObject())
                                .statusCode())
                        .isEqualTo(204);
            } finally {
                paused.process().goOn();
            }
        }
        assertThat(Await.until(() -> call(paused, "PUT", members("another"), "owner", role("member")) == 204))
                .as("a call from behind the pause is done")
                .isTrue();
        for (String user : List.of("leaver", "half")) {
            assertThat(call("GET", "/" + room, user, new JsonObject()).statusCode())
                    .as(user)
                    .isEqualTo(404);
        }
    }

    private Socket caller() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), paused.port());
    }

    private String head(String method, String path, String body) {
        return method + " /api/rooms" + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + paused.port()
                + "\r\nAuthorization: Bearer " + paused.token("owner")
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
    }

    private static void send(Socket caller, String text) throws IOException {
        caller.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static JsonObject role(String role) {
        return new JsonObject().put("role", role);
    }

    /** A presence change is not stored, so it comes without the entry that ends the membership, and maybe before it. */
    @Test
    void user_who_left_is_not_told_who_comes_behind_it() throws Exception {
        assertThat(call("PUT", members("late"), "owner", new JsonObject().put("role", "member"))
                        .statusCode())
                .isEqualTo(204);
        ChatPeer late = enter(deciding, "late");
        for (ChatPeer each : List.of(leaver, stayer)) {
            each.send(new JsonObject().put("type", "join").put("roomId", room).put("presence", true));
            each.next("joined");
        }
        paused.process().pause();
        long pausedAt = System.nanoTime();
        try {
            for (int i = 0; i < KEPT / 2; i++) {
                owner.say(room, "before " + i, "b" + i); // a change could overtake them all, and the removal
            }
            assertThat(call("DELETE", members("leaver"), "leaver", new JsonObject())
                            .statusCode())
                    .isEqualTo(204);
            late.join(room);
            Await.until(() -> System.nanoTime() - pausedAt >= LANES_ARE_STALE.toNanos());
        } finally {
            paused.process().goOn();
        }
        stayer.next(frame -> tells(frame, "late", true) || tells(frame, "leaver", false), "change of the room");
        assertThat(Await.until(() -> leaver.hasHeard("left") || leaver.hasHeard("member_removed")))
                .isTrue();
        leaver.ask(new JsonObject().put("type", "ping").put("id", "last"));
        assertThat(leaver.rest()).noneMatch(frame -> tells(frame, "late", true));
    }

    private static boolean tells(JsonObject frame, String user, boolean online) {
        return "presence_change".equals(frame.getString("type"))
                && frame.getJsonArray("changes")
                        .contains(new JsonObject().put("userId", user).put("online", online));
    }

    private interface Leaving {
        void run() throws Exception;
    }

    private void whilePaused(Leaving leaving) throws Exception {
        paused.process().pause();
        long pausedAt = System.nanoTime();
        try {
            owner.say(room, "before", "before"); // for its answer the link waits
            Await.until(() -> System.nanoTime() - pausedAt >= LINK_IS_DOWN.toNanos());
            leaving.run();
            for (int i = 0; i < 2 * KEPT; i++) {
                assertThat(owner.say(room, "secret " + i, "s" + i).getString("type"))
                        .isEqualTo("ack");
            }
        } finally {
            paused.process().goOn();
        }
        assertThat(Await.until(() -> leaver.hasHeard("left") || leaver.hasHeard("member_removed") || !leaver.isOpen()))
                .as("the client is told, or has to come back")
                .isTrue();
        if (!stayer.isOpen()) {
            stayer = enter(paused, "stayer");
        }
        stayer.join(room);
        owner.say(room, "at last", "last");
        stayer.next(frame -> "at last".equals(frame.getString("content")), "the last message");
        assertThat(leaver.rest())
                .filteredOn(frame -> room.equals(frame.getString("roomId")))
                .noneMatch(frame ->
                        frame.encode().contains("secret ") || frame.encode().contains("at last"));
    }

    private String members(String user) {
        return "/" + room + "/members/" + user;
    }

    private HttpResponse<String> call(String method, String path, String user, JsonObject body) throws Exception {
        return HTTP.send(request(deciding, method, path, user, body), HttpResponse.BodyHandlers.ofString());
    }

    private int call(ForkedNode at, String method, String path, String user, JsonObject body) {
        try {
            return HTTP.send(request(at, method, path, user, body), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static HttpRequest request(ForkedNode at, String method, String path, String user, JsonObject body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + "/api/rooms" + path))
                .timeout(Duration.ofSeconds(30))
                .headers("Authorization", "Bearer " + at.token(user), "Content-Type", "application/json")
                .method(
                        method,
                        List.of("DELETE", "GET").contains(method)
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
    }

    private ChatPeer enter(ForkedNode node, String user) {
        ChatPeer peer = node.enter(user);
        peers.add(peer);
        return peer;
    }

    private ForkedNode start(int at, List<String> sets) throws Exception {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        List<String> all = new ArrayList<>(List.of(
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                "streams.room.entries=" + KEPT,
                "cluster.enabled=true",
                "cluster.port=" + ports.get(at),
                "cluster.bus.port=0",
                "cluster.members=" + members.encode(),
                "rooms.adding=direct",
                "drain.windowMs=0"));
        all.addAll(sets);
        return ForkedNode.generous(ForkedNode.configIn(folder), all.toArray(String[]::new));
    }
}
