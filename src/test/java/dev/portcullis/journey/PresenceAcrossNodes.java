package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Presence of sessions that are at several nodes. */
abstract class PresenceAcrossNodes extends SignalPeers {
    @Test
    void member_that_asks_for_presence_is_shown_who_is_there_and_then_who_comes_and_goes() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ben.join(room);
            assertThat(presence(ben, Map.of()).getInteger("count")).isEqualTo(1);
            JsonObject joined = watch(ann);
            assertThat(users(joined.getJsonArray("members"))).containsExactly("ann", "ben");
            ChatPeer cleo = enter("cleo");
            cleo.join(room);
            JsonObject came = nextOf(ann, "cleo");
            assertThat(online(came, "cleo")).isTrue();
            cleo.close();
            JsonObject went = nextOf(ann, "cleo");
            assertThat(online(went, "cleo")).isFalse();
            assertThat(went.getLong("version")).isEqualTo(came.getLong("version") + 1);
            assertThat(ben.hasHeard("presence_change")).isFalse();
        }
    }

    @Test
    void user_with_two_sessions_is_online_until_the_second_has_left() {
        try (ChatPeer ann = enter("ann");
                ChatPeer first = enter("ben");
                ChatPeer second = enter("ben")) {
            watch(ann);
            first.join(room);
            second.join(room);
            assertThat(online(nextOf(ann, "ben"), "ben")).isTrue();
            awaitSessions(ann, "ben", 2);
            leave(first);
            awaitSessions(ann, "ben", 1);
            leave(second);
            assertThat(online(nextOf(ann, "ben"), "ben")).isFalse();
        }
    }

    @Test
    void changes_of_a_second_come_in_one_frame() {
        List<ChatPeer> others = new ArrayList<>();
        try (ChatPeer ann = enter("ann")) {
            for (int i = 0; i < 30; i++) {
                others.add(enter("c" + i));
            }
            watch(ann);
            nextOf(ann, "ann");
            long startedAt = System.nanoTime();
            others.forEach(each -> each.join(room));
            int heard = 0;
            int frames = 0;
            while (heard < 30) {
                heard += ann.next("presence_change").getJsonArray("changes").size();
                frames++;
            }
            long seconds = Duration.ofNanos(System.nanoTime() - startedAt).toSeconds();
            assertThat(frames).isLessThanOrEqualTo((int) seconds + 2);
        } finally {
            others.forEach(ChatPeer::close);
        }
    }

    /** What another node has to tell may come a moment after the answer there. */
    private void awaitSessions(ChatPeer asker, String user, int expected) {
        assertThat(Await.until(() -> sessions(presence(asker, Map.of()), user) == expected))
                .isTrue();
    }

    /** On a busy cluster it may not be known in time who is there. */
    JsonObject watch(ChatPeer peer) {
        JsonObject[] joined = new JsonObject[1];
        assertThat(Await.until(() -> {
                    joined[0] = peer.ask(new JsonObject()
                            .put("type", "join")
                            .put("roomId", room)
                            .put("presence", true)
                            .put("id", "j"));
                    return joined[0].containsKey("members");
                }))
                .isTrue();
        return joined[0];
    }

    private void leave(ChatPeer peer) {
        peer.send(new JsonObject().put("type", "leave").put("roomId", room));
        peer.next("left");
    }

    static JsonObject nextOf(ChatPeer peer, String user) {
        return peer.next(
                frame -> "presence_change".equals(frame.getString("type"))
                        && users(frame.getJsonArray("changes")).contains(user),
                "change of " + user);
    }

    private static boolean online(JsonObject change, String user) {
        return objects(change.getJsonArray("changes")).stream()
                .filter(each -> user.equals(each.getString("userId")))
                .findFirst()
                .orElseThrow()
                .getBoolean("online");
    }

    private static int sessions(JsonObject page, String user) {
        return objects(page.getJsonArray("users")).stream()
                .filter(each -> user.equals(each.getString("userId")))
                .findFirst()
                .orElseThrow()
                .getInteger("sessions");
    }

    static List<String> users(JsonArray all) {
        return objects(all).stream().map(each -> each.getString("userId")).toList();
    }

    private static List<JsonObject> objects(JsonArray all) {
        return all.stream().map(JsonObject.class::cast).toList();
    }
}
