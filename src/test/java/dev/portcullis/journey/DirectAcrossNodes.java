package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What may become of direct messages between nodes: the order, the gaps and the repetitions. */
abstract class DirectAcrossNodes extends DirectPeers {
    @Test
    void message_reaches_all_sessions_of_both_and_its_ack_names_the_own_inbox() {
        try (ChatPeer annsPhone = enter(ann);
                ChatPeer annsDesk = enter(ann);
                ChatPeer bensPhone = enter(ben);
                ChatPeer bensDesk = enter(ben)) {
            JsonObject ack = write(annsPhone, ben, "<b>hello</b> @ben", "h1");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ack.getString("recipientId")).isEqualTo(ben);
            assertThat(ack.getLong("seq")).isEqualTo(1);
            for (ChatPeer each : List.of(annsPhone, annsDesk, bensPhone, bensDesk)) {
                JsonObject message = each.next("chat_message");
                assertThat(message.getString("userId")).isEqualTo(ann);
                assertThat(message.getString("recipientId")).isEqualTo(ben);
                assertThat(message.getString("content")).isEqualTo("<b>hello</b> @ben");
                assertThat(message.getString("messageId")).isEqualTo(ack.getString("messageId"));
                assertThat(message.getLong("seq")).isEqualTo(1);
            }
            write(bensDesk, ann, "back", "b1");
            for (ChatPeer each : List.of(annsPhone, annsDesk, bensPhone, bensDesk)) {
                JsonObject message = each.next("chat_message");
                assertThat(message.getString("userId")).isEqualTo(ben);
                assertThat(message.getLong("seq")).isEqualTo(2);
            }
        }
    }

    @Test
    void thousand_waiting_messages_come_once_and_in_order_within_a_second() {
        int senders = 10;
        for (int sender = 0; sender < senders; sender++) {
            try (ChatPeer peer = enter(ann + "-" + sender)) {
                for (int i = 0; i < UNDELIVERED; i++) {
                    send(peer, ben, "from " + sender + " number " + i, "s" + sender + "-" + i);
                }
                for (int i = 0; i < UNDELIVERED; i++) {
                    assertThat(peer.next("ack").getString("recipientId")).isEqualTo(ben);
                }
            }
        }
        long begun = System.nanoTime();
        try (ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(ben))) {
            JsonObject greeting = peer.next("auth_success");
            assertThat(greeting.getJsonObject("inbox").getLong("seq")).isEqualTo(1_000);
            List<Long> seqs = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                seqs.add(peer.next("chat_message").getLong("seq"));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            System.out.println("1,000 waiting direct messages arrived within " + millis + " ms of the handshake");
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 1_000).boxed().toList());
            acknowledge(peer, 1_000);
            assertThat(ping(peer)).noneMatch(DirectAcrossNodes::isMessage);
        }
        assertNothingWaits(ben);
    }

    @Test
    void live_messages_come_behind_those_that_waited() {
        fill(100);
        try (ChatPeer writer = enter(ann + "-other");
                ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(ben))) {
            for (int i = 0; i < 20; i++) {
                send(writer, ben, "live " + i, "live-" + i);
            }
            List<Long> seqs = IntStream.range(0, 120)
                    .mapToObj(any -> peer.next("chat_message").getLong("seq"))
                    .toList();
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 120).boxed().toList());
        }
    }

    @Test
    void message_repeated_under_its_id_is_one_and_other_content_under_it_is_a_conflict() {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            JsonObject first = write(writer, ben, "once", "same");
            assertThat(write(writer, ben, "once", "same")).isEqualTo(first);
            assertThat(write(writer, ben, "twice", "same").getString("reason")).isEqualTo("conflict");
            JsonObject toAnother = write(writer, ben + "-2", "twice", "same");
            assertThat(toAnother.getString("type"))
                    .as("an id counts for each recipient")
                    .isEqualTo("ack");
            write(writer, ben, "next", "n");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("once");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("next");
            assertThat(IntStream.range(0, 3)
                            .mapToObj(any -> writer.next("chat_message").getString("content")))
                    .containsExactly("once", "twice", "next");
        }
    }

    @Test
    void acknowledged_messages_do_not_come_again_and_the_others_do() {
        fill(3);
        try (ChatPeer peer = enter(ben)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(peer.next("chat_message").getLong("seq")).isEqualTo(i);
            }
            acknowledge(peer, 2);
        }
        assertThat(waiting(ben)).containsExactly(3L);
        assertThat(waiting(ben))
                .as("a client that never acknowledges gets them again")
                .containsExactly(3L);
    }

    @Test
    void client_that_names_its_position_gets_exactly_what_follows() {
        String epoch = fill(5).getString("epoch");
        assertThat(resumed(ben, position(epoch, 3))).containsExactly(4L, 5L);
        assertThat(resumed(ben, position(epoch, 1)))
                .as("a position that was acknowledged by the one above is no hindrance")
                .containsExactly(2L, 3L, 4L, 5L);
        assertThat(waiting(ben))
                .as("what a client says to have is acknowledged")
                .containsExactly(4L, 5L);
        assertThat(resumed(ben, position("forgotten", 1))).containsExactly(4L, 5L);
        assertThat(resumed(ben, position(epoch, 1_000))).containsExactly(4L, 5L);
    }

    private static JsonObject position(String epoch, long seq) {
        return new JsonObject().put("epoch", epoch).put("seq", seq);
    }

    private static void send(ChatPeer from, String to, String content, String id) {
        from.send(message(to, content, id));
    }

    /** Frames take effect in order, so the acknowledgement has been handled when the pong comes. */
    static void acknowledge(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "ack").put("inboxSeq", seq));
        peer.ask(new JsonObject().put("type", "ping").put("id", "after-ack"));
    }

    /** What came before the pong. */
    private static List<JsonObject> ping(ChatPeer peer) {
        peer.ask(new JsonObject().put("type", "ping").put("id", "p"));
        return peer.rest();
    }

    private static boolean isMessage(JsonObject frame) {
        return "chat_message".equals(frame.getString("type"));
    }
}
