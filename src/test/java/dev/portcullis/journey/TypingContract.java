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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who types in a room or to a user, and how far a room was read, over real sockets. */
abstract class TypingContract extends TypingAcrossNodes {
    private static final int ALL = 230;

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

    private void block(String owner, String user) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user))
                .PUT(BodyPublishers.noBody())
                .header("Authorization", "Bearer " + node.token(owner))
                .build();
        assertThat(PatientCalls.send(HttpClient.newHttpClient(), request).statusCode())
                .isEqualTo(204);
    }
}
