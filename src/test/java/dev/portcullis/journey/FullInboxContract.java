package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients see of an inbox that is full of what was not delivered, over real sockets. */
abstract class FullInboxContract extends FullInboxAcrossNodes {
    /**
     * So few places make it quick: eleven senders with ten messages each, as with a hundred of a thousand. A node that still follows
     * an inbox would deliver from memory what went meanwhile.
     */
    @Test
    void hundred_accounts_push_out_no_message_of_a_friend() {
        flood(100, 2);
    }

    @Test
    void history_of_a_conversation_tells_that_messages_of_it_went() {
        String largest = ann + "-largest";
        for (String sender : List.of(largest, ann + "-2", ann + "-3")) {
            try (ChatPeer peer = enter(sender)) {
                for (int i = 0; i < 10; i++) {
                    write(peer, ben, "m" + i, "m" + i);
                }
            }
        }
        try (ChatPeer peer = enter(ann + "-4")) {
            for (int i = 0; i < 6; i++) {
                assertThat(write(peer, ben, "m", "m" + i).getString("type")).isEqualTo("ack");
            }
        }
        try (ChatPeer peer = enter(ben)) {
            JsonObject page = peer.ask(new JsonObject()
                    .put("type", "history")
                    .put("recipientId", largest)
                    .put("after", 0)
                    .put("id", "h1"));
            assertThat(page.getBoolean("gap")).isTrue();
            assertThat(page.getJsonArray("messages")).hasSize(8);
        }
    }
}
