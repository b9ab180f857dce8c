package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What users do with rooms over HTTP, and what their sockets see of it. Each test has its own users. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RoomsContract {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private TestServer site;
    private int test;

    abstract TestServer site();

    abstract String token(TestServer site, String user, Role role);

    @BeforeAll
    void start() {
        site = site();
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
    }

    /** A user of this test. */
    private String of(String name) {
        return name + test;
    }

    @Test
    void private_room_is_open_to_those_whom_its_owner_adds() {
        String room = create("ann", "private");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status).isEqualTo(404);

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
        String own = create("ann", "private");
        String shown = create("ann", "public");
        String joined = create("ben", "private");
        put("ben", joined, "ann", "moderator", 204);
        List<String> all = listed("ann");
        assertThat(all).contains(own, shown, joined, "lobby", "room-1").doesNotHaveDuplicates();
        assertThat(all.subList(0, 3)).containsExactlyInAnyOrder(own, shown, joined);
        assertThat(listed("cleo")).doesNotContain(own, joined).contains(shown);
        assertThat(call("GET", "ann", "?cursor=nothing").status).isEqualTo(400);
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
        assertThat(call("POST", "ben", "", asked.copy().put("roomId", "lobby")).status)
                .as("a room of the configuration")
                .isEqualTo(409);
        assertThat(call("POST", "ben", "", asked.copy().put("name", " \u200b ")).refusal())
                .isEqualTo("400 validation_failed [{\"path\":\"/name\",\"rule\":\"format\"}]");
    }

    @Test
    void id_under_which_was_written_is_given_to_no_user() {
        String room = of("team-");
        try (ChatPeer dan = JdkPeer.admitted(site.ws(), site.token(of("dan"), room))) {
            dan.next("auth_success");
            dan.join(room);
            dan.say(room, "ours", "1");
        }
        JsonObject asked =
                new JsonObject().put("name", "Mine").put("visibility", "public").put("roomId", room);
        assertThat(call("POST", "ann", "", asked).status).isEqualTo(409);
    }

    @Test
    void owner_hands_the_room_over_and_the_last_one_stays() {
        String room = create("ann", "private");
        String last = "409 conflict [{\"path\":\"\",\"rule\":\"last_owner\"}]";
        assertThat(call("DELETE", "ann", member(room, "ann")).refusal()).isEqualTo(last);
        assertThat(call("PUT", "ann", member(room, "ann"), role("member")).refusal())
                .isEqualTo(last);
        assertThat(callAs(Role.ADMIN, "DELETE", "root", member(room, "ann")).refusal())
                .isEqualTo(last);

        put("ann", room, "ben", "owner", 204);
        put("ann", room, "ben", "owner", 204);
        put("ann", room, "ann", "moderator", 204);
        put("ann", room, "cleo", "owner", 403);
        put("ann", room, "cleo", "member", 204);
        put("ben", room, "ann", "member", 204);
        assertThat(call("DELETE", "ann", "/" + room).status).isEqualTo(403);
        assertThat(call("DELETE", "ben", "/" + room).status).isEqualTo(204);
    }

    @Test
    void removed_member_is_barred_until_they_are_added_again() {
        String room = create("ann", "public");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ben = enter("ben")) {
            ben.join(room);
            assertThat(call("DELETE", "ann", member(room, "ben")).status).isEqualTo(204);
            assertThat(ben.next("member_removed").getString("userId")).isEqualTo(of("ben"));
            assertThat(ben.say(room, "still here?", "1").getString("reason")).isEqualTo("not_member");
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status).isEqualTo(404);
            assertThat(call("DELETE", "ben", member(room, "ben")).status)
                    .as("no user lifts their own bar by leaving")
                    .isEqualTo(404);
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");

            put("ann", room, "ben", "member", 204);
            ben.join(room);
            assertThat(ben.say(room, "back", "2").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void member_who_leaves_hears_no_more_and_may_come_back_where_all_may() {
        String room = create("ann", "public");
        put("ann", room, "ben", "member", 204);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            assertThat(call("DELETE", "ben", member(room, "ben")).status).isEqualTo(204);
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
            assertThat(call("DELETE", "ben", "/" + room).status).isEqualTo(403);
            assertThat(call("DELETE", "ann", "/" + room).status).isEqualTo(204);
            for (ChatPeer each : List.of(ann, ben)) {
                JsonObject notice = each.next("room_deleted");
                assertThat(notice.getString("roomId")).isEqualTo(room);
                assertThat(notice.getLong("seq")).isEqualTo(2);
                assertThat(each.say(room, "x", "2").getString("reason")).isEqualTo("not_member");
                assertThat(refusalOfJoin(each, room)).isEqualTo("not_member");
                each.send(new JsonObject()
                        .put("type", "history")
                        .put("roomId", room)
                        .put("id", "h"));
                assertThat(each.next("error").getString("reason")).isEqualTo("not_member");
            }
        }
        assertThat(call("GET", "ann", "/" + room).status).isEqualTo(404);
        assertThat(call("DELETE", "ann", "/" + room).status).isEqualTo(404);
        assertThat(call("POST", "ben", "", asked).status).isEqualTo(409);
        assertThat(listed("ann")).doesNotContain(room);
    }

    @Test
    void muted_user_hears_and_is_not_heard_until_the_mute_ends() {
        String room = create("ann", "public");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(room);
            ben.join(room);
            assertThat(call("PUT", "ann", mute(room, "ben"), seconds(600)).status)
                    .isEqualTo(204);
            JsonObject refusal = ben.say(room, "loud", "1");
            assertThat(refusal.getString("reason")).isEqualTo("forbidden");
            assertThat(refusal.getJsonArray("details").encode())
                    .isEqualTo("[{\"path\":\"/roomId\",\"rule\":\"muted\"}]");
            ann.say(room, "quiet please", "2");
            assertThat(ben.next("chat").getString("content")).isEqualTo("quiet please");

            assertThat(call("DELETE", "ben", mute(room, "ben")).status).isEqualTo(403);
            assertThat(call("DELETE", "ann", mute(room, "ben")).status).isEqualTo(204);
            assertThat(ben.say(room, "thanks", "3").getString("type")).isEqualTo("ack");

            assertThat(call("PUT", "ann", mute(room, "ben"), seconds(1)).status).isEqualTo(204);
            assertThat(Await.until(
                            () -> "ack".equals(ben.say(room, "later", "4").getString("type"))))
                    .isTrue();
        }
    }

    @Test
    void mute_holds_in_a_room_of_the_configuration_too() {
        try (ChatPeer ben = enter("ben")) {
            ben.join("lobby");
            assertThat(call("PUT", "ann", mute("lobby", "ben"), seconds(600)).status)
                    .isEqualTo(403);
            assertThat(callAs(Role.MODERATOR, "PUT", "mod", mute("lobby", "ben"), seconds(600)).status)
                    .isEqualTo(204);
            assertThat(ben.say("lobby", "loud", "1").getString("reason")).isEqualTo("forbidden");
        }
    }

    /** CWE-639, CWE-204. */
    @Test
    void stranger_can_not_tell_a_private_room_from_one_that_is_not_there() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        for (String target : List.of("ann", "ben", "eve", "stranger")) {
            assertThat(attempts("eve", room, target)).isEqualTo(attempts("eve", "absent-" + test, target));
        }
        assertThat(attempts("eve", room, "ben")).allMatch(answer -> answer.startsWith("404 not_found"));
        assertThat(attempts("ben", room, "ann"))
                .as("a member knows the room, but has no right")
                .containsOnly("403 forbidden null");
        assertThat(call("GET", "ben", "/" + room).status).isEqualTo(200);
    }

    private List<String> attempts(String user, String room, String target) {
        List<String> answers = new ArrayList<>();
        if (!user.equals("ben")) {
            answers.add(call("GET", user, "/" + room).refusal());
        }
        answers.add(call("DELETE", user, "/" + room).refusal());
        answers.add(call("PUT", user, member(room, target), role("member")).refusal());
        answers.add(call("PUT", user, member(room, target), role("owner")).refusal());
        answers.add(call("DELETE", user, member(room, target)).refusal());
        answers.add(call("PUT", user, mute(room, target), seconds(60)).refusal());
        answers.add(call("DELETE", user, mute(room, target)).refusal());
        return answers;
    }

    private String create(String user, String visibility) {
        JsonObject asked = new JsonObject().put("name", "Tea").put("visibility", visibility);
        return call("POST", user, "", asked).body(201).getJsonObject("room").getString("roomId");
    }

    private void put(String user, String room, String target, String role, int status) {
        assertThat(call("PUT", user, member(room, target), role(role)).status).isEqualTo(status);
    }

    private List<String> listed(String user) {
        List<String> rooms = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonObject page = call("GET", user, "?limit=2" + cursor).body(200);
            page.getJsonArray("rooms").forEach(room -> rooms.add(((JsonObject) room).getString("roomId")));
            if (!page.containsKey("next")) {
                return rooms;
            }
            cursor = "&cursor=" + page.getString("next");
        }
    }

    private ChatPeer enter(String user) {
        return site.enter(of(user));
    }

    private static String refusalOfJoin(ChatPeer peer, String room) {
        peer.send(new JsonObject().put("type", "join").put("roomId", room).put("id", "j"));
        return peer.next(frame -> "j".equals(frame.getString("id")), "answer").getString("reason");
    }

    private String member(String room, String user) {
        return "/" + room + "/members/" + of(user);
    }

    private String mute(String room, String user) {
        return "/" + room + "/mutes/" + of(user);
    }

    private static JsonObject role(String role) {
        return new JsonObject().put("role", role);
    }

    private static JsonObject seconds(int seconds) {
        return new JsonObject().put("seconds", seconds);
    }

    private Answer call(String method, String user, String path) {
        return callAs(Role.MEMBER, method, user, path);
    }

    private Answer call(String method, String user, String path, JsonObject body) {
        return callAs(Role.MEMBER, method, user, path, body);
    }

    private Answer callAs(Role role, String method, String user, String path) {
        return send(role, user, path, request -> request.method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private Answer callAs(Role role, String method, String user, String path, JsonObject body) {
        return send(
                role,
                user,
                path,
                request -> request.header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private Answer send(
            Role role, String user, String path, java.util.function.UnaryOperator<HttpRequest.Builder> with) {
        URI uri = URI.create("http://" + site.ws().getAuthority() + "/api/rooms" + path);
        HttpRequest request = with.apply(
                        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token(site, of(user), role)))
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private record Answer(int status, String text) {
        JsonObject body(int expected) {
            assertThat(status).as(text).isEqualTo(expected);
            return new JsonObject(text);
        }

        /** Status, reason and details. */
        String refusal() {
            assertThat(status).as(text).isGreaterThanOrEqualTo(400);
            JsonObject error = new JsonObject(text).getJsonObject("error");
            return status + " " + error.getString("reason") + " " + error.getJsonArray("details");
        }
    }
}
