package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is done to a room at one node, and holds at all others. */
abstract class RoomsAcrossNodes extends RoomRacesContract {
    private static final List<String> OF_ROOM =
            List.of("join", "leave", "chat", "typing_indicator", "read", "history", "presence", "file_upload");
    private static final int CONNECTIONS = 3;
    private static final int NODES = 3;

    @Test
    void removed_user_is_out_of_the_room_on_every_connection() {
        String room = create("ann", "public");
        put("ann", room, "ben", "moderator", 204);
        List<ChatPeer> bens = new ArrayList<>();
        List<ChatPeer> others = new ArrayList<>();
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            for (int i = 0; i < CONNECTIONS; i++) {
                bens.add(enter("ben"));
                others.add(enter("cleo"));
            }
            Stream.concat(bens.stream(), others.stream()).forEach(each -> each.join(room));
            long removedAt = ann.ask(removal(room, "ben").put("id", "r")).getLong("seq");
            for (ChatPeer each : bens) { // after the ack, whether or not the entry has reached its node
                assertThat(each.say(room, "still here?", "c").getString("reason"))
                        .isEqualTo("not_member");
                for (String type : List.of("history", "presence", "join")) {
                    assertThat(each.ask(frame(type, room).put("id", type)).getString("reason"))
                            .as(type)
                            .isEqualTo("not_member");
                }
            }
            assertThat(ann.say(room, "without ben", "2").getLong("seq")).isEqualTo(removedAt + 1);
            for (ChatPeer each : others) {
                assertThat(each.next(frame -> frame.containsKey("seq") && frame.getLong("seq") == removedAt, "removal")
                                .getString("userId"))
                        .isEqualTo(of("ben"));
                each.next("chat");
            }
            for (ChatPeer each : bens) {
                assertThat(each.next("member_removed").getLong("seq")).isEqualTo(removedAt);
                assertThat(frames(each, room, UUID.randomUUID().toString(), "cleo"))
                        .isEqualTo(frames(each, of("absent-"), UUID.randomUUID().toString(), "cleo"));
                assertThat(each.rest()).noneMatch(frame -> frame.containsKey("seq"));
            }
            put("ann", room, "ben", "member", 204);
            for (ChatPeer each : bens) {
                each.join(room);
            }
            ann.say(room, "welcome back", "3");
            bens.forEach(each -> each.next("chat"));
        } finally {
            bens.forEach(ChatPeer::close);
            others.forEach(ChatPeer::close);
        }
    }

    /** The answers to every frame about a room, without what differs by nature. */
    List<JsonObject> frames(ChatPeer peer, String room, String message, String target) {
        List<JsonObject> frames = new ArrayList<>();
        OF_ROOM.forEach(type -> frames.add(frame(type, room)));
        frames.add(removal(room, target));
        frames.add(amendment("edit_message", room, message));
        frames.add(amendment("delete_message", room, message));
        frames.add(frame("join", room)
                .put("since", new JsonObject().put("epoch", "e").put("seq", 1)));
        frames.add(frame("history", room).put("after", 0));
        List<JsonObject> answers = new ArrayList<>();
        for (JsonObject frame : frames) {
            JsonObject answer = peer.ask(frame.put("id", UUID.randomUUID().toString()));
            assertThat(answer.getString("roomId")).as(frame.encode()).isEqualTo(room);
            Stream.of("id", "roomId", "requestId", "timestamp").forEach(answer::remove);
            answers.add(answer);
        }
        return answers;
    }

    static JsonObject frame(String type, String room) {
        JsonObject frame = new JsonObject().put("type", type).put("roomId", room);
        return switch (type) {
            case "chat" -> frame.put("content", "hi");
            case "typing_indicator" -> frame.put("isTyping", true);
            case "read" -> frame.put("seq", 1);
            case "file_upload" -> frame.put("name", "a.txt").put("size", 1).put("mime", "text/plain");
            default -> frame;
        };
    }

    static JsonObject amendment(String type, String room, String message) {
        JsonObject frame = frame(type, room).put("messageId", message);
        return type.equals("edit_message") ? frame.put("content", "mine") : frame;
    }

    JsonObject removal(String room, String user) {
        return frame("remove_user", room).put("userId", of(user));
    }

    @Test
    void private_room_is_open_to_those_whom_its_owner_adds() {
        String room = create("ann", "private");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(404);

            put("ann", room, "ben", "member", 204);
            ben.join(room);
            assertThat(ann.say(room, "hi", "1").getString("type")).isEqualTo("ack");
            assertThat(ben.next("chat").getString("content")).isEqualTo("hi");
        }
        JsonObject seen = call("GET", "ben", "/" + room).body(200);
        assertThat(seen.getJsonObject("room").getString("role")).isEqualTo("member");
        assertThat(seen.getJsonArray("members"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("userId", of("ann")).put("role", "owner"))
                        .add(new JsonObject().put("userId", of("ben")).put("role", "member")));
    }

    @Test
    void user_is_put_into_no_room_by_one_whom_they_block_and_made_no_owner() {
        String joined = create("ann", "private");
        put("ann", joined, "ben", "member", 204);
        block("ben", "ann");
        String room = create("ann", "private");
        for (String role : List.of("member", "moderator", "owner")) {
            put("ann", room, "ben", role, role.equals("owner") ? 202 : 204);
            assertThat(call("POST", "ben", "/" + room + "/invitation").status()).isEqualTo(404);
            assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(404);
        }
        put("ann", joined, "ben", "owner", 202);
        assertThat(listed("ben")).contains(joined).doesNotContain(room);
        assertThat(call("DELETE", "ben", member(joined, "ben")).status())
                .as("they are no owner")
                .isEqualTo(204);
        assertThat(callAs(Role.ADMIN, "PUT", "root", member(room, "ben"), role("member"))
                        .status())
                .isEqualTo(204);
        assertThat(listed("ben")).contains(room);
    }

    @Test
    void sessions_of_a_user_are_told_what_others_made_of_their_membership() {
        String room = create("ann", "private");
        try (ChatPeer ben = enter("ben");
                ChatPeer other = enter("ben")) {
            awaitKnown("ben", List.of(ben, other));
            put("ann", room, "ben", "member", 204);
            for (ChatPeer session : List.of(ben, other)) {
                assertThat(session.next("membership"))
                        .isEqualTo(membership(room, "Tea", "ann").put("role", "member"));
            }
            put("ann", room, "ben", "moderator", 204);
            assertThat(ben.next("membership").getString("role")).isEqualTo("moderator");

            JsonObject renamed = call("PATCH", "ann", "/" + room, new JsonObject().put("name", "Coffee <3"))
                    .body(200)
                    .getJsonObject("room");
            assertThat(ben.next("membership"))
                    .isEqualTo(membership(room, "Coffee &lt;3", "ann").put("role", "moderator"));
            assertThat(renamed.getString("name")).isEqualTo("Coffee &lt;3");
            assertThat(renamed.getString("role")).isEqualTo("owner");

            assertThat(call("DELETE", "ann", member(room, "ben")).status()).isEqualTo(204);
            assertThat(ben.next("membership"))
                    .isEqualTo(membership(room, "Coffee &lt;3", "ann").putNull("role"));
        }
    }

    @Test
    void members_are_told_of_a_deletion_joined_or_not_and_strangers_are_not() {
        String room = create("ann", "public");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben");
                ChatPeer joined = enter("ben");
                ChatPeer stranger = enter("cleo")) {
            awaitKnown("ann", List.of(ann));
            awaitKnown("ben", List.of(ben, joined));
            put("ann", room, "ben", "member", 204);
            for (ChatPeer session : List.of(ben, joined)) {
                assertThat(session.next("membership").getString("role")).isEqualTo("member");
            }
            joined.join(room);
            stranger.join(room);
            assertThat(call("DELETE", "ben", "/" + room).status()).isEqualTo(403);
            assertThat(call("DELETE", "ann", "/" + room).status()).isEqualTo(204);
            for (ChatPeer session : List.of(ann, ben, joined)) {
                assertThat(session.next("membership"))
                        .isEqualTo(membership(room, "Tea", "ann").putNull("role"));
            }
            joined.next("room_deleted");
            stranger.next("room_deleted");

            assertThat(call("DELETE", "ann", "/" + room).status()).as("again").isEqualTo(204);
            String next = create("ann", "private");
            put("ann", next, "ben", "member", 204);
            assertThat(ben.next("membership").getString("roomId"))
                    .as("the repetition tells nothing")
                    .isEqualTo(next);
            stranger.ask(new JsonObject().put("type", "ping").put("id", "p"));
            assertThat(stranger.hasHeard("membership")).isFalse();
        }
    }

    /**
     * A membership reaches the sessions that the node knows which is asked, and each node hears of a session a moment after its begin. So
     * others change a membership of this user until the sessions hear of it from each node in a row.
     */
    private void awaitKnown(String user, List<ChatPeer> sessions) {
        String aside = create("zoe", "private");
        int heard = 0;
        for (int i = 0; heard < NODES; i++) {
            assertThat(i).as("frames for %s that were told", user).isLessThan(30);
            String role = i % 2 == 0 ? "member" : "moderator";
            put("zoe", aside, user, role, 204);
            boolean all = Await.until(
                    () -> sessions.stream().allMatch(session -> session.hasHeard("membership")), Duration.ofSeconds(2));
            heard = all ? heard + 1 : 0;
            sessions.forEach(session -> session.rest(frame -> "membership".equals(frame.getString("type"))));
        }
    }

    JsonObject membership(String room, String name, String by) {
        return new JsonObject()
                .put("type", "membership")
                .put("roomId", room)
                .put("name", name)
                .put("byUserId", of(by));
    }

    @Test
    void removed_member_is_barred_until_they_are_added_again() {
        String room = create("ann", "public");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ben = enter("ben")) {
            ben.join(room);
            assertThat(call("DELETE", "ann", member(room, "ben")).status()).isEqualTo(204);
            assertThat(ben.next("member_removed").getString("userId")).isEqualTo(of("ben"));
            assertThat(ben.say(room, "still here?", "1").getString("reason")).isEqualTo("not_member");
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(404);
            assertThat(call("DELETE", "ben", member(room, "ben")).status())
                    .as("no user lifts their own bar by leaving")
                    .isEqualTo(404);
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");

            put("ann", room, "ben", "member", 204);
            ben.join(room);
            assertThat(ben.say(room, "back", "2").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void deleted_room_is_left_by_all_and_opens_to_none() {
        String room = "gone-" + of("r");
        JsonObject asked =
                new JsonObject().put("name", "Gone").put("visibility", "public").put("roomId", room);
        call("POST", "ann", "", asked).body(201);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            ann.say(room, "last words", "1");
            assertThat(call("DELETE", "ben", "/" + room).status()).isEqualTo(403);
            assertThat(call("DELETE", "ann", "/" + room).status()).isEqualTo(204);
            for (ChatPeer each : List.of(ann, ben)) {
                JsonObject notice = each.next("room_deleted");
                assertThat(notice.getString("roomId")).isEqualTo(room);
                assertThat(notice.getLong("seq")).isEqualTo(2);
                assertThat(each.say(room, "x", "2").getString("reason")).isEqualTo("not_member");
                assertThat(refusalOfJoin(each, room)).isEqualTo("not_member");
                JsonObject history = new JsonObject()
                        .put("type", "history")
                        .put("roomId", room)
                        .put("id", "h");
                assertThat(each.ask(history).getString("reason")).isEqualTo("not_member");
            }
        }
        assertThat(call("GET", "ann", "/" + room).status()).isEqualTo(404);
        assertThat(call("DELETE", "ann", "/" + room).status()).isEqualTo(204);
        assertThat(call("POST", "ben", "", asked).status()).isEqualTo(409);
        assertThat(listed("ann")).doesNotContain(room);
    }

    @Test
    void muted_user_hears_and_is_not_heard_until_the_mute_ends() {
        String room = create("ann", "public");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            assertThat(call("PUT", "ann", mute(room, "ben"), seconds(600)).status())
                    .isEqualTo(204);
            JsonObject refusal = ben.say(room, "loud", "1");
            assertThat(refusal.getString("reason")).isEqualTo("forbidden");
            assertThat(refusal.getJsonArray("details").encode())
                    .isEqualTo("[{\"path\":\"/roomId\",\"rule\":\"muted\"}]");
            JsonObject typing = new JsonObject().put("type", "typing_indicator").put("roomId", room);
            assertThat(ben.ask(typing.copy().put("isTyping", true).put("id", "t"))
                            .getString("reason"))
                    .isEqualTo("forbidden");
            ben.send(typing.copy().put("isTyping", false).put("id", "u"));
            ben.ask(new JsonObject().put("type", "ping").put("id", "p"));
            assertThat(ben.rest())
                    .as("a client may end what it began before the mute")
                    .noneMatch(frame -> "u".equals(frame.getString("id")));
            ann.say(room, "quiet please", "2");
            assertThat(ben.next("chat").getString("content")).isEqualTo("quiet please");

            assertThat(call("DELETE", "ben", mute(room, "ben")).status()).isEqualTo(403);
            assertThat(call("DELETE", "ann", mute(room, "ben")).status()).isEqualTo(204);
            assertThat(ben.say(room, "thanks", "3").getString("type")).isEqualTo("ack");

            assertThat(call("PUT", "ann", mute(room, "ben"), seconds(1)).status())
                    .isEqualTo(204);
            assertThat(Await.until(
                            () -> "ack".equals(ben.say(room, "later", "4").getString("type"))))
                    .isTrue();
        }
    }
}
