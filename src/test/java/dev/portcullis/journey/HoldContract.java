package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators keep of rooms and users, beside what members see. */
abstract class HoldContract {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestNode node;
    private int ids;

    private record Answer(int status, JsonObject body, HttpResponse<String> whole) {}

    abstract TestNode start();

    @BeforeEach
    void open() {
        node = start();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void held_room_loses_nothing_to_edits_deletions_ends_and_retention_and_members_see_none_of_it() {
        create("tea");
        try (ChatPeer ann = enter("ann")) {
            ann.join("tea");
            String edited = say(ann, "tea", "before the hold");
            assertThat(operator("PUT", "/admin/holds/room/tea").status()).isEqualTo(201);
            assertThat(operator("PUT", "/admin/holds/room/tea").status()).isEqualTo(204);
            ask(ann, "edit_message", new JsonObject().put("messageId", edited).put("content", "edited once"));
            ask(ann, "delete_message", new JsonObject().put("messageId", edited));
            ask(ann, "delete_message", new JsonObject().put("messageId", say(ann, "tea", "deleted at once")));
            ask(ann, "chat", new JsonObject().put("content", "it ends").put("expiresInMs", 1_000));
            assertThat(Await.until(() -> !shown(ann, "tea").contains("it ends"), PATIENCE))
                    .isTrue();
            assertThat(shown(ann, "tea")).doesNotContain("before the hold").doesNotContain("edited once");
            say(ann, "tea", "what a retention takes");
            say(ann, "tea", "what is left");
            shorten("tea");
            assertThat(shown(ann, "tea")).contains("what is left").doesNotContain("what a retention takes");

            assertThat(Await.until(() -> held("room/tea").contains("what a retention takes"), PATIENCE))
                    .isTrue();
            assertThat(held("room/tea"))
                    .contains("before the hold", "edited once", "deleted at once", "it ends", "\"roomId\":\"tea\"")
                    .doesNotContain("what is left");
            assertThat(operator("GET", "/admin/holds/room/tea/messages")
                            .whole()
                            .headers()
                            .firstValue("Cache-Control"))
                    .contains("no-store");
            JsonArray holds = operator("GET", "/admin/holds").body().getJsonArray("holds");
            assertThat(holds).hasSize(1);
            assertThat(holds.getJsonObject(0).encode())
                    .contains("\"kind\":\"room\"", "\"id\":\"tea\"", "\"by\":\"op\"");
            assertThat(ask(ann, "history", new JsonObject().put("limit", 100)).encode())
                    .doesNotContain("deleted at once");
        }
        node.close();
        node = start();
        assertThat(held("room/tea")).contains("before the hold", "deleted at once");
    }

    @Test
    void held_user_keeps_what_was_written_anywhere_and_the_inbox_and_cant_be_deleted() {
        create("tea");
        assertThat(operator("PUT", "/admin/holds/user/ann").status()).isEqualTo(201);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join("tea");
            ask(ann, "delete_message", new JsonObject().put("messageId", say(ann, "tea", "by ann in the room")));
            String sent = direct(ann, "ben", "to ben by ann");
            amendDirect(ann, "ben", "delete_message", sent);
            String answer = direct(ben, "ann", "to ann by ben");
            amendDirect(ben, "ann", "delete_message", answer);
        }
        assertThat(held("user/ann"))
                .contains("by ann in the room", "to ben by ann", "to ann by ben", "\"inboxOf\":\"ben\"");

        for (String messages : List.of("", "?messages=keep", "?messages=anonymise", "?messages=erase")) {
            Answer refused = operator("DELETE", "/admin/users/ann" + messages);
            assertThat(refused.status()).as(messages).isEqualTo(409);
            assertThat(refused.body().encode()).contains("held").contains("/user/ann");
        }
        try (ChatPeer ann = enter("ann")) {
            ann.join("tea");
        }
        assertThat(operator("DELETE", "/admin/holds/user/ann").status()).isEqualTo(204);
        assertThat(operator("DELETE", "/admin/holds/user/ann").status()).isEqualTo(404);
        assertThat(operator("GET", "/admin/holds/user/ann/messages").status()).isEqualTo(404);
        assertThat(operator("DELETE", "/admin/users/ann?messages=erase").status())
                .isEqualTo(200);
    }

    @Test
    void user_who_wrote_to_a_held_room_cant_be_erased_also_once_only_a_copy_is_left() {
        create("tea");
        operator("PUT", "/admin/holds/room/tea");
        try (ChatPeer ann = enter("ann")) {
            ann.join("tea");
            say(ann, "tea", "kept");
            assertErasable(false);
            say(ann, "tea", "last");
            shorten("tea");
            assertThat(Await.until(() -> held("room/tea").contains("kept"), PATIENCE))
                    .isTrue();
            assertErasable(false);
        }
        operator("DELETE", "/admin/holds/room/tea");
        operator("PUT", "/admin/holds/room/tea");
        assertThat(held("room/tea"))
                .as("what a lifted hold has kept is another's")
                .doesNotContain("kept");
        operator("DELETE", "/admin/holds/room/tea");
        assertErasable(true);
    }

