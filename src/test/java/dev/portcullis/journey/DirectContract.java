package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What clients see of direct messages and of those that wait, over real sockets. */
abstract class DirectContract extends DirectAcrossNodes {
    /** Else a client could discard what it has not seen. */
    @Test
    void acknowledgement_counts_up_to_what_the_connection_was_sent() {
        try (ChatPeer early = enter(ben)) {
            acknowledge(early, 9_000_000_000_000L);
        }
        fill(2);
        assertThat(waiting(ben)).containsExactly(1L, 2L);
        try (ChatPeer peer = enter(ben)) {
            peer.next("chat_message");
            peer.next("chat_message");
            acknowledge(peer, 9_000_000_000_000L);
            try (ChatPeer writer = enter(ann)) {
                write(writer, ben, "later", "l1");
            }
            assertThat(peer.next("chat_message").getLong("seq")).isEqualTo(3);
        }
        assertThat(waiting(ben)).containsExactly(3L);
    }

    /** One sender can't fill an inbox so that the messages of others are lost. */
    @Test
    void hundred_first_message_that_waits_is_restricted_until_the_recipient_acknowledges() {
        fill(UNDELIVERED);
        try (ChatPeer flooder = enter(ann);
                ChatPeer friend = enter(ann + "-friend")) {
            JsonObject refused = write(flooder, ben, "one more", "more");
            assertThat(refused.getString("type")).isEqualTo("error");
            assertThat(refused.getString("reason")).isEqualTo("restricted");
            assertThat(write(friend, ben, "of a friend", "f").getString("type")).isEqualTo("ack");
            try (ChatPeer peer = enter(ben)) {
                for (int i = 0; i <= UNDELIVERED; i++) {
                    peer.next("chat_message");
                }
                assertThat(write(flooder, ben, "one more", "more").getString("reason"))
                        .as("delivered is not acknowledged")
                        .isEqualTo("restricted");
                acknowledge(peer, 1);
                assertThat(write(flooder, ben, "one more", "more").getString("type"))
                        .isEqualTo("ack");
                assertThat(peer.next("chat_message").getString("content")).isEqualTo("one more");
            }
        }
    }

    @Test
    void message_to_oneself_is_one_message() {
        try (ChatPeer phone = enter(ann);
                ChatPeer desk = enter(ann)) {
            for (int i = 1; i <= UNDELIVERED + 1; i++) {
                assertThat(write(phone, ann, "note " + i, "n" + i).getLong("seq"))
                        .isEqualTo(i);
            }
            for (int i = 1; i <= UNDELIVERED + 1; i++) {
                assertThat(phone.next("chat_message").getLong("seq")).isEqualTo(i);
                assertThat(desk.next("chat_message").getLong("seq")).isEqualTo(i);
            }
        }
    }

    @Test
    void reserved_ids_and_messages_that_are_too_long_are_refused() {
        try (ChatPeer writer = enter(ann)) {
            assertThat(write(writer, "system", "hi", "1").getString("reason")).isEqualTo("forbidden");
            assertThat(write(writer, "Deleted", "hi", "2").getString("reason")).isEqualTo("forbidden");
            assertThat(write(writer, ben, "x".repeat(5_001), "3").getString("reason"))
                    .isEqualTo("validation_failed");
            assertThat(write(writer, ben, "x".repeat(5_000), "4").getString("type"))
                    .isEqualTo("ack");
        }
    }
}
