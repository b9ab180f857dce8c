package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users do with rooms over HTTP, and what their sockets see of it. */
abstract class RoomsContract extends RoomRightsContract {
    @Test
    void repeated_removal_or_leave_tells_nothing_of_what_the_room_became() {
        String room = create("ann", "private");
        try (ChatPeer ben = enter("ben");
                ChatPeer cleo = enter("cleo")) {
            for (String user : List.of("ben", "cleo")) {
                put("ann", room, user, "member", 204);
            }
            for (ChatPeer session : List.of(ben, cleo)) {
                assertThat(session.next("membership").getString("role")).isEqualTo("member");
            }
            assertThat(call("DELETE", "ann", member(room, "ben")).status()).isEqualTo(204);
            assertThat(ben.next("membership"))
                    .isEqualTo(membership(room, "Tea", "ann").putNull("role"));
            assertThat(call("DELETE", "cleo", member(room, "cleo")).status()).isEqualTo(204);
            assertThat(cleo.next("membership"))
                    .isEqualTo(membership(room, "Tea", "cleo").putNull("role"));

            call("PATCH", "ann", "/" + room, new JsonObject().put("name", "Secret"))
                    .body(200);
            assertThat(call("DELETE", "ann", member(room, "ben")).status()).isEqualTo(204);
            assertThat(call("DELETE", "cleo", member(room, "cleo")).status()).isEqualTo(204);

            String next = create("ann", "private");
            for (String user : List.of("ben", "cleo")) {
                put("ann", next, user, "member", 204);
            }
            for (ChatPeer session : List.of(ben, cleo)) {
                assertThat(session.next("membership").getString("roomId")).isEqualTo(next);
            }
        }
    }

    @Test
    void topic_is_shown_until_it_is_taken_away_and_only_owners_write_it() {
        String room = create("ann", "private");
        put("ann", room, "ben", "moderator", 204);
        JsonObject topic = new JsonObject().put("topic", "at <five>");
        assertThat(call("PATCH", "ben", "/" + room, topic).status()).isEqualTo(403);
        assertThat(call("PATCH", "cleo", "/" + room, topic).status()).isEqualTo(404);
        call("PATCH", "ann", "/" + room, topic).body(200);
        JsonObject seen = call("GET", "ben", "/" + room).body(200).getJsonObject("room");
        assertThat(seen.getString("topic")).isEqualTo("at &lt;five&gt;");
        assertThat(seen.getString("name")).isEqualTo("Tea");
        assertThat(call("PATCH", "ann", "/" + room, new JsonObject().put("topic", ""))
                        .body(200)
                        .getJsonObject("room")
                        .containsKey("topic"))
                .isFalse();
        for (JsonObject malformed : List.of(
                new JsonObject().put("name", ""),
                new JsonObject().put("topic", "a".repeat(251)),
                new JsonObject().put("visibility", "public"))) {
            assertThat(call("PATCH", "ann", "/" + room, malformed).refusal()).startsWith("400 validation_failed");
        }
        assertThat(call("PATCH", "ann", "/lobby", topic).status())
                .as("of the configuration")
                .isEqualTo(403);
    }

