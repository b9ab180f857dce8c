package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What several nodes store in one inbox that is full. */
abstract class FullInboxAcrossNodes extends DirectPeers {
    static final int ENTRIES = 30;

    static final String[] SETTINGS = {"streams.inbox.entries=" + ENTRIES, "direct.undelivered=10", "streams.lingerMs=0"
    };

    /** The attack of the finding: before, the friend's message was gone without a word. */
    @Test
    void accounts_that_fill_an_inbox_push_out_no_message_of_a_friend_and_what_goes_of_theirs_is_told() {
        flood(11, 10);
    }

    /** Returns how many messages went. */
    final long flood(int accounts, int each) {
        String friend = ann + "-friend";
        try (ChatPeer peer = enter(ben)) {
            assertThat(write(peer, friend, "hello", "h").getString("type")).isEqualTo("ack");
        }
        try (ChatPeer peer = enter(friend)) {
            assertThat(write(peer, ben, "of a friend", "f").getString("type")).isEqualTo("ack");
        }
        int placed = 0;
        for (int account = 0; account < accounts; account++) {
            try (ChatPeer peer = enter(ann + "-" + account)) {
                for (int i = 0; i < each; i++) {
                    JsonObject answer = write(peer, ben, "spam " + i, "s" + i);
                    boolean isPlaced = answer.getString("type").equals("ack");
                    assertThat(isPlaced || answer.getString("reason").equals("restricted"))
                            .isTrue();
                    placed += isPlaced ? 1 : 0;
                }
            }
        }
        Received received = receive(ben, Optional.empty(), 0);
        assertThat(received.gapAtBegin).isZero();
        assertThat(received.texts).contains("hello", "of a friend");
        assertThat(received.texts).hasSize(ENTRIES);
        assertThat(received.missing).isEqualTo(2 + placed - ENTRIES).isPositive();
        return received.missing;
    }

    @Test
    void sender_who_lost_a_message_is_restricted_until_the_recipient_has_acknowledged_that() {
        String largest = ann + "-largest";
        for (String sender : List.of(largest, ann + "-2", ann + "-3")) {
            try (ChatPeer peer = enter(sender)) {
                int count = sender.equals(largest) ? 10 : 9;
                for (int i = 0; i < count; i++) {
                    assertThat(write(peer, ben, "m", "m" + i).getString("type")).isEqualTo("ack");
                }
            }
        }
        try (ChatPeer other = enter(ann + "-4");
                ChatPeer peer = enter(largest)) {
            for (int i = 0; i < 3; i++) {
                assertThat(write(other, ben, "m", "m" + i).getString("type")).isEqualTo("ack");
            }
            assertThat(write(peer, ben, "more", "more").getString("reason")).isEqualTo("restricted");
            try (ChatPeer reader = JdkPeer.admitted(node.ws(), node.token(ben))) {
                assertThat(reader.next("gap").getLong("seq")).isEqualTo(1);
                assertThat(reader.next("chat_message").getLong("seq")).isEqualTo(2);
                acknowledge(reader, 2);
            }
            assertThat(write(peer, ben, "more", "more").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void what_went_from_the_front_is_told_with_the_greeting_for_each_position_that_has_not_passed_it() {
        try (ChatPeer peer = enter(ben)) {
            for (int i = 1; i <= ENTRIES + 10; i++) {
                assertThat(write(peer, ben, "note " + i, "n" + i).getString("type"))
                        .isEqualTo("ack");
            }
        }
        Received first = receive(ben, Optional.empty(), 0);
        assertThat(first.gapAtBegin).isEqualTo(10);
        assertThat(first.texts).hasSize(ENTRIES).startsWith("note 11");
        JsonObject five = new JsonObject().put("epoch", first.epoch).put("seq", 5);
        Received resumed = receive(ben, Optional.of(five), 5);
        assertThat(resumed.gapAtBegin).isEqualTo(5);
        assertThat(resumed.texts).hasSize(ENTRIES);
        try (ChatPeer peer = enter(ben)) {
            peer.next("chat_message");
            acknowledge(peer, 10);
        }
        Received last = receive(ben, Optional.empty(), 10);
        assertThat(last.gapAtBegin).isZero();
        assertThat(last.texts).hasSize(ENTRIES);
    }

    /** What a client gets up to the head, where each position is either of a message or told as missing. */
    private record Received(String epoch, List<String> texts, long gapAtBegin, long missing) {}

    /** @param from the position up to which the client has everything */
    private Received receive(String user, Optional<JsonObject> resume, long from) {
        try (ChatPeer peer =
                resume.map(at -> resuming(user, at)).orElseGet(() -> JdkPeer.admitted(node.ws(), node.token(user)))) {
            JsonObject inbox = peer.next("auth_success").getJsonObject("inbox");
            Optional<JsonObject> gap = Optional.ofNullable(inbox.getJsonObject("gap"));
            gap.ifPresent(each -> assertThat(each.getLong("seq")).isEqualTo(from + each.getLong("count")));
            long seq = gap.map(each -> each.getLong("seq")).orElse(from);
            long missing = 0;
            List<String> texts = new ArrayList<>();
            while (seq < inbox.getLong("seq")) {
                JsonObject frame = peer.next();
                boolean isGap = frame.getString("type").equals("gap");
                long count = isGap ? frame.getLong("count") : 1;
                assertThat(frame.getLong("seq")).isEqualTo(seq + count);
                seq = frame.getLong("seq");
                if (isGap) {
                    missing += count;
                } else {
                    texts.add(frame.getString("content"));
                }
            }
            return new Received(
                    inbox.getString("epoch"),
                    texts,
                    gap.map(each -> each.getLong("count")).orElse(0L),
                    missing);
        }
    }

    private ChatPeer resuming(String user, JsonObject inbox) {
        ChatPeer peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of());
        peer.send(new JsonObject()
                .put("type", "auth")
                .put("token", node.token(user))
                .put("resume", new JsonObject().put("inbox", inbox)));
        return peer;
    }

    private static void acknowledge(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "ack").put("inboxSeq", seq));
        peer.ask(new JsonObject().put("type", "ping").put("id", "after-ack"));
    }
}
