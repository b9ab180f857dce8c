package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What owners and operators say of how much of a room is kept, as clients see it. The window has ten entries. */
class RetentionIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ADMIN = "op";

    @TempDir
    Path folder;

    private TestNode node;
    private int ids;

    private record Answer(int status, JsonObject body) {}

    @BeforeEach
    void open() {
        node = TestNode.generous(
                "archive.kind=embedded",
                "store.path=" + folder.resolve("store"),
                "streams.room.entries=10",
                "retention={\"age\": \"30d\", \"rooms\": [{\"match\": \"brief-*\", \"entries\": 5}],"
                        + " \"max\": {\"entries\": 500}}");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void owner_shortens_a_room_for_all_readers_and_after_a_restart() {
        String room = create("tea");
        JsonObject early;
        try (ChatPeer ann = enter("ann")) {
            early = ann.join(room);
            say(ann, room, 0, 40);
            assertThat(texts(history(ann, room))).hasSize(40);

            Answer answer = patch("ann", room, entries(4));

            assertThat(answer.status()).as(answer.body().encode()).isEqualTo(200);
            assertThat(retention(answer))
                    .isEqualTo(entries(4).put("ageMs", Duration.ofDays(30).toMillis()));
            assertShown(ann, room, 36, 37, 38, 39);
            JsonObject older = ask(
                    ann,
                    room,
                    new JsonObject()
                            .put(
                                    "before",
                                    history(ann, room)
                                            .getJsonArray("messages")
                                            .getJsonObject(0)
                                            .getLong("seq")));
            assertThat(older.getJsonArray("messages")).isEmpty();
            assertThat(older.getBoolean("more")).isFalse();
            assertThat(ask(ann, room, new JsonObject().put("after", 1)).getBoolean("gap"))
                    .isTrue();
        }
        try (ChatPeer ann = enter("ann")) {
            ann.send(new JsonObject()
                    .put("type", "join")
                    .put("roomId", room)
                    .put(
                            "since",
                            new JsonObject()
                                    .put("epoch", early.getString("epoch"))
                                    .put("seq", early.getLong("seq"))));
            assertThat(ann.next("joined").getBoolean("recovered")).isFalse();
        }
        assertThat(Await.until(() -> expired() >= 36))
                .as("entries are removed from the archive")
                .isTrue();
        node.close();
        open();
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            assertShown(ann, room, 36, 37, 38, 39);
            say(ann, room, 40, 42);
            assertShown(ann, room, 38, 39, 40, 41);
            assertThat(retention(call("GET", "ann", room, new JsonObject())).getLong("entries"))
                    .isEqualTo(4);

            assertThat(retention(patch("ann", room, null)).containsKey("entries"))
                    .isFalse();
            say(ann, room, 42, 60);
            assertThat(texts(history(ann, room)))
                    .doesNotContain("text 35")
                    .endsWith(IntStream.range(38, 60).mapToObj(i -> "text " + i).toArray(String[]::new));
        }
    }

    @Test
    void short_age_ends_what_is_older_also_in_an_idle_room() {
        String room = create("tea");
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            say(ann, room, 0, 20);
            assertThat(patch("ann", room, new JsonObject().put("ageMs", 1_000)).status())
                    .isEqualTo(200);
            assertThat(Await.until(() -> texts(history(ann, room)).isEmpty())).isTrue();
            say(ann, room, 20, 21);
            assertThat(texts(history(ann, room))).containsExactly("text 20");
        }
    }

    /** Nodes have the newest entries in memory, by which they serve those who come back after a moment. */
    @Test
    void who_comes_back_gets_nothing_from_memory_that_is_beyond_the_retention() {
        String room = create("tea");
        patch("ann", room, entries(4));
        try (ChatPeer ann = enter("ann");
                ChatPeer other = enter("ann")) {
            JsonObject early = ann.join(room);
            say(ann, room, 0, 20);
            JsonObject late = joinSince(other, room, early.getString("epoch"), early.getLong("seq"));
            assertThat(late.getBoolean("recovered")).isFalse();
            assertThat(texts(late)).isEmpty();
        }
        try (ChatPeer ann = enter("ann");
                ChatPeer other = enter("ann")) {
            JsonObject joined = ann.join(room);
            say(ann, room, 20, 23);
            JsonObject in = joinSince(other, room, joined.getString("epoch"), joined.getLong("seq"));
            assertThat(in.getBoolean("recovered")).isTrue();
            assertThat(texts(in)).containsExactly("text 20", "text 21", "text 22");

            patch("ann", room, new JsonObject().put("ageMs", 1_000));
            JsonObject position = ann.say(room, "text 23", room + "-23");
            say(ann, room, 24, 26);
            assertThat(Await.until(() -> texts(history(ann, room)).isEmpty())).isTrue();
            try (ChatPeer again = enter("ann")) {
                JsonObject old = joinSince(again, room, position.getString("epoch"), position.getLong("seq"));
                assertThat(old.getBoolean("recovered")).isFalse();
                assertThat(texts(old)).isEmpty();
            }
        }
    }

    private static JsonObject joinSince(ChatPeer peer, String room, String epoch, long seq) {
        peer.send(new JsonObject()
                .put("type", "join")
                .put("roomId", room)
                .put("since", new JsonObject().put("epoch", epoch).put("seq", seq)));
        return peer.next("joined");
    }

    @Test
    void others_and_more_than_the_maximum_are_refused() {
        String room = create("tea");
        for (String user : List.of("ben", "eve")) {
            assertThat(patch(user, room, entries(4)).status()).as(user).isEqualTo(404);
        }
        Answer many = patch("ann", room, entries(501));
        assertThat(many.status()).isEqualTo(400);
        assertThat(many.body().encode()).contains("/retention/entries").contains("maximum");
        Answer old = patch(
                "ann", room, new JsonObject().put("ageMs", Duration.ofDays(31).toMillis()));
        assertThat(old.status()).isEqualTo(400);
        assertThat(old.body().encode()).contains("/retention/ageMs");
        for (JsonObject malformed : List.of(
                entries(0),
                entries(-1),
                entries(4).put("more", 1),
                new JsonObject().put("ageMs", 1),
                new JsonObject().put("entries", 1.5),
                new JsonObject().put("entries", 1e300),
                new JsonObject().put("entries", "4"),
                new JsonObject().put("ageMs", Long.MAX_VALUE))) {
            assertThat(patch("ann", room, malformed).status())
                    .as(malformed.encode())
                    .isEqualTo(400);
        }
        assertThat(retention(call("GET", "ann", room, new JsonObject())).containsKey("entries"))
                .isFalse();
        assertThat(retention(patch("ann", room, entries(500))).getLong("entries"))
                .isEqualTo(500);
    }

    @Test
    void only_an_owner_of_the_moment_and_an_admin_set_it() {
        String room = create("tea");
        for (String role : List.of("member", "moderator")) {
            invite(room, "ben", role);
            assertThat(patch("ben", room, entries(4)).status()).as(role).isEqualTo(403);
        }
        invite(room, "ben", "owner");
        assertThat(send("DELETE", "ann", "/" + room + "/members/ann", new JsonObject())
                        .status())
                .isEqualTo(204);
        assertThat(patch("ann", room, entries(5)).status()).isEqualTo(404);
        assertThat(retention(patch("ben", room, entries(6))).getLong("entries")).isEqualTo(6);
        assertThat(retention(patch(ADMIN, room, entries(7))).getLong("entries")).isEqualTo(7);
    }

    /** The room's record and its stream change in one step, so what the room shows is what is kept. */
    @Test
    void calls_of_two_owners_at_once_leave_the_room_and_its_stream_with_the_same_retention() {
        String room = create("tea");
        invite(room, "ben", "owner");
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            for (int round = 0; round < 15; round++) {
                List<CompletableFuture<Answer>> both = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    both.add(later(
                            "PATCH",
                            i % 2 == 0 ? "ann" : "ben",
                            "/" + room,
                            new JsonObject().put("retention", entries(2 + i))));
                }
                assertThat(both)
                        .allSatisfy(each -> assertThat(each.join().status()).isIn(200, 409));
                say(ann, room, 10 * round, 10 * round + 10);
                int kept = retention(call("GET", "ann", room, new JsonObject())).getInteger("entries");
                assertThat(texts(history(ann, room))).hasSize(kept);
            }
        }
    }

    private void invite(String room, String user, String role) {
        Answer asked = send("PUT", "ann", "/" + room + "/members/" + user, new JsonObject().put("role", role));
        assertThat(asked.status()).as(asked.body().encode()).isIn(202, 204);
        if (asked.status() == 202) {
            assertThat(send("POST", user, "/" + room + "/invitation", new JsonObject())
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void pattern_of_the_configuration_holds_for_the_rooms_that_it_matches() {
        String brief = create("brief-1");
        assertThat(retention(call("GET", "ann", brief, new JsonObject())).getLong("entries"))
                .isEqualTo(5);
        try (ChatPeer ann = enter("ann")) {
            ann.join(brief);
            say(ann, brief, 0, 20);
            assertShown(ann, brief, 15, 16, 17, 18, 19);
        }
    }

    @Test
    void room_that_is_shortened_while_it_is_read_ends_where_it_begins_now() {
        String room = create("tea");
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            say(ann, room, 0, 120);
            JsonObject page = ask(ann, room, new JsonObject().put("limit", 20));
            assertThat(page.getBoolean("more")).isTrue();
            patch("ann", room, entries(30));
            long before = page.getJsonArray("messages").getJsonObject(0).getLong("seq");
            JsonObject next = ask(ann, room, new JsonObject().put("limit", 20).put("before", before));
            assertThat(texts(next))
                    .containsExactlyElementsOf(
                            IntStream.range(90, 100).mapToObj(i -> "text " + i).toList());
            assertThat(next.getBoolean("more")).isFalse();
        }
    }

    private void assertShown(ChatPeer peer, String room, int... texts) {
        JsonObject page = history(peer, room);
        assertThat(texts(page))
                .containsExactlyElementsOf(
                        IntStream.of(texts).mapToObj(i -> "text " + i).toList());
        assertThat(page.getBoolean("more")).isFalse();
    }

    private JsonObject history(ChatPeer peer, String room) {
        return ask(peer, room, new JsonObject().put("limit", 100));
    }

    private JsonObject ask(ChatPeer peer, String room, JsonObject with) {
        ids++;
        return peer.ask(new JsonObject()
                .put("type", "history")
                .put("id", "h" + ids)
                .put("roomId", room)
                .mergeIn(with));
    }

    private static List<String> texts(JsonObject page) {
        return page.getJsonArray("messages", new JsonArray()).stream()
                .map(each -> ((JsonObject) each).getString("content"))
                .toList();
    }

    private void say(ChatPeer peer, String room, int from, int to) {
        for (int i = from; i < to; i++) {
            JsonObject ack = peer.say(room, "text " + i, room + i);
            assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        }
    }

    private ChatPeer enter(String user) {
        ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
        peer.next("auth_success");
        return peer;
    }

    private String create(String id) {
        Answer made = send(
                "POST",
                "ann",
                "",
                new JsonObject().put("name", "Tea").put("visibility", "private").put("roomId", id));
        assertThat(made.status()).as(made.body().encode()).isEqualTo(201);
        return id;
    }

    private static JsonObject entries(long entries) {
        return new JsonObject().put("entries", entries);
    }

    private static JsonObject retention(Answer answer) {
        assertThat(answer.status()).as(answer.body().encode()).isEqualTo(200);
        return answer.body().getJsonObject("room").getJsonObject("retention");
    }

    private Answer patch(String user, String room, @Nullable JsonObject retention) {
        return call("PATCH", user, room, new JsonObject().put("retention", retention));
    }

    private Answer call(String method, String user, String room, JsonObject body) {
        return send(method, user, "/" + room, body);
    }

    private Answer send(String method, String user, String path, JsonObject body) {
        return later(method, user, path, body).join();
    }

    private CompletableFuture<Answer> later(String method, String user, String path, JsonObject body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.http("/api/rooms" + path)).header("Authorization", "Bearer " + token(user));
        boolean writes = !body.isEmpty();
        if (writes) {
            request.header("Content-Type", "application/json");
        }
        HttpRequest made = request.method(
                        method, writes ? BodyPublishers.ofString(body.encode()) : BodyPublishers.noBody())
                .build();
        return HTTP.sendAsync(made, BodyHandlers.ofString())
                .thenApply(answer -> new Answer(
                        answer.statusCode(),
                        answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body())));
    }

    private String token(String user) {
        return user.equals(ADMIN) ? node.token(user, Role.ADMIN, Duration.ofMinutes(10)) : node.token(user);
    }

    private double expired() {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                .header("Authorization", "Bearer " + token(ADMIN))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString())
                .join()
                .body()
                .lines()
                .filter(line -> line.startsWith("portcullis_archive_expired_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