    @Test
    void public_room_is_listed_and_open_to_all() {
        String room = create("ann", "public");
        JsonObject seen = call("GET", "ben", "/" + room).body(200);
        assertThat(seen.getJsonObject("room").getString("visibility")).isEqualTo("public");
        assertThat(seen.containsKey("members"))
                .as("members are shown to members")
                .isFalse();
        assertThat(listed("ben")).contains(room, "lobby", "room-1").doesNotHaveDuplicates();
        try (ChatPeer ben = enter("ben")) {
            ben.join(room);
            assertThat(ben.say(room, "hi", "1").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void list_brings_each_room_once_in_pages() {
        String own = createNamed("ann", "private", of("own-"));
        String shown = createNamed("ann", "public", of("shown-"));
        String joined = createNamed("ben", "private", of("joined-"));
        put("ben", joined, "ann", "moderator", 204);
        List<String> all = listed("ann");
        assertThat(all).contains(own, shown, joined, "lobby", "room-1").doesNotHaveDuplicates();
        assertThat(all.subList(0, 3)).containsExactlyInAnyOrder(own, shown, joined);
        List<String> toOthers = listed("cleo");
        assertThat(toOthers).doesNotContain(own, joined).contains(shown).doesNotHaveDuplicates();
        assertThat(toOthers.subList(0, toOthers.indexOf(shown)))
                .as("before those that users create")
                .contains("lobby", "room-1");
        assertThat(call("GET", "ann", "?cursor=nothing").status()).isEqualTo(400);
    }

    @Test
    void name_is_made_safe_and_an_id_is_given_once() {
        String room = "named-" + of("r");
        JsonObject asked = new JsonObject()
                .put("name", "<b>Tea</b> ")
                .put("visibility", "private")
                .put("roomId", room);
        JsonObject made = call("POST", "ann", "", asked).body(201).getJsonObject("room");
        assertThat(made.getString("roomId")).isEqualTo(room);
        assertThat(made.getString("name")).startsWith("&lt;b&gt;Tea&lt;/b&gt;");
        assertThat(made.getString("role")).isEqualTo("owner");

        Answer again = call("POST", "ben", "", asked);
        assertThat(again.refusal()).isEqualTo("409 conflict [{\"path\":\"/roomId\",\"rule\":\"taken\"}]");
        assertThat(call("POST", "ben", "", asked.copy().put("roomId", "lobby")).status())
                .as("a room of the configuration")
                .isEqualTo(409);
        assertThat(call("POST", "ben", "", asked.copy().put("name", " \u200b ")).refusal())
                .isEqualTo("400 validation_failed [{\"path\":\"/name\",\"rule\":\"format\"}]");
    }

    @Test
    void id_under_which_was_written_is_given_to_no_user() {
        String room = of("team-");
        try (ChatPeer dan = JdkPeer.admitted(site().ws(), site().token(of("dan"), room))) {
            dan.next("auth_success");
            dan.join(room);
            dan.say(room, "ours", "1");
        }
        JsonObject asked =
                new JsonObject().put("name", "Mine").put("visibility", "public").put("roomId", room);
        assertThat(call("POST", "ann", "", asked).status()).isEqualTo(409);
    }

    @Test
    void owner_hands_the_room_over_and_the_last_one_keeps_their_role() {
        String room = create("ann", "private");
        String last = "409 conflict [{\"path\":\"\",\"rule\":\"last_owner\"}]";
        assertThat(call("PUT", "ann", member(room, "ann"), role("member")).refusal())
                .isEqualTo(last);
        assertThat(callAs(Role.ADMIN, "DELETE", "root", member(room, "ann")).refusal())
                .isEqualTo(last);

        makeOwner("ann", room, "ben");
        put("ann", room, "ben", "owner", 204);
        put("ann", room, "ann", "moderator", 204);
        put("ann", room, "cleo", "owner", 403);
        put("ann", room, "cleo", "member", 204);
        put("ben", room, "ann", "member", 204);
        assertThat(call("DELETE", "ann", "/" + room).status()).isEqualTo(403);
        assertThat(call("DELETE", "ben", "/" + room).status()).isEqualTo(204);
    }

    @Test
    void member_who_leaves_hears_no_more_and_may_come_back_where_all_may() {
        String room = create("ann", "public");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            assertThat(call("DELETE", "ben", member(room, "ben")).status()).isEqualTo(204);
            ben.next("member_removed");
            ann.say(room, "without ben", "1");
            ann.next("chat");
            assertThat(ben.say(room, "x", "2").getString("reason")).isEqualTo("not_member");
            assertThat(ben.hasHeard("chat")).isFalse();
            ben.join(room);
            assertThat(ben.say(room, "again", "3").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void mute_holds_in_a_room_of_the_configuration_too() {
        try (ChatPeer ben = enter("ben")) {
            ben.join("lobby");
            assertThat(call("PUT", "ann", mute("lobby", "ben"), seconds(600)).status())
                    .isEqualTo(403);
            assertThat(callAs(Role.MODERATOR, "PUT", "mod", mute("lobby", "ben"), seconds(600))
                            .status())
                    .isEqualTo(204);
            assertThat(ben.say("lobby", "loud", "1").getString("reason")).isEqualTo("forbidden");
        }
    }
}
