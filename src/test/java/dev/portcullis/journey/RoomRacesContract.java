package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Changes of a room that are repeated, or meet others: none is done by half. */
abstract class RoomRacesContract extends RoomCalls {
    private static final int ROUNDS = 20;

    @Test
    void repeated_leave_and_deletion_are_answered_like_the_first() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        for (int i = 0; i < 3; i++) {
            assertThat(call("DELETE", "ben", member(room, "ben")).status()).isEqualTo(204);
        }
        assertThat(call("DELETE", "eve", member(room, "eve")).status()).isEqualTo(404);
        String alone = create("ann", "private");
        for (int i = 0; i < 3; i++) {
            assertThat(call("DELETE", "ann", member(alone, "ann")).status()).isEqualTo(204);
        }
        assertThat(call("GET", "ann", "/" + alone).status())
                .as("the room ends with its last member")
                .isEqualTo(404);
        for (int i = 0; i < 3; i++) {
            assertThat(call("DELETE", "ann", "/" + room).status()).isEqualTo(204);
        }
        assertThat(call("DELETE", "ben", "/" + room).status()).isEqualTo(404);
        assertThat(call("GET", "ann", "/" + room).status()).isEqualTo(404);
    }

    @Test
    void creation_that_is_repeated_by_its_creator_is_answered_like_the_first() {
        JsonObject asked =
                new JsonObject().put("name", "Tea").put("visibility", "private").put("roomId", "twice-" + of("r"));
        JsonObject first = call("POST", "ann", "", asked).body(201);
        assertThat(call("POST", "ann", "", asked).body(201)).isEqualTo(first);
        assertThat(call("POST", "ann", "", asked.copy().put("name", "Coffee")).status())
                .isEqualTo(409);
    }

    @Test
    void join_that_meets_the_leave_of_its_user_does_not_outlive_it() {
        String room = create("ann", "private");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            for (int round = 0; round < ROUNDS; round++) {
                put("ann", room, "ben", "member", 204);
                CompletableFuture<Answer> left =
                        CompletableFuture.supplyAsync(() -> call("DELETE", "ben", member(room, "ben")));
                ben.ask(join(room, "j" + round));
                assertThat(left.join().status()).isEqualTo(204);
                String secret = "secret " + round;
                assertThat(ann.say(room, secret, "s" + round).getString("type")).isEqualTo("ack");

                put("ann", room, "ben", "member", 204);
                ben.join(room);
                ann.say(room, "after " + round, "a" + round);
                ben.next(saying("after " + round), "what was said after the return");
                assertThat(ben.rest()).as("round " + round).noneMatch(saying(secret));
                assertThat(call("DELETE", "ben", member(room, "ben")).status()).isEqualTo(204);
            }
        }
    }

    @Test
    void removal_that_meets_an_addition_leaves_a_member_or_a_barred_user() {
        String room = create("ann", "public");
        makeOwner("ann", room, "cleo");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            for (int round = 0; round < ROUNDS; round++) {
                CompletableFuture<Answer> added =
                        CompletableFuture.supplyAsync(() -> call("PUT", "cleo", member(room, "ben"), role("member")));
                JsonObject removed = ann.ask(new JsonObject()
                        .put("type", "remove_user")
                        .put("roomId", room)
                        .put("userId", of("ben"))
                        .put("id", "r" + round));
                assertThat(List.of("ack", "error")).contains(removed.getString("type"));
                assertThat(Stream.of(204, 409)).contains(added.join().status());
                boolean isMember = call("GET", "ann", "/" + room)
                        .body(200)
                        .getJsonArray("members")
                        .encode()
                        .contains("\"" + of("ben") + "\"");
                String answer = ben.ask(join(room, "j" + round)).getString("type");
                assertThat(answer).as("round " + round).isEqualTo(isMember ? "joined" : "error");
            }
        }
    }

    private static JsonObject join(String room, String id) {
        return new JsonObject().put("type", "join").put("roomId", room).put("id", id);
    }

    private static Predicate<JsonObject> saying(String text) {
        return frame -> text.equals(frame.getString("content"));
    }
}
