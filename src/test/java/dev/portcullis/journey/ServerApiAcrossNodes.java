package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What the application's own server does at one node, and users see at others. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServerApiAcrossNodes {
    static final String KEY = "a-key-of-this-test-only";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    Site node;

    /**
     * The server under test.
     *
     * @param admin the operators' listener of one of its nodes
     * @param tokens makes tokens of a role
     */
    record Site(TestServer server, Function<String, URI> admin, BiFunction<String, Role, String> tokens) {
        URI ws() {
            return server.ws();
        }

        String token(String user, String... rooms) {
            return server.token(user, rooms);
        }
    }

    /** Starts the server for all tests. */
    abstract Site site(String... settings) throws Exception;

    @BeforeAll
    void start() throws Exception {
        node = site("admin.apiKey=\"" + KEY + "\"", "admin.messages.undelivered=3");
    }

    @AfterAll
    void stop() throws Exception {
        if (node != null) {
            node.server().close();
        }
    }

    @Test
    void message_of_the_server_reaches_the_members_of_the_room() throws Exception {
        try (JdkPeer ann = member("ann", "news")) {
            HttpResponse<String> response = post(
                    "/admin/rooms/news/messages",
                    new JsonObject()
                            .put("content", "<b>Sale</b> & more <script>")
                            .put("username", "Shop"));
            assertThat(response.statusCode()).isEqualTo(201);
            JsonObject stored = new JsonObject(response.body());
            JsonObject chat = ann.next("chat");
            assertThat(chat.getString("messageId")).isEqualTo(stored.getString("messageId"));
            assertThat(chat.getString("epoch")).isEqualTo(stored.getString("epoch"));
            assertThat(chat.getLong("seq")).isEqualTo(stored.getLong("seq")).isEqualTo(1);
            assertThat(chat.getString("userId")).isEqualTo("system");
            assertThat(chat.getString("username")).isEqualTo("Shop");
            assertThat(chat.getString("content")).isEqualTo("<b>Sale</b> &amp; more ");
        }
    }

    @Test
    void call_repeated_under_its_key_is_published_once() throws Exception {
        try (JdkPeer ann = member("ann", "again")) {
            JsonObject body = new JsonObject()
                    .put("messages", new JsonArray(List.of(content("one"), content("two"), content("one"))));
            String first = post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77")
                    .body();
            assertThat(post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77")
                            .body())
                    .isEqualTo(first);
            body.getJsonArray("messages").getJsonObject(1).put("content", "other");
            JsonArray changed = new JsonObject(post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77")
                            .body())
                    .getJsonArray("results");
            assertThat(changed.getJsonObject(1).getJsonObject("error").getString("reason"))
                    .isEqualTo("conflict");
            assertThat(post("/admin/rooms/again/messages", content("last")).statusCode())
                    .isEqualTo(201);
            for (String expected : List.of("one", "two", "one", "last")) {
                assertThat(ann.next("chat").getString("content")).isEqualTo(expected);
            }
        }
    }

    /** Two workers of an application that take the same job. */
    @Test
    void calls_at_the_same_time_under_one_key_publish_once_and_have_one_answer() throws Exception {
        try (JdkPeer ann = member("ann", "race")) {
            JsonObject body = new JsonObject().put("messages", new JsonArray(List.of(content("one"), content("two"))));
            ExecutorService workers = Executors.newFixedThreadPool(20);
            Set<String> answers = new HashSet<>();
            try {
                List<Future<HttpResponse<String>>> calls = workers.invokeAll(
                        Collections.nCopies(20, () -> takenWhole("/admin/rooms/race/messages", body, "job-1")));
                for (Future<HttpResponse<String>> call : calls) {
                    answers.add(call.get(30, TimeUnit.SECONDS).body());
                }
            } finally {
                workers.shutdownNow();
            }
            assertThat(answers).singleElement().asString().doesNotContain("error");
            post("/admin/rooms/race/messages", content("last"));
            for (String expected : List.of("one", "two", "last")) {
                assertThat(ann.next("chat").getString("content")).isEqualTo(expected);
            }
        }
    }

    @Test
    void message_to_a_user_reaches_open_sessions_and_waits_for_later_ones() throws Exception {
        try (JdkPeer dora = JdkPeer.admitted(node.ws(), node.token("dora"))) {
            dora.next("auth_success");
            String id = new JsonObject(
                            post("/admin/users/dora/messages", content("hi")).body())
                    .getString("messageId");
            JsonObject now = dora.next("chat_message");
            assertThat(now.getString("messageId")).isEqualTo(id);
            assertThat(now.getString("userId")).isEqualTo("system");
            assertThat(now.getString("recipientId")).isEqualTo("dora");
        }
        post("/admin/users/dora/messages", content("later"));
        try (JdkPeer dora = JdkPeer.admitted(node.ws(), node.token("dora"))) {
            dora.next("auth_success");
            assertThat(dora.next("chat_message").getString("content")).isEqualTo("hi");
            assertThat(dora.next("chat_message").getString("content")).isEqualTo("later");
        }
    }

    @Test
    void member_is_added_shown_and_removed() throws Exception {
        String path = "/admin/rooms/team/members/mia";
        assertThat(put(path, "{\"role\":\"moderator\"}")).isEqualTo(204);
        try (JdkPeer mia = JdkPeer.admitted(node.ws(), node.token("mia"))) {
            mia.next("auth_success");
            mia.join("team");
            post("/admin/rooms/team/messages", content("x"));
            mia.next("chat");
            JsonObject room = awaited("team", each -> each.getBoolean("complete"));
            assertThat(room.getLong("seq")).isEqualTo(1);
            assertThat(room.getString("epoch")).isNotEmpty();
            assertThat(room.getInteger("connections")).isEqualTo(1);
            assertThat(room.getBoolean("complete")).isTrue();
            JsonObject presence = awaited("team", each -> countIn(each) == 1).getJsonObject("presence");
            assertThat(presence.getJsonArray("users").encode()).isEqualTo("[{\"userId\":\"mia\",\"sessions\":1}]");
            assertThat(presence.getBoolean("more")).isFalse();
            assertThat(presence.getLong("version")).isPositive();
            JsonObject behind =
                    awaited("team?presentAfter=mia", each -> countIn(each) == 1).getJsonObject("presence");
            assertThat(behind.getJsonArray("users")).isEmpty();
            assertThat(room.getJsonArray("members").encode())
                    .isEqualTo("[{\"userId\":\"mia\",\"role\":\"moderator\"}]");

            assertThat(delete(path)).isEqualTo(204);

            assertThat(mia.next("member_removed").getString("userId")).isEqualTo("mia");
            assertThat(mia.say("team", "still here?", "s1").getString("reason")).isEqualTo("not_member");
            assertThat(Await.until(() -> inspect("team").getInteger("connections") == 0))
                    .isTrue();
            awaited("team", each -> countIn(each) == 0);
        }
        assertThat(inspect("team").getJsonArray("members")).isEmpty();
        assertThat(put(path, "{\"role\":\"member\"}")).isEqualTo(204);
        try (JdkPeer mia = JdkPeer.admitted(node.ws(), node.token("mia"))) {
            mia.next("auth_success");
            mia.join("team");
        }
    }

    @Test
    void user_is_exported_and_deleted_and_the_messages_that_stay_lose_their_author() throws Exception {
        put("/admin/rooms/old/members/leo", "{\"role\":\"member\"}");
        try (JdkPeer leo = JdkPeer.admitted(node.ws(), node.token("leo", "seen"));
                JdkPeer kim = JdkPeer.admitted(node.ws(), node.token("kim", "seen"))) {
            leo.next("auth_success");
            kim.next("auth_success");
            leo.join("seen");
            kim.join("seen");
            leo.say("seen", "I was here", "l1");
            kim.say("seen", "hello leo", "k1");
            direct(leo, "kim", "psst", "d1");
            direct(kim, "leo", "what?", "d2");

            JsonObject data = export("leo");

            assertThat(data.getJsonArray("rooms").encode()).isEqualTo("[{\"roomId\":\"old\",\"role\":\"member\"}]");
            assertThat(data.getJsonArray("sessions")).hasSize(1);
            assertThat(data.getJsonArray("uploads")).isEmpty();
            assertThat(data.getJsonObject("inbox").getJsonArray("messages").stream()
                            .map(each -> ((JsonObject) each).getString("content")))
                    .containsExactly("psst", "what?");

            assertThat(delete("/admin/users/leo")).isEqualTo(204);

            assertThat(leo.ended()).isEqualTo(1008);
            JsonArray messages = kim.ask(new JsonObject()
                            .put("type", "history")
                            .put("roomId", "seen")
                            .put("id", "h1"))
                    .getJsonArray("messages");
            assertThat(messages.getJsonObject(0).getString("userId")).isEqualTo("deleted");
            assertThat(messages.getJsonObject(0).getString("content")).isEqualTo("I was here");
            assertThat(messages.getJsonObject(1).getString("userId")).isEqualTo("kim");
        }
        JsonObject left = export("leo");
        assertThat(left.getJsonArray("rooms")).isEmpty();
        assertThat(left.getJsonArray("sessions")).isEmpty();
        assertThat(left.getJsonObject("inbox").getJsonArray("messages")).isEmpty();
        assertThat(export("kim").getJsonObject("inbox").getJsonArray("messages").stream()
                        .map(each -> ((JsonObject) each).getString("userId")))
                .containsExactly("deleted", "kim");
        assertThat(delete("/admin/users/leo")).as("the same again").isEqualTo(204);
    }

    /** A member who resumes gets entries that the node has in memory. */
    @Test
    void copies_in_memory_name_a_deleted_user_no_more() throws Exception {
        try (JdkPeer pat = member("pat", "memory");
                JdkPeer quin = member("quin", "memory")) {
            pat.say("memory", "mine", "p1");
            JsonObject first = quin.next("chat");
            assertThat(delete("/admin/users/pat")).isEqualTo(204);
            try (JdkPeer rob = JdkPeer.admitted(node.ws(), node.token("rob", "memory"))) {
                rob.next("auth_success");
                rob.send(new JsonObject()
                        .put("type", "join")
                        .put("roomId", "memory")
                        .put(
                                "since",
                                new JsonObject()
                                        .put("epoch", first.getString("epoch"))
                                        .put("seq", 0)));
                JsonObject joined = rob.next("joined");
                assertThat(joined.getJsonArray("messages").getJsonObject(0).getString("userId"))
                        .isEqualTo("deleted");
            }
        }
    }

    @Test
    void message_repeated_under_its_own_id_is_published_once_whatever_the_call() throws Exception {
        JsonObject event = content("paid").put("id", "event-1");
        JsonObject first = new JsonObject(
                post("/admin/rooms/ids/messages", event, "Idempotency-Key", "a").body());
        JsonObject again = new JsonObject(post(
                                "/admin/rooms/ids/messages",
                                new JsonObject().put("messages", new JsonArray(List.of(content("new"), event))))
                        .body())
                .getJsonArray("results")
                .getJsonObject(1);
        assertThat(again).isEqualTo(first);
        HttpResponse<String> other =
                post("/admin/rooms/ids/messages", content("refunded").put("id", "event-1"));
        assertThat(other.statusCode()).isEqualTo(409);
    }

    private static void direct(JdkPeer from, String to, String text, String id) {
        from.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", text)
                .put("id", id));
    }

    /** What is told of a room once it is like this: a busy node may not be told by all others in time. */
    private JsonObject awaited(String room, Predicate<JsonObject> condition) {
        JsonObject[] told = new JsonObject[1];
        assertThat(Await.until(() -> {
                    told[0] = inspect(room);
                    return condition.test(told[0]);
                }))
                .as(() -> told[0].encodePrettily())
                .isTrue();
        return told[0];
    }

    /** Negative while it is not known who is in the room. */
    private static int countIn(JsonObject room) {
        return room.getJsonObject("presence", new JsonObject()).getInteger("count", -1);
    }

    private JsonObject inspect(String room) {
        return get("/admin/rooms/" + room);
    }

    private JsonObject export(String user) {
        return get("/admin/users/" + user + "/export");
    }

    private JsonObject get(String path) {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(node.admin().apply(path)).header("Authorization", "Bearer " + KEY));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    int put(String path, String body) {
        return send(request(path, KEY).PUT(BodyPublishers.ofString(body))).statusCode();
    }

    int delete(String path) {
        return send(HttpRequest.newBuilder(node.admin().apply(path))
                        .header("Authorization", "Bearer " + KEY)
                        .DELETE())
                .statusCode();
    }

    static JsonObject content(String text) {
        return new JsonObject().put("content", text);
    }

    JdkPeer member(String user, String room) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, room));
        peer.next("auth_success");
        peer.join(room);
        return peer;
    }

    /** Has a key of its own where none is given, since it may be repeated. */
    HttpResponse<String> post(String path, JsonObject body, String... headers) {
        HttpRequest.Builder request = request(path, KEY).POST(BodyPublishers.ofString(body.encode()));
        return send(
                headers.length == 0
                        ? request.header("Idempotency-Key", UUID.randomUUID().toString())
                        : request.headers(headers));
    }

    /** Repeats a list of which a message is not taken for now, which happens on a busy machine. */
    private HttpResponse<String> takenWhole(String path, JsonObject body, String key) {
        HttpResponse<String> answer = post(path, body, "Idempotency-Key", key);
        for (int i = 0; i < 100 && answer.body().contains("\"unavailable\""); i++) {
            Await.pass(Duration.ofMillis(100));
            answer = post(path, body, "Idempotency-Key", key);
        }
        return answer;
    }

    HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(node.admin().apply(path))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json");
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        return PatientCalls.send(CLIENT, request.build());
    }
}
