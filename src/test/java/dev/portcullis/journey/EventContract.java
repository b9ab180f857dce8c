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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Events that the application defines, as clients of all nodes see them. Each test has its own rooms and users. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class EventContract {
    private static final String STAGES =
            "stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}";
    private static final String EVENTS = "events={"
            + "\"poll.vote\": {\"schema\": {\"type\": \"object\", \"required\": [\"option\"]}},"
            + "\"cursor\": {\"schema\": {}, \"store\": false},"
            + "\"room.only\": {\"schema\": {}, \"targets\": [\"room\"]},"
            + "\"direct.only\": {\"schema\": {}, \"targets\": [\"direct\"]},"
            + "\"poll.close\": {\"schema\": {}, \"role\": \"moderator\"},"
            + "\"ticker\": {\"schema\": {}, \"from\": \"server\"},"
            + "\"rare\": {\"schema\": {}, \"minute\": 2},"
            + "\"note\": {\"schema\": {\"type\": \"string\", \"x-content\": true}}}";

    private static final String KEY = "a-key-of-operators-that-is-long-enough";

    private final List<ChatPeer> peers = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private List<TestNode> nodes = List.of();
    private int test;
    private String lobby;
    private String ann;
    private String ben;
    private String mod;

    /** Starts the nodes for all tests. */
    abstract List<TestNode> site(String... sets);

    /** Closes what {@link #site} started beside the nodes. */
    void closeSite() {}

    @BeforeAll
    void open() {
        nodes = site(STAGES, EVENTS, "direct.allow=anyone", "admin.apiKey=\"" + KEY + "\"");
    }

    @AfterAll
    void close() {
        nodes.forEach(TestNode::close);
        closeSite();
    }

    @BeforeEach
    void setApart() {
        test++;
        lobby = "lobby-" + test;
        ann = "ann-" + test;
        ben = "ben-" + test;
        mod = "mod-" + test;
    }

    @AfterEach
    void part() {
        peers.forEach(ChatPeer::close);
        peers.clear();
    }

    @Test
    void stored_event_reaches_every_member_with_its_data_as_they_came() {
        ChatPeer sender = enter(ann, 0);
        ChatPeer member = enter(ben, 1);
        List.of(sender, member).forEach(each -> each.join(lobby));
        String data = "{ \"option\" : 1.50, \"<b>\": \"<script>alert(1)</script>\", \"userId\": \"" + ben + "\" }";
        sender.send("{\"type\":\"event\",\"id\":\"v1\",\"roomId\":\"" + lobby + "\",\"event\":\"poll.vote\",\"data\":"
                + data + "}");
        JsonObject ack = sender.next("ack");
        assertThat(ack.fieldNames()).containsExactlyInAnyOrder("type", "id", "roomId", "messageId", "epoch", "seq");
        assertThat(ack.getString("id")).isEqualTo("v1");
        assertThat(ack.getLong("seq")).isEqualTo(1);
        for (ChatPeer each : List.of(sender, member)) {
            JsonObject event = each.next("event");
            assertThat(event.fieldNames())
                    .containsExactlyInAnyOrder(
                            "type", "roomId", "event", "data", "messageId", "epoch", "seq", "userId", "timestamp");
            assertThat(event.getString("roomId")).isEqualTo(lobby);
            assertThat(event.getString("event")).isEqualTo("poll.vote");
            assertThat(event.getString("userId")).isEqualTo(ann);
            assertThat(event.getString("messageId")).isEqualTo(ack.getString("messageId"));
            assertThat(event.getLong("seq")).isEqualTo(1);
            assertThat(event.getJsonObject("data")).isEqualTo(new JsonObject(data));
        }
    }

    @Test
    void stored_event_has_its_place_among_messages_in_resume_history_and_tail() {
        ChatPeer sender = enter(ann, 0);
        sender.join(lobby);
        JsonObject first = sender.say(lobby, "before", "c1");
        vote(sender, 1, "v1");
        sender.say(lobby, "behind", "c2");
        ChatPeer resumed = enter(ben, 1);
        JsonObject since =
                new JsonObject().put("epoch", first.getString("epoch")).put("seq", first.getLong("seq"));
        JsonObject joined = resumed.ask(frame("join").put("since", since).put("id", "j"));
        assertThat(joined.getBoolean("recovered")).isTrue();
        assertThat(types(joined)).containsExactly("event", "chat");
        assertThat(types(ask(resumed, frame("history")))).containsExactly("chat", "event", "chat");
        assertThat(types(ask(resumed, frame("history").put("after", 0)))).containsExactly("chat", "event", "chat");
        ChatPeer late = enter(mod, 2);
        assertThat(types(late.ask(frame("join").put("tail", 2).put("id", "j")))).containsExactly("event", "chat");
    }

    @Test
    void repeated_event_gets_its_ack_again_and_another_one_under_its_id_is_a_conflict() {
        ChatPeer sender = enter(ann, 0);
        sender.join(lobby);
        JsonObject ack = vote(sender, 1, "v1");
        assertThat(vote(sender, 1, "v1")).isEqualTo(ack);
        assertThat(vote(sender, 2, "v1").getString("reason")).isEqualTo("conflict");
        assertThat(sender.ask(event("room.only", new JsonObject().put("option", 1))
                                .put("id", "v1"))
                        .getString("reason"))
                .isEqualTo("conflict");
        assertThat(types(ask(sender, frame("history")))).containsExactly("event");
    }

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
    void event_with_a_limit_of_its_own_is_blocked_alone() {
        ChatPeer sender = enter(ann, 0);
        sender.join(lobby);
        assertThat(ask(sender, event("rare", 1)).getString("type")).isEqualTo("ack");
        assertThat(ask(sender, event("rare", 2)).getString("type")).isEqualTo("ack");
        JsonObject limited = ask(sender, event("rare", 3));
        assertThat(limited.getString("type")).isEqualTo("rate_limited");
        assertThat(limited.getString("scope")).isEqualTo("action");
        assertThat(limited.getString("window")).isEqualTo("minute");
        assertThat(vote(sender, 1, "v1").getString("type")).isEqualTo("ack");
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
    void unstored_event_reaches_those_in_the_room_once_and_no_one_later() {
        ChatPeer sender = enter(ann, 0);
        ChatPeer member = enter(ben, 1);
        List<ChatPeer> readers = List.of(sender, member);
        readers.forEach(each -> each.join(lobby));
        untilHeard(readers, () -> ask(sender, event("cursor", "ready")));
        JsonObject ack = ask(sender, event("cursor", new JsonArray().add(3).add(4)));
        assertThat(ack.fieldNames()).containsExactlyInAnyOrder("type", "id", "roomId");
        ask(sender, event("cursor", "end"));
        for (ChatPeer each : readers) {
            JsonObject event = nextWith(each, new JsonArray().add(3).add(4));
            assertThat(event.fieldNames())
                    .containsExactlyInAnyOrder("type", "roomId", "event", "data", "userId", "timestamp");
            assertThat(event.getString("userId")).isEqualTo(ann);
            nextWith(each, "end");
            assertThat(each.rest()).noneMatch(frame -> frame.getValue("data") instanceof JsonArray);
        }
        assertThat(types(ask(member, frame("history")))).isEmpty();
    }

    @Test
    void unstored_direct_event_reaches_the_sessions_of_both() {
        ChatPeer sender = enter(ann, 0);
        List<ChatPeer> readers = List.of(sender, enter(ann, 1), enter(ben, 2));
        untilHeard(readers, () -> ask(sender, toUser(ben, "cursor", "ready")));
        JsonObject ack = ask(sender, toUser(ben, "cursor", 7));
        assertThat(ack.fieldNames()).containsExactlyInAnyOrder("type", "id", "recipientId");
        for (ChatPeer each : readers) {
            assertThat(nextWith(each, 7).getString("recipientId")).isEqualTo(ben);
        }
    }

    /** A node may not know yet who has just come to another: what is not stored is lost to them for a moment. */
    private static void untilHeard(List<ChatPeer> readers, Runnable send) {
        assertThat(Await.until(() -> {
                    send.run();
                    return readers.stream().allMatch(each -> each.hasHeard("event"));
                }))
                .isTrue();
    }

    private static JsonObject nextWith(ChatPeer reader, Object data) {
        return reader.next(frame -> data.equals(frame.getValue("data")), "event with " + data);
    }

    @Test
    void who_is_blocked_is_not_told_and_not_heard() throws Exception {
        ChatPeer sender = enter(ann, 0);
        ChatPeer recipient = enter(ben, 1);
        untilHeard(List.of(sender, recipient), () -> ask(sender, toUser(ben, "cursor", "ready")));
        assertThat(block(ben, ann)).isEqualTo(204);
        JsonObject vote = new JsonObject().put("option", 1);
        for (String event : List.of("poll.vote", "cursor")) {
            assertThat(ask(sender, toUser(ben, event, vote)).getString("type")).isEqualTo("ack");
            assertThat(nextWith(sender, vote).getString("event")).isEqualTo(event);
        }
        assertThat(ask(recipient, toUser(ben, "cursor", "end")).getString("type"))
                .isEqualTo("ack");
        assertThat(nextWith(recipient, "end").getString("userId")).isEqualTo(ben);
        assertThat(recipient.rest()).noneMatch(frame -> vote.equals(frame.getValue("data")));
    }

    private int block(String by, String user) throws Exception {
        TestNode node = nodes.get(0);
        return http.send(
                        HttpRequest.newBuilder(node.http("/api/blocks/" + user))
                                .header("Authorization", "Bearer " + node.token(by))
                                .PUT(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void removed_user_sends_no_event_and_reads_none_that_follows() {
        ChatPeer moderator = enter(mod, Role.MODERATOR, 0);
        ChatPeer removed = enter(ben, 1);
        List.of(moderator, removed).forEach(each -> each.join(lobby));
        JsonObject last = vote(removed, 1, "v1");
        assertThat(moderator
                        .ask(frame("remove_user").put("userId", ben).put("id", "r"))
                        .getString("type"))
                .isEqualTo("ack");
        vote(moderator, 2, "v2");
        removed.next("member_removed");
        for (String event : List.of("poll.vote", "cursor")) {
            assertThat(ask(removed, event(event, new JsonObject().put("option", 3)))
                            .getString("reason"))
                    .isEqualTo("not_member");
        }
        JsonObject since =
                new JsonObject().put("epoch", last.getString("epoch")).put("seq", last.getLong("seq"));
        ChatPeer again = enter(ben, 2);
        assertThat(again.ask(frame("join").put("since", since).put("id", "j")).getString("reason"))
                .isEqualTo("not_member");
        assertThat(ask(again, frame("history")).getString("reason")).isEqualTo("not_member");
        assertThat(removed.rest()).noneMatch(frame -> frame.encode().contains("\"option\":2"));
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

    private ChatPeer enter(String user, int node) {
        return enter(user, Role.MEMBER, node);
    }

    private ChatPeer enter(String user, Role role, int number) {
        TestNode node = nodes.get(number % nodes.size());
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, role, Duration.ofMinutes(10), lobby));
        peer.next("auth_success");
        peers.add(peer);
        return peer;
    }

    private JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", lobby);
    }

    private JsonObject event(String name, Object data) {
        return frame("event").put("event", name).put("data", data);
    }

    private static JsonObject toUser(String user, String name, Object data) {
        return new JsonObject()
                .put("type", "event")
                .put("recipientId", user)
                .put("event", name)
                .put("data", data);
    }

    private JsonObject vote(ChatPeer by, int option, String id) {
        return by.ask(event("poll.vote", new JsonObject().put("option", option)).put("id", id));
    }

    private static JsonObject ask(ChatPeer by, JsonObject frame) {
        return by.ask(frame.put("id", UUID.randomUUID().toString()));
    }

    private static String refusal(JsonObject error) {
        JsonObject detail = error.getJsonArray("details").getJsonObject(0);
        return error.getString("reason") + " " + detail.getString("path") + " " + detail.getString("rule");
    }

    private static List<String> types(JsonObject answer) {
        return answer.getJsonArray("messages").stream()
                .map(each -> ((JsonObject) each).getString("type"))
                .toList();
    }
}
