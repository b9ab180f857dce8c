package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What n strangers do to one user by rooms, beside one honest friend: CWE-841, CWE-400. */
abstract class StrangersContract extends RoomCalls {
    private static final int OWNED = 2;
    private static final int ADDED = 5;
    private static final int RECEIVED = 10;

    /** With an answer to each addition, and numbers that a test can reach. */
    static final List<String> SETTINGS = List.of(
            "rooms.public=[]",
            "rooms.adding=invite",
            "direct.allow=shared_room",
            "rooms.limits.ownedPerUser=" + OWNED,
            "rooms.limits.joinedPerUser=3",
            "rooms.limits.addedPerUser=" + ADDED,
            "rooms.limits.invitationsReceived=" + RECEIVED);

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void strangers_who_invite_take_nothing_from_a_user_and_keep_out_no_friend(int strangers) {
        String common = create("friend", "private");
        assertThat(call("PUT", "friend", member(common, "victim"), role("member"))
                        .body(202))
                .isEqualTo(new JsonObject().put("invited", "member"));
        accept("victim", common);
        try (ChatPeer victim = enter("victim")) {
            for (int i = 0; i < strangers; i++) {
                String stranger = "stranger" + i + "-";
                String room = create(stranger, "private");
                put(stranger, room, "victim", "member", 202);
                put(stranger, create(stranger, "private"), "victim", "owner", 202);
                try (ChatPeer peer = enter(stranger)) {
                    assertThat(write(peer, "victim").getString("reason")).isEqualTo("forbidden");
                }
            }
            JsonObject told = victim.next("membership");
            assertThat(told.getValue("role")).isNull();
            assertThat(told.getString("invited")).isEqualTo("member");
            assertThat(told.getString("byUserId")).startsWith("stranger");
        }
        assertThat(listed("victim")).containsExactly(common);
        assertThat(call("GET", "victim", "/invitations").body(200).getJsonArray("invitations"))
                .hasSize(Math.min(2 * strangers, RECEIVED));

        String tea = create("friend", "private");
        put("friend", tea, "victim", "member", 204);
        for (int i = 0; i < OWNED; i++) {
            create("victim", "private");
        }
        try (ChatPeer friend = enter("friend")) {
            assertThat(write(friend, "victim").getString("type")).isEqualTo("ack");
        }
        assertThat(listed("victim")).contains(common, tea).hasSize(2 + OWNED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void rooms_that_admins_or_users_put_a_user_into_fill_no_list_of_their_own_and_can_be_left(int strangers) {
        for (int i = 0; i < strangers; i++) {
            String room = create("stranger" + i + "-", "private");
            Answer answer = callAs(Role.ADMIN, "PUT", "root", member(room, "victim"), role("moderator"));
            assertThat(answer.status()).isEqualTo(i < 2 * ADDED ? 204 : 409);
            try (ChatPeer peer = enter("stranger" + i + "-")) {
                assertThat(write(peer, "victim").getString("reason")).isEqualTo("forbidden");
            }
        }
        String tea = create("friend", "private");
        put("friend", tea, "victim", "member", 202);
        accept("victim", tea);
        for (int i = 0; i < OWNED; i++) {
            create("victim", "private");
        }
        for (String room : listed("victim")) {
            assertThat(call("DELETE", "victim", member(room, "victim")).status())
                    .as("there is always a way to leave")
                    .isEqualTo(204);
        }
        assertThat(listed("victim")).isEmpty();
    }

    private JsonObject write(ChatPeer from, String to) {
        return from.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", of(to))
                .put("content", "hi")
                .put("id", "w"));
    }
}
