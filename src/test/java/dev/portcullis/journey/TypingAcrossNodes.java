package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Signals that one node takes and others have to tell. */
abstract class TypingAcrossNodes extends SignalPeers {
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

    static void typingTo(ChatPeer peer, String user, boolean begins) {
        peer.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("recipientId", user)
                .put("isTyping", begins));
    }

    void read(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "read").put("roomId", room).put("seq", seq));
    }

    static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** What does not end early never does, and what does can be late on a busy machine: so one attempt tells. */
    static void assertEndsEarly(Supplier<Duration> attempt) {
        Duration lasted = attempt.get();
        for (int i = 1; i < ATTEMPTS && lasted.compareTo(ENDS_BY_ITSELF) >= 0; i++) {
            lasted = attempt.get();
        }
        assertThat(lasted).isLessThan(ENDS_BY_ITSELF);
    }
}
