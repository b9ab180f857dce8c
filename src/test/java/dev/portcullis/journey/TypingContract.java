package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PatientCalls;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who types in a room or to a user, and how far a room was read, over real sockets. */
abstract class TypingContract extends SignalPeers {
    private static final int ALL = 230;

    /** What ends by itself does not end sooner, on any machine: the time is counted from before it began. */
    private static final Duration ENDS_BY_ITSELF = Duration.ofMillis(5_500);

    private static final int ATTEMPTS = 10;

    @Test
    void typing_is_told_to_others_and_ends_by_itself() {
        try (ChatPeer ann = enter("ann");
                ChatPeer second = enter("ann");
                ChatPeer ben = enter("ben")) {
            List.of(ann, second, ben).forEach(each -> each.join(room));
            long begunAt = System.nanoTime();
            typing(ann, true);
            JsonObject told = ben.next("typing_indicator");
            assertThat(told.getString("userId")).isEqualTo("ann");
            assertThat(told.getString("roomId")).isEqualTo(room);
            assertThat(told.getBoolean("isTyping")).isTrue();
            assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(since(begunAt)).isGreaterThan(ENDS_BY_ITSELF);
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
            assertEndsEarly(() -> {
                ChatPeer ann = enter("ann");
                ann.join(room);
                long begunAt = System.nanoTime();
                typing(ann, true);
                typing(ann, true);
                assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isTrue();
                ann.cut();
                assertThat(ben.next("typing_indicator").getBoolean("isTyping")).isFalse();
                Duration lasted = since(begunAt);
                ann.close();
                return lasted;
            });
        }
    }

    @Test
    void typing_to_a_user_reaches_all_their_sessions_and_ends_by_itself() {
        String to = room + "-ben";
        try (ChatPeer ann = enter("ann");
                ChatPeer second = enter("ann");
                ChatPeer phone = enter(to);
                ChatPeer desk = enter(to)) {
            long begunAt = System.nanoTime();
            typingTo(ann, to, true);
            for (ChatPeer each : List.of(phone, desk)) {
                JsonObject told = each.next("typing_indicator");
                assertThat(told.getString("userId")).isEqualTo("ann");
                assertThat(told.getString("recipientId")).isEqualTo(to);
                assertThat(told.containsKey("roomId")).isFalse();
                assertThat(told.getBoolean("isTyping")).isTrue();
            }
            assertThat(phone.next("typing_indicator").getBoolean("isTyping")).isFalse();
            assertThat(since(begunAt)).isGreaterThan(ENDS_BY_ITSELF);
            for (ChatPeer each : List.of(ann, second)) {
                each.send("{\"type\": \"ping\"}");
                each.next("pong");
                assertThat(each.hasHeard("typing_indicator")).isFalse();
            }
        }
    }

    @Test
    void typing_to_a_user_ends_when_it_is_said_and_with_the_connection() {
        String to = room + "-ben";
        try (ChatPeer ben = enter(to)) {
            for (Consumer<ChatPeer> end : List.<Consumer<ChatPeer>>of(ann -> typingTo(ann, to, false), ChatPeer::cut)) {
                assertEndsEarly(() -> {
                    ChatPeer ann = enter("ann");
                    long begunAt = System.nanoTime();
                    typingTo(ann, to, true);
                    assertThat(ben.next("typing_indicator").getBoolean("isTyping"))
                            .isTrue();
                    end.accept(ann);
                    assertThat(ben.next("typing_indicator").getBoolean("isTyping"))
                            .isFalse();
                    Duration lasted = since(begunAt);
                    ann.close();
                    return lasted;
                });
            }
        }
    }

    /** The recipient is told also while the sender's own inbox is still read. */
    @Test
    void typing_to_a_user_may_be_the_first_that_a_client_says() {
        String to = room + "-ben";
        try (ChatPeer ben = enter(to)) {
            for (int i = 1; i <= 15; i++) {
                String from = room + "-ann-" + i;
                try (ChatPeer ann = enter(from)) {
                    typingTo(ann, to, true);
                    ben.next(frame -> from.equals(frame.getString("userId")), "typing of " + from);
                }
            }
        }
    }

    /** The sender is not told: there is no answer in either case. */
    @Test
    void typing_of_a_blocked_user_is_not_told() {
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
            assertThat(mark.getLong("seq")).as("the first of a slow machine").isIn(2L, 4L);
            if (mark.getLong("seq") < 4) {
                assertThat(ann.next("read").getLong("seq")).isEqualTo(4);
            }
            read(ben, 1);
            read(ben, 4_000);
            assertThat(ann.next("read").getLong("seq")).isEqualTo(5);
            ann.send("{\"type\": \"ping\"}");
            ann.next("pong");
            assertThat(ann.hasHeard("read")).isFalse();
        }
    }

    /** The message comes to its author too, beside its ack. */
    @Test
    void own_message_may_be_read_right_behind_its_ack() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            for (int i = 1; i <= 3; i++) {
                long seq = ann.say(room, "m" + i, "m" + i).getLong("seq");
                read(ann, seq);
                ben.next(frame -> "read".equals(frame.getString("type")) && frame.getLong("seq") == seq, "mark " + seq);
            }
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

    private static void typingTo(ChatPeer peer, String user, boolean begins) {
        peer.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("recipientId", user)
                .put("isTyping", begins));
    }

    private void block(String owner, String user) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user))
                .PUT(BodyPublishers.noBody())
                .header("Authorization", "Bearer " + node.token(owner))
                .build();
        assertThat(PatientCalls.send(HttpClient.newHttpClient(), request).statusCode())
                .isEqualTo(204);
    }

    private void read(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "read").put("roomId", room).put("seq", seq));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** What does not end early never does, and what does can be late on a busy machine: so one attempt tells. */
    private static void assertEndsEarly(Supplier<Duration> attempt) {
        Duration lasted = attempt.get();
        for (int i = 1; i < ATTEMPTS && lasted.compareTo(ENDS_BY_ITSELF) >= 0; i++) {
            lasted = attempt.get();
        }
        assertThat(lasted).isLessThan(ENDS_BY_ITSELF);
    }
}