    @Test
    void copies_are_read_page_by_page_in_the_order_in_which_they_were_said() {
        create("tea");
        operator("PUT", "/admin/holds/room/tea");
        try (ChatPeer ann = enter("ann")) {
            ann.join("tea");
            for (int i = 0; i < 5; i++) {
                ask(ann, "delete_message", new JsonObject().put("messageId", say(ann, "tea", "text " + i)));
            }
        }
        List<String> texts = new ArrayList<>();
        Answer page = operator("GET", "/admin/holds/room/tea/messages?limit=2");
        while (!page.body().getJsonArray("messages").isEmpty()) {
            JsonArray messages = page.body().getJsonArray("messages");
            assertThat(messages.size()).isLessThanOrEqualTo(2);
            messages.forEach(
                    each -> texts.add(((JsonObject) each).getJsonObject("frame").getString("content")));
            page = operator(
                    "GET",
                    "/admin/holds/room/tea/messages?limit=2&after="
                            + page.body().getString("next"));
        }
        assertThat(texts).containsExactly("text 0", "text 1", "text 2", "text 3", "text 4");
    }

    @Test
    void calls_that_name_no_hold_are_refused() {
        assertThat(operator("PUT", "/admin/holds/team/tea").status()).isEqualTo(404);
        assertThat(operator("PUT", "/admin/holds/user/deleted").status()).isEqualTo(404);
        assertThat(operator("PUT", "/admin/holds/room/" + "a".repeat(65)).status())
                .isEqualTo(404);
        assertThat(operator("DELETE", "/admin/holds/room/tea").status()).isEqualTo(404);
        assertThat(operator("GET", "/admin/holds/room/tea/messages").status()).isEqualTo(404);
        HttpRequest member = HttpRequest.newBuilder(node.admin("/admin/holds/room/tea"))
                .header("Authorization", "Bearer " + node.token("ann"))
                .PUT(BodyPublishers.noBody())
                .build();
        assertThat(send(member).status()).isEqualTo(403);
    }

    private void assertErasable(boolean expected) {
        Answer answer = operator("DELETE", "/admin/users/ann?messages=erase");
        assertThat(answer.status()).as(answer.body().encode()).isEqualTo(expected ? 200 : 409);
        if (!expected) {
            assertThat(answer.body().encode()).contains("/room/tea");
        }
    }

    /** All copies of a hold. */
    private String held(String hold) {
        StringBuilder all = new StringBuilder();
        String path = "/admin/holds/" + hold + "/messages?limit=500";
        Answer page = operator("GET", path);
        while (page.status() == 200 && !page.body().getJsonArray("messages").isEmpty()) {
            all.append(page.body().getJsonArray("messages").encode());
            page = operator("GET", path + "&after=" + page.body().getString("next"));
        }
        return all.toString();
    }

    private void create(String room) {
        Answer made = user(
                "POST",
                "",
                new JsonObject().put("name", "Tea").put("visibility", "private").put("roomId", room));
        assertThat(made.status()).as(made.body().encode()).isEqualTo(201);
    }

    private void shorten(String room) {
        Answer answer =
                user("PATCH", "/" + room, new JsonObject().put("retention", new JsonObject().put("entries", 1)));
        assertThat(answer.status()).as(answer.body().encode()).isEqualTo(200);
    }

    private Answer user(String method, String path, JsonObject body) {
        return send(HttpRequest.newBuilder(node.http("/api/rooms" + path))
                .header("Authorization", "Bearer " + node.token("ann"))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode()))
                .build());
    }

    private Answer operator(String method, String path) {
        URI uri = node.admin(path);
        return send(HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                .method(method, BodyPublishers.noBody())
                .build());
    }

    private static Answer send(HttpRequest request) {
        HttpResponse<String> answer =
                HTTP.sendAsync(request, BodyHandlers.ofString()).join();
        return new Answer(
                answer.statusCode(),
                answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body()),
                answer);
    }

    private ChatPeer enter(String user) {
        ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
        peer.next("auth_success");
        return peer;
    }

    private String say(ChatPeer peer, String room, String text) {
        ids++;
        JsonObject ack = peer.say(room, text, "s" + ids);
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        return ack.getString("messageId");
    }

    private JsonObject ask(ChatPeer peer, String type, JsonObject with) {
        ids++;
        JsonObject answer = peer.ask(new JsonObject()
                .put("type", type)
                .put("id", "f" + ids)
                .put("roomId", "tea")
                .mergeIn(with));
        assertThat(answer.getString("type")).as(answer.encode()).isNotEqualTo("error");
        return answer;
    }

    private String direct(ChatPeer peer, String recipient, String text) {
        ids++;
        JsonObject ack = peer.ask(new JsonObject()
                .put("type", "chat_message")
                .put("id", "d" + ids)
                .put("recipientId", recipient)
                .put("content", text));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        return ack.getString("messageId");
    }

    private void amendDirect(ChatPeer peer, String recipient, String type, String message) {
        ids++;
        JsonObject ack = peer.ask(new JsonObject()
                .put("type", type)
                .put("id", "a" + ids)
                .put("recipientId", recipient)
                .put("messageId", message));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
    }

    private String shown(ChatPeer peer, String room) {
        return ask(peer, "history", new JsonObject().put("roomId", room).put("limit", 100))
                .getJsonArray("messages")
                .encode();
    }
}
