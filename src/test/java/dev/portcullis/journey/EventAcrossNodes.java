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

/** Events of the application that one node takes and others have to tell. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class EventAcrossNodes {
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

    static final String KEY = "a-key-of-operators-that-is-long-enough";

    final List<ChatPeer> peers = new ArrayList<>();
    final HttpClient http = HttpClient.newHttpClient();
    List<TestNode> nodes = List.of();
    private int test;
    String lobby;
    String ann;
    String ben;
    String mod;

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
        TestNode.close(nodes);
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
    static void untilHeard(List<ChatPeer> readers, Runnable send) {
        assertThat(Await.until(() -> {
                    send.run();
                    return readers.stream().allMatch(each -> each.hasHeard("event"));
                }))
                .isTrue();
    }

    static JsonObject nextWith(ChatPeer reader, Object data) {
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

    ChatPeer enter(String user, int node) {
        return enter(user, Role.MEMBER, node);
    }

    ChatPeer enter(String user, Role role, int number) {
        TestNode node = nodes.get(number % nodes.size());
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, role, Duration.ofMinutes(10), lobby));
        peer.next("auth_success");
        peers.add(peer);
        return peer;
    }

    JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", lobby);
    }

    JsonObject event(String name, Object data) {
        return frame("event").put("event", name).put("data", data);
    }

    static JsonObject toUser(String user, String name, Object data) {
        return new JsonObject()
                .put("type", "event")
                .put("recipientId", user)
                .put("event", name)
                .put("data", data);
    }

    JsonObject vote(ChatPeer by, int option, String id) {
        return by.ask(event("poll.vote", new JsonObject().put("option", option)).put("id", id));
    }

    static JsonObject ask(ChatPeer by, JsonObject frame) {
        return by.ask(frame.put("id", UUID.randomUUID().toString()));
    }

    static List<String> types(JsonObject answer) {
        return answer.getJsonArray("messages").stream()
                .map(each -> ((JsonObject) each).getString("type"))
                .toList();
    }
}
