package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is in a room, over real sockets. */
abstract class PresenceContract extends PresenceAcrossNodes {
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
            nextOf(ann, "ann");
            watch(eve);
            nextOf(ann, "eve");
            assertThat(ann.join(room).containsKey("members")).isFalse();
            ann.rest();
            ben.join(room);
            nextOf(eve, "ben");
            ann.send("{\"type\": \"ping\"}");
            ann.next("pong");
            assertThat(ann.hasHeard("presence_change")).isFalse();
        }
    }
}
