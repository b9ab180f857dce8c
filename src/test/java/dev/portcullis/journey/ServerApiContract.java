package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application's own server does on the operators' listener, and what users see of it. */
abstract class ServerApiContract extends ServerApiAcrossNodes {
    @Test
    void list_is_stored_in_its_order_with_an_outcome_for_each() throws Exception {
        try (JdkPeer ann = member("ann", "list")) {
            List<JsonObject> messages = IntStream.range(0, 100)
                    .mapToObj(i -> new JsonObject().put("content", i == 7 ? "\u0007" : "m" + i))
                    .toList();
            HttpResponse<String> response =
                    post("/admin/rooms/list/messages", new JsonObject().put("messages", new JsonArray(messages)));
            assertThat(response.statusCode()).isEqualTo(200);
            JsonArray results = new JsonObject(response.body()).getJsonArray("results");
            assertThat(results).hasSize(100);
            assertThat(results.getJsonObject(7).encode())
                    .isEqualTo("{\"error\":{\"reason\":\"validation_failed\",\"details\":"
                            + "[{\"path\":\"/content\",\"rule\":\"pattern\"}]}}");
            for (int i = 0; i < 100; i++) {
                if (i != 7) {
                    JsonObject chat = ann.next("chat");
                    assertThat(chat.getString("content")).isEqualTo("m" + i);
                    assertThat(chat.getLong("seq"))
                            .isEqualTo(results.getJsonObject(i).getLong("seq"));
                }
            }
        }
    }

    @Test
    void messages_to_a_user_wait_in_the_inbox_up_to_a_bound() throws Exception {
        for (int i = 1; i <= 3; i++) {
            HttpResponse<String> response = post("/admin/users/waiting/messages", content("m" + i));
            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(new JsonObject(response.body()).getLong("seq")).isEqualTo(i);
        }
        HttpResponse<String> full = post("/admin/users/waiting/messages", content("m4"));
        assertThat(full.statusCode()).isEqualTo(409);
        assertThat(full.body()).contains("{\"path\":\"/userId\",\"rule\":\"backlog\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "deleted", "System"})
    void reserved_id_is_no_user(String user) throws Exception {
        assertThat(post("/admin/users/" + user + "/messages", content("x")).statusCode())
                .isEqualTo(404);
        assertThat(delete("/admin/users/" + user)).isEqualTo(404);
        assertThat(put("/admin/rooms/team/members/" + user, "{\"role\":\"member\"}"))
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"messages\":[]}",
                "{\"content\":\"a\",\"messages\":[{\"content\":\"a\"}]}",
                "{\"messages\":[{\"content\":\"a\"}],\"username\":\"b\"}",
                "{\"messages\":[{\"content\":\"a\",\"__proto__\":{}}]}",
                "{\"content\":\"a\",\"userId\":\"ann\"}",
                "{\"content\":\"a\",\"id\":\"with space\"}",
                "{\"content\":\"a\",\"content\":\"b\"}",
                "{\"content\":\"a\",\"__proto__\":{}}",
                "{\"content\":\"\\ud800\"}",
                "{\"content\":null}",
                "{\"content\":\"a\",\"attachments\":[{\"type\":\"image\",\"url\":\"javascript:alert(1)\",\"name\":\"n\"}]}",
                "{\"content\":\"a\",\"replyTo\":\"1\"}",
                "[{\"content\":\"a\"}]",
                "{\"messages\":[[[[[[[[[[[[]]]]]]]]]]]]}",
                "{\"content\":\"a\"} {}",
                ""
            })
    void body_that_does_not_fit_is_refused(String body) throws Exception {
        assertThat(send(request("/admin/rooms/lobby/messages", KEY).POST(BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void list_beyond_a_hundred_is_refused_as_a_whole() throws Exception {
        try (JdkPeer ann = member("ann", "bounds")) {
            List<JsonObject> list =
                    IntStream.range(0, 101).mapToObj(i -> content("m" + i)).toList();
            assertThat(post("/admin/rooms/bounds/messages", new JsonObject().put("messages", new JsonArray(list)))
                            .statusCode())
                    .isEqualTo(400);
            post("/admin/rooms/bounds/messages", content("last"));
            assertThat(ann.next("chat").getLong("seq")).isEqualTo(1);
        }
    }

    @Test
    void key_that_is_none_and_other_types_of_body_are_refused() throws Exception {
        for (String key : List.of("with space", "x".repeat(65), "a/b", "")) {
            assertThat(post("/admin/rooms/lobby/messages", content("x"), "Idempotency-Key", key)
                            .statusCode())
                    .as(key)
                    .isEqualTo(400);
        }
        assertThat(post("/admin/rooms/lobby/messages", content("x"), "Idempotency-Key", "a", "Idempotency-Key", "b")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(HttpRequest.newBuilder(node.admin().apply("/admin/rooms/lobby/messages"))
                                .header("Authorization", "Bearer " + KEY)
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{\"content\":\"x\"}")))
                        .statusCode())
                .isEqualTo(415);
        for (String room : List.of("-room", "a%2Fb", "x".repeat(65))) {
            assertThat(post("/admin/rooms/" + room + "/messages", content("x")).statusCode())
                    .as(room)
                    .isIn(400, 404);
        }
    }

    @Test
    void large_call_is_taken_and_one_beyond_the_bound_is_not() throws Exception {
        List<JsonObject> messages = IntStream.range(0, 100)
                .mapToObj(i -> content("x".repeat(5_000)).put("id", "large-" + i))
                .toList();
        JsonObject body = new JsonObject().put("messages", new JsonArray(messages));
        assertThat(post("/admin/users/large/messages", body).statusCode()).isEqualTo(200);
        assertThat(send(request("/admin/users/large/messages", KEY)
                                .POST(BodyPublishers.ofString(" ".repeat(1 << 20) + body.encode())))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void only_the_key_and_tokens_of_admins_may_publish() throws Exception {
        for (String role : List.of("member", "moderator")) {
            String token = node.tokens().apply("eve", Role.valueOf(role.toUpperCase(Locale.ROOT)));
            assertThat(statusWith(token)).isEqualTo(403);
        }
        assertThat(statusWith(node.tokens().apply("op", Role.ADMIN))).isEqualTo(201);
        assertThat(statusWith("no-key-of-this-test")).isEqualTo(401);
    }

    private int statusWith(String bearer) {
        return send(request("/admin/rooms/guarded/messages", bearer)
                        .POST(BodyPublishers.ofString(content("x").encode())))
                .statusCode();
    }
}
