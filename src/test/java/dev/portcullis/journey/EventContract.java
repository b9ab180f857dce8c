package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that the application defines, as clients of all nodes see them. Each test has its own rooms and users. */
abstract class EventContract extends EventAcrossNodes {
    @Test
    void repetition_is_known_by_what_was_sent_and_not_by_what_became_of_it() throws Exception {
        ChatPeer sender = enter(ann, 0);
        sender.join(lobby);
        List<JsonObject> frames = List.of(event("note", "<b>x</b>"), toUser(ben, "note", "<b>x</b>"));
        for (JsonObject frame : frames) {
            JsonObject ack = sender.ask(frame.put("id", "n1"));
            assertThat(sender.next("event").getString("data")).isEqualTo("<b>x</b>");
            assertThat(sender.ask(frame)).isEqualTo(ack);
            JsonObject other = frame.copy().put("data", "<div><b>x</b></div>"); // is made the same
            assertThat(sender.ask(other).getString("reason")).isEqualTo("conflict");
        }
        String messages = "/admin/rooms/" + lobby + "/messages";
        JsonObject first = new JsonObject()
                .put(
                        "messages",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("event", "note")
                                        .put("data", "<b>x</b>")
                                        .put("id", "k1")));
        String stored = post(messages, first).body();
        assertThat(post(messages, first).body()).isEqualTo(stored);
        String other = post(messages, first.encode().replace("<b>x</b>", "<div><b>x</b></div>"))
                .body();
        assertThat(new JsonObject(other)
                        .getJsonArray("results")
                        .getJsonObject(0)
                        .getJsonObject("error")
                        .getString("reason"))
                .isEqualTo("conflict");
    }

    @Test
    void event_is_deleted_like_a_message_and_never_edited() {
        ChatPeer sender = enter(ann, 0);
        ChatPeer member = enter(ben, 1);
        List.of(sender, member).forEach(each -> each.join(lobby));
        JsonObject ack = vote(sender, 1, "v1");
        JsonObject amendment = new JsonObject().put("messageId", ack.getString("messageId"));
        assertThat(ask(sender, frame("edit_message").mergeIn(amendment).put("content", "text"))
                        .getString("reason"))
                .isEqualTo("not_found");
        assertThat(ask(member, frame("delete_message").mergeIn(amendment)).getString("reason"))
                .isEqualTo("forbidden");
        assertThat(ask(sender, frame("delete_message").mergeIn(amendment)).getString("type"))
                .isEqualTo("ack");
        assertThat(member.next("message_deleted").getString("messageId")).isEqualTo(ack.getString("messageId"));
        JsonObject history = ask(member, frame("history"));
        assertThat(types(history)).containsExactly("message_deleted");
        assertThat(history.encode()).doesNotContain("option");
    }

    @Test
    void unknown_event_misfitting_data_and_a_foreign_target_are_told_with_their_places() {
        ChatPeer sender = enter(ann, 0);
        sender.join(lobby);
        assertThat(refusal(ask(sender, event("no.such", 1)))).isEqualTo("validation_failed /event enum");
        assertThat(refusal(ask(sender, event("poll.vote", new JsonObject()))))
                .isEqualTo("validation_failed /data/option required");
        assertThat(refusal(ask(sender, event("direct.only", 1)))).isEqualTo("validation_failed /roomId not");
        assertThat(refusal(ask(sender, toUser(ben, "room.only", 1)))).isEqualTo("validation_failed /recipientId not");
        assertThat(ask(sender, event("ticker", 1)).getString("reason")).isEqualTo("forbidden");
        assertThat(ask(sender, event("poll.vote", new JsonObject().put("option", "x".repeat(60_000))))
                        .getString("type"))
                .isEqualTo("ack");
    }

    @Test
    void event_needs_a_joined_room_and_the_role_that_it_states() {
        ChatPeer member = enter(ann, 0);
        assertThat(ask(member, event("poll.vote", new JsonObject().put("option", 1)))
                        .getString("reason"))
                .isEqualTo("not_member");
        member.join(lobby);
        assertThat(ask(member, event("poll.close", 1)).getString("reason")).isEqualTo("forbidden");
        ChatPeer moderator = enter(mod, Role.MODERATOR, 1);
        moderator.join(lobby);
        assertThat(ask(moderator, event("poll.close", 1)).getString("type")).isEqualTo("ack");
        assertThat(ask(member, toUser(ben, "poll.close", 1)).getString("reason"))
                .isEqualTo("forbidden");
        assertThat(ask(moderator, toUser(ben, "poll.close", 1)).getString("type"))
                .isEqualTo("ack");
    }

    @Test
    void greeting_names_the_limits_of_events() {
        TestNode node = nodes.get(0);
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(ann, Role.MEMBER, Duration.ofMinutes(10)));
        peers.add(peer);
        JsonObject actions = peer.next("auth_success").getJsonObject("limits").getJsonObject("actions");
        assertThat(actions.getInteger("rare")).isEqualTo(2);
        assertThat(actions.containsKey("poll.vote")).isFalse();
    }

    @Test
    void direct_event_is_in_both_inboxes_and_waits_for_who_is_away() {
        ChatPeer sender = enter(ann, 0);
        ChatPeer other = enter(ann, 1);
        JsonObject ack = ask(sender, toUser(ben, "poll.vote", new JsonObject().put("option", 1)));
        assertThat(ack.getString("recipientId")).isEqualTo(ben);
        assertThat(ack.getLong("seq")).isEqualTo(1);
        for (ChatPeer each : List.of(sender, other, enter(ben, 2))) {
            JsonObject event = each.next("event");
            assertThat(event.getString("recipientId")).isEqualTo(ben);
            assertThat(event.getString("userId")).isEqualTo(ann);
            assertThat(event.getLong("seq")).isEqualTo(1);
            assertThat(event.getJsonObject("data").getInteger("option")).isEqualTo(1);
        }
        JsonObject history = ask(sender, new JsonObject().put("type", "history").put("recipientId", ben));
        assertThat(types(history)).containsExactly("event");
    }

    @Test
    void member_who_left_gets_no_more_events_of_the_room() {
        ChatPeer sender = enter(ann, 0);
        ChatPeer member = enter(ben, 1);
        List.of(sender, member).forEach(each -> each.join(lobby));
        assertThat(member.ask(frame("leave").put("id", "l")).getString("type")).isEqualTo("left");
        vote(sender, 1, "v1");
        ask(sender, event("cursor", 1));
        sender.say(lobby, "end", "c");
        assertThat(ask(member, event("cursor", 1)).getString("reason")).isEqualTo("not_member");
        assertThat(member.rest()).noneMatch(frame -> "event".equals(frame.getString("type")));
    }

    @Test
    void event_of_the_server_is_judged_like_one_of_a_client_and_may_be_what_clients_may_not_send() throws Exception {
        ChatPeer member = enter(ann, 0);
        member.join(lobby);
        untilHeard(List.of(member), () -> ask(member, event("cursor", "ready")));
        String messages = "/admin/rooms/" + lobby + "/messages";
        HttpResponse<String> stored =
                post(messages, new JsonObject().put("event", "ticker").put("data", new JsonArray().add(1)));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
        JsonObject event = nextWith(member, new JsonArray().add(1));
        assertThat(event.getString("event")).isEqualTo("ticker");
        assertThat(event.getString("userId")).isEqualTo("system");
        assertThat(event.getString("messageId")).isEqualTo(new JsonObject(stored.body()).getString("messageId"));
        HttpResponse<String> sent =
                post(messages, new JsonObject().put("event", "cursor").put("data", "here"));
        assertThat(sent.statusCode()).isEqualTo(202);
        assertThat(sent.body()).isEqualTo("{}");
        assertThat(nextWith(member, "here").containsKey("seq")).isFalse();
        assertThat(refused(messages, "no.such", 1)).isEqualTo("/event enum");
        assertThat(refused(messages, "poll.vote", 1)).isEqualTo("/data type");
        assertThat(refused(messages, "direct.only", 1)).isEqualTo("/event not");
        assertThat(post(
                                "/admin/users/" + ann + "/messages",
                                new JsonObject().put("event", "poll.close").put("data", 1))
                        .statusCode())
                .isEqualTo(201);
        assertThat(nextWith(member, 1).getString("recipientId")).isEqualTo(ann);
    }

    @Test
    void unpaired_surrogates_in_data_of_the_server_are_refused_as_in_a_frame() throws Exception {
        ChatPeer member = enter(ann, 0);
        member.join(lobby);
        String messages = "/admin/rooms/" + lobby + "/messages";
        for (String data : List.of("\"\\ud800\"", "[{\"a\":\"x\\ud83dy\"}]", "{\"\\udc00x\":1}")) {
            HttpResponse<String> answer = post(messages, "{\"event\":\"ticker\",\"data\":" + data + "}");
            assertThat(answer.statusCode()).as(data).isEqualTo(400);
            assertThat(answer.body()).contains("\"path\":\"/data\",\"rule\":\"pattern\"");
        }
        HttpResponse<String> list = post(
                messages,
                "{\"messages\":[{\"event\":\"ticker\",\"data\":{\"\\udc00x\":1}},{\"event\":\"ticker\",\"data\":\"good\"}]}");
        assertThat(new JsonObject(list.body())
                        .getJsonArray("results")
                        .getJsonObject(0)
                        .getJsonObject("error"))
                .isNotNull();
        assertThat(member.next("event").getString("data")).isEqualTo("good");
    }

    @Test
    void list_of_the_server_has_messages_and_events_in_their_order() throws Exception {
        ChatPeer member = enter(ann, 0);
        member.join(lobby);
        JsonArray list = new JsonArray()
                .add(new JsonObject().put("content", "one"))
                .add(new JsonObject().put("event", "ticker").put("data", 2).put("id", "e2"))
                .add(new JsonObject().put("event", "poll.vote").put("data", 3))
                .add(new JsonObject().put("event", "cursor").put("data", 4));
        HttpResponse<String> answer =
                post("/admin/rooms/" + lobby + "/messages", new JsonObject().put("messages", list));
        JsonArray results = new JsonObject(answer.body()).getJsonArray("results");
        assertThat(results.getJsonObject(0).getLong("seq")).isEqualTo(1);
        assertThat(results.getJsonObject(1).getLong("seq")).isEqualTo(2);
        assertThat(results.getJsonObject(2).getJsonObject("error").getString("reason"))
                .isEqualTo("validation_failed");
        assertThat(results.getJsonObject(3).isEmpty()).isTrue();
        assertThat(types(ask(member, frame("history")))).containsExactly("chat", "event");
    }

    private String refused(String path, String event, Object data) throws Exception {
        HttpResponse<String> answer =
                post(path, new JsonObject().put("event", event).put("data", data));
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonObject detail = new JsonObject(answer.body())
                .getJsonObject("error")
                .getJsonArray("details")
                .getJsonObject(0);
        return detail.getString("path") + " " + detail.getString("rule");
    }

    private HttpResponse<String> post(String path, JsonObject body) throws Exception {
        return post(path, body.encode());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(nodes.get(0).admin(path))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String refusal(JsonObject error) {
        JsonObject detail = error.getJsonArray("details").getJsonObject(0);
        return error.getString("reason") + " " + detail.getString("path") + " " + detail.getString("rule");
    }
}
