package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The CSRF token that frames carry, over real sockets. */
class CsrfFramesIT {
    private static final String PAGE_TOKEN = "the-token-of-the-page";
    private static final Map<String, String> ORIGIN = Map.of("Origin", "http://localhost:3000");

    /** A session, and the CSRF token that it was given. */
    private record Entered(JdkPeer peer, String csrf) implements AutoCloseable {
        static Entered by(JdkPeer peer) {
            JsonObject greeting = peer.next("auth_success");
            return new Entered(peer, greeting.getString("csrfToken", ""));
        }

        JsonObject say(String token, String id) {
            JsonObject chat = frame("chat", id).put("roomId", "lobby").put("content", id);
            return ask(token.isEmpty() ? chat : chat.put("csrfToken", token));
        }

        JsonObject ask(JsonObject frame) {
            peer.send(frame);
            return peer.next(each -> frame.getString("id").equals(each.getString("id")), frame.getString("id"));
        }

        void join() {
            assertThat(ask(frame("join", "j").put("roomId", "lobby").put("csrfToken", csrf))
                            .getString("type"))
                    .isEqualTo("joined");
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    private static JsonObject frame(String type, String id) {
        return new JsonObject().put("type", type).put("id", id);
    }

    private static TestNode node(String... sets) {
        List<String> all = new ArrayList<>(List.of(sets));
        all.add("sessions.max=1000");
        return TestNode.generous(all.toArray(String[]::new));
    }

    private static Entered byToken(TestNode node, String user) {
        return Entered.by(JdkPeer.withToken(node.ws(), DevToken.of(user).signed()));
    }

    @Test
    void frames_without_the_token_are_refused_and_not_charged_to_the_user() {
        try (TestNode node = node("csrf.require=always", "ratelimit.user.burst=3", "ratelimit.user.minute=3");
                Entered ann = byToken(node, "ann")) {
            assertThat(ann.csrf()).matches("[A-Za-z0-9_-]{43}");
            String almost =
                    (ann.csrf().startsWith("x") ? "y" : "x") + ann.csrf().substring(1);
            for (int i = 0; i < 10; i++) {
                JsonObject error = ann.say(i % 2 == 0 ? "" : almost, "c" + i);
                assertThat(error.getString("type")).isEqualTo("error");
                assertThat(error.getString("reason")).isEqualTo("csrf_failed");
            }
            ann.join();
            assertThat(ann.say(ann.csrf(), "said").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void frames_that_need_no_token_pass_without_one() {
        try (TestNode node = node("csrf.require=always");
                Entered ann = byToken(node, "ann")) {
            assertThat(ann.ask(frame("ping", "p")).getString("type")).isEqualTo("pong");
            assertThat(ann.ask(frame("health-check", "h")).getString("type")).isEqualTo("health-check");
            assertThat(ann.ask(frame("auth", "a").put("token", "t")).getString("reason"))
                    .isEqualTo("conflict");
            assertThat(ann.ask(frame("token_refresh", "r")
                                    .put("token", DevToken.of("ann").signed()))
                            .getString("type"))
                    .isEqualTo("token_refreshed");
            assertThat(ann.ask(frame("leave", "l").put("roomId", "lobby")).getString("reason"))
                    .isEqualTo("csrf_failed");
        }
    }

    @Test
    void list_of_rooms_without_the_token_is_refused_for_each_room() {
        try (TestNode node = node("csrf.require=always");
                Entered ann = byToken(node, "ann")) {
            ann.peer()
                    .send(
                            "{\"type\":\"join\",\"id\":\"j\",\"rooms\":[{\"roomId\":\"lobby\"},{\"roomId\":\"room-1\"}]}");
            Set<String> rooms = new HashSet<>();
            for (int i = 0; i < 2; i++) {
                JsonObject error = ann.peer().next("error");
                assertThat(error.getString("reason")).isEqualTo("csrf_failed");
                rooms.add(error.getString("roomId"));
            }
            assertThat(rooms).containsExactlyInAnyOrder("lobby", "room-1");
        }
    }

    @Test
    void token_is_rotated_and_the_former_one_is_good_for_the_grace_only() {
        try (TestNode node = node("csrf.require=always", "csrf.rotateMs=9000", "csrf.graceMs=8000");
                Entered ann = byToken(node, "ann");
                Entered again = byToken(node, "ann")) {
            assertThat(again.csrf()).as("each session has its own").isNotEqualTo(ann.csrf());
            ann.join();
            assertThat(ann.say(again.csrf(), "of-another").getString("reason")).isEqualTo("csrf_failed");
            String rotated = ann.peer().next("csrf_rotated").getString("csrfToken");
            assertThat(rotated).isNotEqualTo(ann.csrf()).matches("[A-Za-z0-9_-]{43}");
            assertThat(ann.say(ann.csrf(), "former").getString("type")).isEqualTo("ack");
            assertThat(ann.say(rotated, "new").getString("type")).isEqualTo("ack");
            Await.pass(Duration.ofMillis(8_200));
            assertThat(ann.say(ann.csrf(), "old").getString("reason")).isEqualTo("csrf_failed");
            String next = ann.peer().next("csrf_rotated").getString("csrfToken");
            assertThat(ann.say(rotated, "of-the-last").getString("type")).isEqualTo("ack");
            assertThat(ann.say(next, "newest").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void by_default_only_sessions_of_a_cookie_have_a_token() {
        try (TestNode node = node("auth.accept=[\"subprotocol\", \"message\", \"cookie\"]", "origin.missing=reject");
                Entered byCookie = byCookie(node);
                Entered bySubprotocol = Entered.by(JdkPeer.open(
                        node.ws(),
                        List.of("portcullis.v1", "bearer." + DevToken.of("ben").signed()),
                        ORIGIN))) {
            assertThat(bySubprotocol.csrf()).isEmpty();
            assertThat(bySubprotocol
                            .ask(frame("join", "j").put("roomId", "lobby"))
                            .getString("type"))
                    .isEqualTo("joined");
            assertThat(byCookie.csrf()).isNotEmpty().isNotEqualTo(PAGE_TOKEN);
            assertThat(byCookie.say("", "c1").getString("reason")).isEqualTo("csrf_failed");
            assertThat(byCookie.say(PAGE_TOKEN, "c2").getString("reason"))
                    .as("the token of the login is that of the handshake only")
                    .isEqualTo("csrf_failed");
            byCookie.join();
        }
    }

    @Test
    void session_of_a_message_has_a_token_where_all_need_one() {
        try (TestNode node = node("csrf.require=always");
                JdkPeer peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            peer.send(frame("auth", "a").put("token", DevToken.of("ann").signed()));
            Entered ann = Entered.by(peer);
            assertThat(ann.say("", "c1").getString("reason")).isEqualTo("csrf_failed");
            ann.join();
        }
    }

    @Test
    void without_csrf_a_cookie_alone_is_enough() {
        try (TestNode node = node("auth.accept=[\"cookie\"]", "origin.missing=reject", "csrf.require=never");
                Entered ann = Entered.by(JdkPeer.open(
                        node.ws(),
                        List.of("portcullis.v1"),
                        Map.of(
                                "Origin",
                                "http://localhost:3000",
                                "Cookie",
                                "__Host-portcullis_token=" + DevToken.of("ann").signed())))) {
            assertThat(ann.csrf()).isEmpty();
            assertThat(ann.ask(frame("join", "j").put("roomId", "lobby")).getString("type"))
                    .isEqualTo("joined");
        }
    }

    private static Entered byCookie(TestNode node) {
        String token = DevToken.of("ann").csrf(PAGE_TOKEN).signed();
        return Entered.by(JdkPeer.open(
                node.ws(),
                List.of("portcullis.v1", "csrf." + PAGE_TOKEN),
                Map.of("Origin", "http://localhost:3000", "Cookie", "a=b; __Host-portcullis_token=" + token)));
    }
}
