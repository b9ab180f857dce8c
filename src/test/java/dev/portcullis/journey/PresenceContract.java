package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Who is in a room, who types there, and how far it was read, over real sockets. Each test has its own room. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class PresenceContract {
    private static final int ALL = 230;

    private TestServer node;
    private int test;
    private String room;

    /** Starts the server for all tests. */
    abstract TestServer site();

    @BeforeAll
    void open() {
        node = site();
        room = "room-of-0";
        awaitSignals();
    }

    /** The stage learns of a new edge node a moment after that is ready. Until then it sends nothing there. */
    private void awaitSignals() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben");
                ChatPeer cleo = enter("cleo")) {
            List.of(ann, ben, cleo).forEach(each -> each.join(room));
            assertThat(Await.until(() -> {
                        typing(ann, false);
                        typing(ann, true);
                        return ben.hasHeard("typing_indicator") && cleo.hasHeard("typing_indicator");
                    }))
                    .isTrue();
        }
    }

    @AfterAll
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
        room = "room-of-" + test;
    }

    @Test
    void member_that_asks_for_presence_is_shown_who_is_there_and_then_who_comes_and_goes() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ben.join(room);
            JsonObject joined = watch(ann);
            assertThat(users(joined.getJsonArray("members"))).containsExactly("ann", "ben");
            ChatPeer cleo = enter("cleo");
            cleo.join(room);
            JsonObject came = nextOf(ann, "cleo");
            assertThat(online(came, "cleo")).isTrue();
            cleo.close();
            JsonObject went = nextOf(ann, "cleo");
            assertThat(online(went, "cleo")).isFalse();
            assertThat(went.getLong("version")).isEqualTo(came.getLong("version") + 1);
            assertThat(ben.hasHeard("presence_change")).isFalse();
        }
    }

    @Test
    void user_with_two_sessions_is_online_until_the_second_has_left() {
        try (ChatPeer ann = enter("ann");
                ChatPeer first = enter("ben");
                ChatPeer second = enter("ben")) {
            watch(ann);
            first.join(room);
            second.join(room);
            assertThat(online(nextOf(ann, "ben"), "ben")).isTrue();
            assertThat(sessions(presence(ann, Map.of()), "ben")).isEqualTo(2);
            leave(first);
            assertThat(sessions(presence(ann, Map.of()), "ben")).isEqualTo(1);
            leave(second);
            assertThat(online(nextOf(ann, "ben"), "ben")).isFalse();
        }
    }

    @Test
    void presence_is_read_in_pages_in_the_order_of_the_ids() {
        List<ChatPeer> all = new ArrayList<>();
        try {
            for (int i = 0; i < 7; i++) {
                ChatPeer each = enter("user-" + i);
                all.add(each);
                each.join(room);
            }
            ChatPeer asker = all.get(0);
            assertThat(Await.until(() -> presence(asker, Map.of()).getInteger("count") == 7))
                    .isTrue();
            JsonObject page = presence(asker, Map.of("limit", 3));
            assertThat(page.getInteger("count")).isEqualTo(7);
            assertThat(users(page.getJsonArray("users"))).containsExactly("user-0", "user-1", "user-2");
            assertThat(page.getBoolean("more")).isTrue();
            JsonObject rest = presence(asker, Map.of("after", "user-2", "limit", 200));
            assertThat(users(rest.getJsonArray("users"))).containsExactly("user-3", "user-4", "user-5", "user-6");
            assertThat(rest.getBoolean("more")).isFalse();
        } finally {
            all.forEach(ChatPeer::close);
        }
    }

    @Test
    void join_without_presence_has_no_members_and_ends_the_changes() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben");
                ChatPeer eve = enter("eve")) {
            watch(ann);
            watch(eve);
            assertThat(ann.join(room).containsKey("members")).isFalse();
            nextOf(eve, "ann");
            ann.rest();
            ben.join(room);
            nextOf(eve, "ben");
            ann.send("{\"type\": \"ping\"}");
            ann.next("pong");
            assertThat(ann.hasHeard("presence_change")).isFalse();
        }
    }

    @Test
    void changes_of_a_second_come_in_one_frame() {
        List<ChatPeer> others = new ArrayList<>();
        try (ChatPeer ann = enter("ann")) {
            for (int i = 0; i < 30; i++) {
                others.add(enter("c" + i));
            }
            watch(ann);
            nextOf(ann, "ann");
            long startedAt = System.nanoTime();
            others.forEach(each -> each.join(room));
            int heard = 0;
            int frames = 0;
            while (heard < 30) {
                heard += ann.next("presence_change").getJsonArray("changes").size();
                frames++;
            }
            long seconds = Duration.ofNanos(System.nanoTime() - startedAt).toSeconds();
            assertThat(frames).isLessThanOrEqualTo((int) seconds + 2);
        } finally {
            others.forEach(ChatPeer::close);
        }
    }

    @Test
    void typing_is_told_to_others_and_ends_by_itself() {
        try (ChatPeer ann = enter("ann");
                ChatPeer second = enter("ann");
                ChatPeer ben = enter("ben")) {
            List.of(ann, second, ben).forEach(each -> each.join(room));
            typing(ann, true);
            JsonObject told = ben.next("typing_indicator");
            assertThat(told.getString("userId")).isEqualTo("ann");
            assertThat(told.getString("roomId")).isEqualTo(room);
            assertThat(told.getBoolean("isTyping")).isTrue();
            long toldAt = System.nanoTime();
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - toldAt))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
            for (ChatPeer each : List.of(ann, second)) {
                each.send("{\"type\": \"ping\"}");
                each.next("pong");
                assertThat(each.hasHeard("typing_indicator")).isFalse();
            }
        }
    }

    @Test
    void typing_ends_with_the_connection_and_is_not_told_twice() {
        try (ChatPeer ben = enter("ben")) {
            ben.join(room);
            ChatPeer ann = enter("ann");
            ann.join(room);
            typing(ann, true);
            typing(ann, true);
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isTrue();
            long toldAt = System.nanoTime();
            ann.cut();
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - toldAt)).isLessThan(Duration.ofSeconds(4));
            ann.close();
        }
    }

    @Test
    void typing_to_a_user_reaches_all_their_sessions_and_ends_by_itself() {
        String to = room + "-ben";
        try (ChatPeer ann = enter("ann");
                ChatPeer second = enter("ann");
                ChatPeer phone = enter(to);
                ChatPeer desk = enter(to)) {
            typingTo(ann, to, true);
            for (ChatPeer each : List.of(phone, desk)) {
                JsonObject told = each.next("typing_indicator");
                assertThat(told.getString("userId")).isEqualTo("ann");
                assertThat(told.getString("recipientId")).isEqualTo(to);
                assertThat(told.containsKey("roomId")).isFalse();
                assertThat(told.getBoolean("isTyping")).isTrue();
            }
            long toldAt = System.nanoTime();
            assertThat(phone.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - toldAt))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
            for (ChatPeer each : List.of(ann, second)) {
                each.send("{\"type\": \"ping\"}");
                each.next("pong");
                assertThat(each.hasHeard("typing_indicator")).isFalse();
            }
        }
    }

    @Test
    void typing_to_a_user_ends_with_the_connection_and_when_it_is_said() {
        String to = room + "-ben";
        try (ChatPeer ben = enter(to)) {
            ChatPeer ann = enter("ann");
            typingTo(ann, to, true);
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isTrue();
            typingTo(ann, to, false);
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
            typingTo(ann, to, true);
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isTrue();
            long toldAt = System.nanoTime();
            ann.cut();
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - toldAt)).isLessThan(Duration.ofSeconds(4));
            ann.close();
        }
    }

    /** The sender is not told: there is no answer in either case. */
    @Test
    void typing_of_a_blocked_user_is_not_told() throws Exception {
        String to = room + "-ben";
        try (ChatPeer ben = enter(to);
                ChatPeer eve = enter("eve");
                ChatPeer ann = enter("ann")) {
            block(to, "eve");
            typingTo(eve, to, true);
            eve.ask(new JsonObject().put("type", "ping").put("id", "p1"));
            typingTo(ann, to, true);
            assertThat(ben.next("typing_indicator").getString("userId")).isEqualTo("ann");
            assertThat(ben.next("typing_indicator").getString("userId")).isEqualTo("ann");
            assertThat(eve.rest()).isEmpty();
        }
    }

    @Test
    void read_mark_is_told_once_a_second_and_never_moves_back_or_beyond_what_was_sent() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            for (int i = 1; i <= 5; i++) {
                ann.say(room, "m" + i, "m" + i);
            }
            ben.next(frame -> frame.getLong("seq", 0L) == 5, "the fifth message");
            read(ben, 2);
            read(ben, 4);
            read(ben, 3);
            JsonObject mark = ann.next("read");
            assertThat(mark.getString("userId")).isEqualTo("ben");
            assertThat(mark.getLong("seq")).isEqualTo(4);
            read(ben, 1);
            read(ben, 4_000);
            assertThat(ann.next("read").getLong("seq")).isEqualTo(5);
            ann.send("{\"type\": \"ping\"}");
            ann.next("pong");
            assertThat(ann.hasHeard("read")).isFalse();
        }
    }

    @Test
    void frames_about_a_room_that_is_not_joined_are_refused() {
        try (ChatPeer ann = enter("ann")) {
            for (String frame : List.of(
                    "{\"type\": \"typing_indicator\", \"roomId\": \"" + room + "\", \"isTyping\": true, \"id\": \"a\"}",
                    "{\"type\": \"read\", \"roomId\": \"" + room + "\", \"seq\": 1, \"id\": \"b\"}",
                    "{\"type\": \"presence\", \"roomId\": \"private-of-others\", \"id\": \"c\"}")) {
                ann.send(frame);
                assertThat(ann.next("error").getString("reason")).isEqualTo("not_member");
            }
        }
    }

    @Test
    void read_marks_and_typing_of_a_large_room_are_not_told() {
        List<ChatPeer> others = new ArrayList<>();
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            ann.say(room, "hello", "1");
            IntStream.range(0, ALL).forEach(i -> {
                ChatPeer each = enter("c" + i);
                others.add(each);
                each.join(room);
            });
            assertThat(Await.until(() -> presence(ann, Map.of("limit", 1)).getInteger("count") > 200))
                    .isTrue();
            typing(others.get(0), true);
            read(others.get(0), 1);
            presence(others.get(0), Map.of("limit", 1));
            Await.pass(Duration.ofMillis(1_500));
            assertThat(ann.hasHeard("typing_indicator") || ann.hasHeard("read")).isFalse();
        } finally {
            others.forEach(ChatPeer::close);
        }
    }

    private ChatPeer enter(String user) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, "room-of-*"));
        peer.next("auth_success");
        return peer;
    }

    private JsonObject watch(ChatPeer peer) {
        peer.send(new JsonObject().put("type", "join").put("roomId", room).put("presence", true));
        JsonObject joined = peer.next("joined");
        assertThat(joined.getJsonArray("members")).as("members of %s", joined).isNotNull();
        return joined;
    }

    private void leave(ChatPeer peer) {
        peer.send(new JsonObject().put("type", "leave").put("roomId", room));
        peer.next("left");
    }

    private void typing(ChatPeer peer, boolean begins) {
        peer.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("roomId", room)
                .put("isTyping", begins));
    }

    private static void typingTo(ChatPeer peer, String user, boolean begins) {
        peer.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("recipientId", user)
                .put("isTyping", begins));
    }

    private void block(String owner, String user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user))
                .PUT(BodyPublishers.noBody())
                .header("Authorization", "Bearer " + node.token(owner))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(204);
    }

    private void read(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "read").put("roomId", room).put("seq", seq));
    }

    private JsonObject presence(ChatPeer peer, Map<String, Object> page) {
        JsonObject frame =
                new JsonObject().put("type", "presence").put("roomId", room).put("id", "p");
        page.forEach(frame::put);
        peer.send(frame);
        JsonObject answer = peer.next(each -> "p".equals(each.getString("id")), "answer to presence");
        assertThat(answer.getString("type")).as("%s", answer).isEqualTo("presence");
        return answer;
    }

    private static JsonObject nextOf(ChatPeer peer, String user) {
        return peer.next(
                frame -> "presence_change".equals(frame.getString("type"))
                        && users(frame.getJsonArray("changes")).contains(user),
                "change of " + user);
    }

    private static boolean online(JsonObject change, String user) {
        return objects(change.getJsonArray("changes")).stream()
                .filter(each -> user.equals(each.getString("userId")))
                .findFirst()
                .orElseThrow()
                .getBoolean("online");
    }

    private static int sessions(JsonObject page, String user) {
        return objects(page.getJsonArray("users")).stream()
                .filter(each -> user.equals(each.getString("userId")))
                .findFirst()
                .orElseThrow()
                .getInteger("sessions");
    }

    private static List<String> users(JsonArray all) {
        return objects(all).stream().map(each -> each.getString("userId")).toList();
    }

    private static List<JsonObject> objects(JsonArray all) {
        return all.stream().map(JsonObject.class::cast).toList();
    }
}
