package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.RoomHistory;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node is killed while messages of a held room are edited and deleted, and while an owner shortens the retention of a room: what
 * members do not see any more is among the copies, and room and stream say the same.
 */
@Tag("faults")
class KilledHoldIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int MESSAGES = 60;
    private static final int KILLS = 3;

    /** What members see until it is taken. */
    private static final String ORIGINAL = "original ";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicInteger kept = new AtomicInteger(MESSAGES - 5);
    private final AtomicInteger shortened = new AtomicInteger();
    private String heldRoom = "";
    private String shortRoom = "";
    private int ids;

    @Test
    void embedded_archive_loses_nothing_that_is_held() throws Exception {
        survive("archive.kind=embedded");
    }

    @Test
    void archive_in_postgresql_loses_nothing_that_is_held() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--save", "");
                PostgresServer postgres = PostgresServer.start("fsync=on")) {
            survive(
                    "store.kind=redis",
                    "store.path=null",
                    "store.redis.uri=" + redis.uri(),
                    "archive.kind=postgres",
                    "archive.postgres.uri=" + postgres.uri(postgres.newDatabase()));
        }
    }

    private void survive(String... sets) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        ForkedNode node = ForkedNode.generous(config, sets);
        try {
            heldRoom = create(node);
            shortRoom = create(node);
            List<String> held = say(node, heldRoom);
            say(node, shortRoom);
            assertThat(call(node.adminPort(), "PUT", "/admin/holds/room/" + heldRoom, operator(node), "")
                            .statusCode())
                    .isEqualTo(201);
            for (int kill = 0; kill < KILLS; kill++) {
                killWhileTextsAreTaken(node, held);
                node.close();
                node = ForkedNode.generous(config, sets);
                assertNothingLost(node);
                assertRoomAndStreamAgree(node);
            }
            assertThat(shortened).hasPositiveValue();
            assertThat(copies(node)).contains(ORIGINAL);
        } finally {
            node.close();
        }
    }

    private static String create(ForkedNode node) throws Exception {
        JsonObject form = new JsonObject().put("name", "Room").put("visibility", "private");
        HttpResponse<String> created = rooms(node, "POST", "", form);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return new JsonObject(created.body()).getJsonObject("room").getString("roomId");
    }

    private List<String> say(ForkedNode node, String room) {
        List<String> messages = new ArrayList<>();
        try (ChatPeer ann = node.enter("ann")) {
            ann.join(room);
            for (int i = 0; i < MESSAGES; i++) {
                JsonObject ack = ann.say(room, ORIGINAL + i + ";", "s" + ids++);
                assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
                messages.add(ack.getString("messageId"));
            }
        }
        return messages;
    }

    /** Frames are sent without waiting for their answers, so the node is in the middle of several when it dies. */
    private void killWhileTextsAreTaken(ForkedNode node, List<String> held) throws Exception {
        Thread owner = new Thread(() -> shorten(node));
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(heldRoom);
            owner.start();
            int last = held.size() - MESSAGES / KILLS;
            for (String message : List.copyOf(held.subList(Math.max(0, last), held.size()))) {
                ann.send(amendment("edit_message", message).put("content", "edited"));
                ann.send(amendment("delete_message", message));
                held.remove(message);
                Thread.onSpinWait();
            }
            for (int answers = 1 + random.nextInt(MESSAGES / KILLS); answers > 0; answers--) {
                ann.next("ack");
            }
            node.kill();
        }
        owner.join(Duration.ofSeconds(60).toMillis());
        assertThat(owner.isAlive()).isFalse();
    }

    private JsonObject amendment(String type, String message) {
        return new JsonObject()
                .put("type", type)
                .put("id", "a" + ids++)
                .put("roomId", heldRoom)
                .put("messageId", message);
    }

    private void shorten(ForkedNode node) {
        try {
            while (kept.get() > 1) {
                JsonObject retention = new JsonObject().put("entries", kept.getAndDecrement());
                HttpResponse<String> answer =
                        rooms(node, "PATCH", "/" + shortRoom, new JsonObject().put("retention", retention));
                if (answer.statusCode() == 200) {
                    shortened.incrementAndGet();
                }
            }
        } catch (IOException killed) {
            // what comes behind was not asked for
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertNothingLost(ForkedNode node) throws Exception {
        String copies = copies(node);
        String shown;
        try (ChatPeer ann = node.enter("ann")) {
            ann.join(heldRoom);
            shown = RoomHistory.forwards(ann, heldRoom).messages().toString();
        }
        for (int i = 0; i < MESSAGES; i++) {
            String text = ORIGINAL + i + ";";
            assertThat(shown.contains(text) || copies.contains(text))
                    .as("%s, seed %d", text, seed)
                    .isTrue();
        }
    }

    private String copies(ForkedNode node) throws Exception {
        StringBuilder all = new StringBuilder();
        String path = "/admin/holds/room/" + heldRoom + "/messages?limit=500";
        JsonObject page = new JsonObject(
                call(node.adminPort(), "GET", path, operator(node), "").body());
        while (!page.getJsonArray("messages", new JsonArray()).isEmpty()) {
            all.append(page.getJsonArray("messages").encode());
            String next = path + "&after=" + page.getString("next");
            page = new JsonObject(
                    call(node.adminPort(), "GET", next, operator(node), "").body());
        }
        return all.toString();
    }

    private void assertRoomAndStreamAgree(ForkedNode node) throws Exception {
        JsonObject room = new JsonObject(
                        rooms(node, "GET", "/" + shortRoom, new JsonObject()).body())
                .getJsonObject("room");
        long entries = room.getJsonObject("retention", new JsonObject()).getLong("entries", (long) MESSAGES);
        try (ChatPeer ann = node.enter("ann")) {
            ann.join(shortRoom);
            List<Long> shown = RoomHistory.seqsBefore(ann, shortRoom, Long.MAX_VALUE >> 11);
            long head = shown.get(shown.size() - 1);
            assertThat(shown)
                    .as("%s, seed %d", room.encode(), seed)
                    .containsExactlyElementsOf(LongStream.rangeClosed(Math.max(1, head - entries + 1), head)
                            .boxed()
                            .toList());
        }
    }

    private static String operator(ForkedNode node) {
        return node.token("op", Role.ADMIN, Duration.ofMinutes(10));
    }

    private static HttpResponse<String> rooms(ForkedNode node, String method, String path, JsonObject body)
            throws IOException, InterruptedException {
        return call(node.port(), method, "/api/rooms" + path, node.token("ann"), body.isEmpty() ? "" : body.encode());
    }

    private static HttpResponse<String> call(int port, String method, String path, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .headers("Authorization", "Bearer " + token, "Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }
}
