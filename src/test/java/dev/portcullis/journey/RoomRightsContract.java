package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What users without a right learn and change: nothing, by whatever id they put into a path or a frame (CWE-639, CWE-204). */
abstract class RoomRightsContract extends RoomsAcrossNodes {
    @Test
    void stranger_can_not_tell_a_private_room_from_one_that_is_not_there() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        for (String target : List.of("ann", "ben", "eve", "stranger")) {
            assertThat(calls("eve", room, target)).isEqualTo(calls("eve", of("absent-"), target));
        }
        assertThat(calls("eve", room, "ben")).allMatch(answer -> answer.startsWith("404 not_found"));
        assertThat(changes("ben", room, "ann"))
                .as("a member knows the room, but has no right")
                .containsOnly("403 forbidden null");
        assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(200);
    }

    @Test
    void stranger_gets_the_same_for_each_frame_to_a_private_room_and_to_none() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ann = enter("ann");
                ChatPeer eve = enter("eve")) {
            ann.join(room);
            String message = ann.say(room, "secret", "m").getString("messageId");
            for (String target : List.of("ann", "ben", "eve", "stranger")) {
                List<JsonObject> answers = frames(eve, room, message, target);
                assertThat(answers).isEqualTo(frames(eve, of("absent-"), message, target));
                assertThat(answers)
                        .allMatch(answer -> "left".equals(answer.getString("type"))
                                || List.of("not_member", "unsupported").contains(answer.getString("reason")));
            }
            ann.say(room, "still ours", "n");
            ann.next(frame -> "still ours".equals(frame.getString("content")), "message");
            assertThat(eve.rest()).isEmpty();
        }
        JsonArray members = call("GET", "ann", "/" + room).body(200).getJsonArray("members");
        assertThat(members).hasSize(2);
    }

    @Test
    void removed_user_can_not_tell_the_room_from_one_that_is_not_there() {
        String room = create("ann", "private");
        put("ann", room, "ben", "moderator", 204);
        assertThat(call("DELETE", "ann", member(room, "ben")).status()).isEqualTo(204);
        try (ChatPeer ben = enter("ben")) {
            for (String target : List.of("ann", "ben", "stranger")) {
                assertThat(calls("ben", room, target)).isEqualTo(calls("ben", of("absent-"), target));
                String message = UUID.randomUUID().toString();
                assertThat(frames(ben, room, message, target)).isEqualTo(frames(ben, of("absent-"), message, target));
            }
        }
    }

    @Test
    void message_of_another_room_is_not_found_also_by_an_owner() {
        String foreign = create("ann", "private");
        String own = create("eve", "private");
        try (ChatPeer ann = enter("ann");
                ChatPeer eve = enter("eve")) {
            ann.join(foreign);
            eve.join(own);
            String message = ann.say(foreign, "secret", "m").getString("messageId");
            for (String type : List.of("edit_message", "delete_message")) {
                JsonObject refusal = eve.ask(amendment(type, own, message).put("id", type));
                assertThat(refusal.getString("reason")).as(type).isEqualTo("not_found");
            }
        }
    }

    @Test
    void last_owner_is_not_removed_by_a_frame() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ann = enter("ann");
                ChatPeer root = enter("root", Role.ADMIN)) {
            ann.join(room);
            JsonObject refusal = root.ask(removal(room, "ann").put("id", "1"));
            assertThat(refusal.getString("reason")).isEqualTo("conflict");
            assertThat(refusal.getJsonArray("details").encode())
                    .isEqualTo("[{\"path\":\"/userId\",\"rule\":\"last_owner\"}]");
            assertThat(ann.say(room, "mine", "m").getString("type")).isEqualTo("ack");

            makeOwner("ann", room, "ben");
            assertThat(root.ask(removal(room, "ann").put("id", "2")).getString("type"))
                    .isEqualTo("ack");
            ann.next("member_removed");
            assertThat(root.ask(removal(room, "ben").put("id", "3")).getString("reason"))
                    .as("one owner is left")
                    .isEqualTo("conflict");
        }
    }

    @Test
    void repeated_removal_of_a_user_who_was_added_again_has_no_second_effect() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            JsonObject removal = removal(room, "ben").put("id", "once");
            JsonObject ack = ann.ask(removal);
            assertThat(ack.getString("type")).isEqualTo("ack");
            put("ann", room, "ben", "member", 204);
            ben.join(room);
            assertThat(ann.ask(removal)).isEqualTo(ack);
            assertThat(ben.say(room, "here again", "1").getString("type")).isEqualTo("ack");
        }
    }

    /** Else it would go on listening in a room that its token must not open. */
    @Test
    void id_of_a_room_that_is_joined_on_the_word_of_a_token_is_taken() {
        String id = of("team-");
        JsonObject asked = new JsonObject()
                .put("name", "Team")
                .put("visibility", "private")
                .put("roomId", id);
        try (ChatPeer guest = site().enter(of("eve"), id)) {
            guest.join(id);
            assertThat(callAs(Role.ADMIN, "POST", "root", "", asked).status()).isEqualTo(409);
            guest.ask(new JsonObject().put("type", "leave").put("roomId", id).put("id", "l"));
            assertThat(Await.until(
                            () -> callAs(Role.ADMIN, "POST", "root", "", asked).status() == 201))
                    .isTrue();
            assertThat(refusalOfJoin(guest, id)).isEqualTo("not_member");
        }
    }

    /** A reserved id once ended the subscriptions of all. */
    @Test
    void reserved_id_is_no_user_to_remove_or_to_mute() {
        String room = create("ann", "public");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            for (String id : List.of("deleted", "DELETED", "system")) {
                assertThat(call("DELETE", "ann", "/" + room + "/members/" + id).status())
                        .isEqualTo(404);
                assertThat(call("PUT", "ann", "/" + room + "/mutes/" + id, seconds(60))
                                .status())
                        .isEqualTo(404);
                assertThat(ann.ask(frame("remove_user", room).put("userId", id).put("id", id))
                                .getString("reason"))
                        .isEqualTo("not_found");
            }
            assertThat(ann.say(room, "all here", "1").getLong("seq")).isEqualTo(1);
            ben.next("chat");
        }
    }

    @Test
    void user_whose_token_ranks_as_high_is_neither_removed_nor_muted_while_connected() {
        String room = create("ann", "public");
        try (ChatPeer mod = enter("mod", Role.MODERATOR)) {
            for (Role role : List.of(Role.MODERATOR, Role.ADMIN)) {
                try (ChatPeer other = enter("other", role)) {
                    other.join(room);
                    assertThat(mod.ask(removal(room, "other").put("id", "r")).getString("reason"))
                            .isEqualTo("forbidden");
                    assertThat(callAs(Role.MODERATOR, "DELETE", "mod", member(room, "other"))
                                    .status())
                            .isEqualTo(403);
                    assertThat(callAs(Role.MODERATOR, "PUT", "mod", mute(room, "other"), seconds(60))
                                    .status())
                            .isEqualTo(403);
                    assertThat(other.say(room, "here", "1").getString("type")).isEqualTo("ack");
                }
            }
            assertThat(Await.until(() -> "ack"
                            .equals(mod.ask(removal(room, "other").put("id", "r"))
                                    .getString("type"))))
                    .as("a token is known as long as its session lives")
                    .isTrue();
        }
    }

    /** The answers to every call about a room and another user, without those of its owner. */
    private List<String> calls(String user, String room, String target) {
        List<String> answers = new ArrayList<>(changes(user, room, target));
        answers.add(call("GET", user, "/" + room).refusal());
        answers.add(call("GET", user, "/" + room + "?cursor=" + of(target)).refusal());
        return answers;
    }

    private List<String> changes(String user, String room, String target) {
        return List.of(
                call("DELETE", user, "/" + room).refusal(),
                call("PUT", user, member(room, target), role("member")).refusal(),
                call("PUT", user, member(room, target), role("owner")).refusal(),
                call("DELETE", user, member(room, target)).refusal(),
                call("PUT", user, mute(room, target), seconds(60)).refusal(),
                call("DELETE", user, mute(room, target)).refusal());
    }
}
