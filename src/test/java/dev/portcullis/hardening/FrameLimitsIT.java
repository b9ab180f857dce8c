package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rate limits of frames: which frames are refused, for how long, and which are not affected. */
class FrameLimitsIT {
    private static final int CONNECTION_MINUTE = 20;

    private static TestNode node;

    @BeforeAll
    static void open() {
        node = TestNode.start(
                "ratelimit.handshakes.minute=1000",
                "ratelimit.user.minute=1000",
                "ratelimit.user.hour=7",
                "ratelimit.user.bytes=65536",
                "ratelimit.connection.minute=" + CONNECTION_MINUTE,
                "ratelimit.actions={\"history\": 2}");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void frame_over_the_burst_limit_is_refused_until_retry_after_has_passed() {
        try (TestNode strict = TestNode.start(
                        "ratelimit.user.burst=1",
                        "ratelimit.user.minute=10000",
                        "ratelimit.connection.minute=10000",
                        "ratelimit.blocks.burstMs=1200");
                JdkPeer peer = strict.enter("ann")) {
            long begun = now();
            JsonObject refusal = null;
            for (int i = 0; refusal == null; i++) { // the second frame is refused, unless a busy machine delays it
                begun = now();
                refusal = refusal(frame(peer, "b" + i));
            }
            assertThat(refusal.getString("scope")).isEqualTo("user");
            assertThat(refusal.getString("window")).isEqualTo("burst");
            assertThat(refusal.getString("id")).startsWith("b");
            assertThat(refusal.getLong("remaining")).isZero();
            assertThat(refusal.getLong("retryAfter")).isBetween(1L, 1_200L);
            long earliest = begun + refusal.getLong("retryAfter");
            long latest = now() + refusal.getLong("retryAfter");
            List<Long> refusedAt = new ArrayList<>();
            assertThat(Await.until(() -> {
                        refusedAt.add(now());
                        return refusal(frame(peer, "again")) == null;
                    }))
                    .isTrue();
            long passedAt = refusedAt.remove(refusedAt.size() - 1);
            assertThat(now()).as("refused until retryAfter has passed").isGreaterThanOrEqualTo(earliest);
            assertThat(refusedAt).as("refused no longer than retryAfter").allMatch(at -> at <= latest);
            assertThat(passedAt).isGreaterThanOrEqualTo(begun);
        }
    }

    @Test
    void default_limits_are_those_of_the_protocol() {
        try (TestNode plain = TestNode.start();
                JdkPeer member = plain.enter("ann");
                JdkPeer admin = JdkPeer.withToken(plain.ws(), plain.token("root", Role.ADMIN, Duration.ofMinutes(5)))) {
            JsonObject ofAdmin = admin.next("auth_success").getJsonObject("limits");
            assertThat(ofAdmin.remove("actions")).isEqualTo(new JsonObject("""
                            {"file_upload": 50, "history": 200, "join": 2000, "read": 300, "remove_user": 300, "search": 200,
                             "send-message": 300, "system_broadcast": 30, "typing_indicator": 300}"""));
            assertThat(ofAdmin).isEqualTo(limits(100, 600, 10_000));
            for (int i = 0; i < 30; i++) {
                member.send(elsewhere("n" + i));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(member.next().getString("type")).isEqualTo("error");
            }
            JsonObject refusal = member.next("rate_limited");
            assertThat(refusal.getString("window")).isEqualTo("burst");
            assertThat(refusal.getLong("retryAfter")).isBetween(1L, 2_000L);
            try (JdkPeer other = JdkPeer.withToken(plain.ws(), plain.token("ben"))) {
                JsonObject ofMember = other.next("auth_success").getJsonObject("limits");
                assertThat(((JsonObject) ofMember.remove("actions")).getInteger("history"))
                        .isEqualTo(20);
                assertThat(ofMember).isEqualTo(limits(10, 60, 1_000));
                assertThat(refusal(frame(other, "mine")))
                        .as("other users are not affected")
                        .isNull();
            }
        }
    }

    @Test
    void block_applies_after_a_reconnect_and_to_every_connection_of_the_user() {
        try (JdkPeer first = node.enter("blocked");
                JdkPeer second = node.enter("blocked")) {
            JsonObject refusal = null;
            for (int i = 0; refusal == null; i++) {
                refusal = refusal(frame(first, "h" + i));
            }
            assertThat(refusal.getString("scope")).isEqualTo("user");
            assertThat(refusal.getString("window")).isEqualTo("hour");
            assertThat(refusal(frame(second, "here"))).isNotNull();
            first.cut();
            try (JdkPeer again = node.enter("blocked")) {
                JsonObject still = refusal(frame(again, "again"));
                assertThat(still).isNotNull();
                assertThat(still.getString("scope")).isEqualTo("user");
                assertThat(still.getLong("retryAfter"))
                        .isLessThanOrEqualTo(refusal.getLong("retryAfter"))
                        .isGreaterThan(Duration.ofMinutes(50).toMillis());
                again.send("{\"type\":\"ping\"}");
                again.next("pong");
                again.send("{\"type\":\"health-check\"}");
                again.next("health-check");
            }
        }
    }

    @Test
    void action_over_its_own_limit_is_refused_and_other_actions_are_not() {
        try (JdkPeer peer = node.enter("reader")) {
            for (int i = 0; i < 2; i++) {
                peer.send(history("h" + i));
                assertThat(peer.next().getString("type")).isEqualTo("history");
            }
            peer.send(history("h2"));
            JsonObject refusal = peer.next();
            assertThat(refusal.getString("type")).isEqualTo("rate_limited");
            assertThat(refusal.getString("scope")).isEqualTo("action");
            assertThat(refusal.getString("window")).isEqualTo("minute");
            assertThat(refusal.getString("id")).isEqualTo("h2");
            assertThat(refusal.getLong("retryAfter")).isBetween(50_000L, 60_000L);
            assertThat(refusal(frame(peer, "else")))
                    .as("other actions are not affected")
                    .isNull();
        }
    }

    @Test
    void bytes_over_the_limit_of_the_user_are_refused() {
        try (JdkPeer peer = node.enter("verbose")) {
            peer.join("lobby");
            JsonArray attachments = new JsonArray();
            for (int i = 0; i < 10; i++) {
                attachments.add(new JsonObject()
                        .put("type", "file")
                        .put("name", "n")
                        .put("url", "https://files.example/" + "x".repeat(2_000)));
            }
            JsonObject refusal = null;
            for (int i = 0; refusal == null && i < 5; i++) {
                peer.send(new JsonObject()
                        .put("type", "chat")
                        .put("roomId", "lobby")
                        .put("content", "see")
                        .put("attachments", attachments)
                        .put("id", "a" + i));
                String id = "a" + i;
                refusal = refusal(peer.next(frame -> id.equals(frame.getString("id")), id));
            }
            assertThat(refusal).isNotNull();
            assertThat(refusal.getString("scope")).isEqualTo("user");
            assertThat(refusal.getString("window")).isEqualTo("bytes");
            assertThat(refusal.getString("id")).isEqualTo("a3");
        }
    }

    @Test
    void bytes_of_pings_count_for_the_user_over_reconnects() {
        for (int i = 0; i < 2; i++) {
            try (JdkPeer peer = node.enter("heavy")) {
                peer.send(ping("p" + i, 30_000));
                assertThat(peer.next("pong").getString("id")).isEqualTo("p" + i);
            }
        }
        try (JdkPeer peer = node.enter("heavy")) {
            peer.send(ping("p2", 30_000));
            JsonObject refusal = peer.next("rate_limited");
            assertThat(refusal.getString("id")).isEqualTo("p2");
            assertThat(refusal.getString("scope")).isEqualTo("user");
            assertThat(refusal.getString("window")).isEqualTo("bytes");
            peer.send(ping("small", 0));
            assertThat(peer.next("rate_limited").getString("id")).isEqualTo("small");
            JsonObject chat = refusal(frame(peer, "chat"));
            assertThat(chat).isNotNull();
            assertThat(chat.getString("window")).isEqualTo("bytes");
        }
    }

    @Test
    void bytes_of_malformed_frames_count_for_the_user() {
        try (JdkPeer peer = node.enter("garbled")) {
            for (int i = 0; i < 3; i++) {
                peer.send("x".repeat(30_000));
                assertThat(peer.next("error").getString("reason")).isEqualTo("invalid_json");
            }
            JsonObject refusal = refusal(frame(peer, "chat"));
            assertThat(refusal).isNotNull();
            assertThat(refusal.getString("scope")).isEqualTo("user");
            assertThat(refusal.getString("window")).isEqualTo("bytes");
        }
    }

    @Test
    void bytes_of_frames_over_the_connection_limit_count_for_the_user() {
        try (JdkPeer peer = node.enter("insisting")) {
            for (int i = 0; i < CONNECTION_MINUTE; i++) {
                peer.send("{\"type\":\"ping\"}");
                peer.next("pong");
            }
            for (int i = 0; i < 3; i++) {
                peer.send(ping("p" + i, 30_000));
                assertThat(peer.next("rate_limited").getString("scope")).isEqualTo("connection");
            }
            try (JdkPeer other = node.enter("insisting")) {
                JsonObject refusal = refusal(frame(other, "chat"));
                assertThat(refusal).isNotNull();
                assertThat(refusal.getString("window")).isEqualTo("bytes");
            }
        }
    }

    @Test
    void pings_count_for_the_connection_only() {
        try (JdkPeer first = node.enter("pinger");
                JdkPeer second = node.enter("pinger")) {
            for (int i = 0; i < CONNECTION_MINUTE; i++) {
                first.send("{\"type\":\"ping\",\"id\":\"p" + i + "\"}");
                assertThat(first.next().getString("id")).isEqualTo("p" + i);
            }
            first.send("{\"type\":\"ping\",\"id\":\"one-more\"}");
            JsonObject refusal = first.next("rate_limited");
            assertThat(refusal.getString("scope")).isEqualTo("connection");
            assertThat(refusal.getString("window")).isEqualTo("minute");
            assertThat(refusal.getString("id")).isEqualTo("one-more");
            assertThat(refusal.getLong("retryAfter")).isBetween(1L, 60_000L);
            second.send("{\"type\":\"ping\"}");
            second.next("pong");
            assertThat(refusal(frame(second, "mine")))
                    .as("no ping counted towards the seven frames an hour of the user")
                    .isNull();
        }
    }

    @Test
    void flood_of_frames_is_refused_and_then_closed_1008() {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Upgrade.of().withToken(node.token("flooder")).from(peer);
            peer.next("auth_success");
            int most = CONNECTION_MINUTE * 10;
            for (int i = 1; i <= most + 1; i++) {
                peer.text((i % 2 == 0 ? "no json" : "{\"type\":\"ping\",\"id\":\"f" + i + "\"}"));
            }
            Ending ending = peer.ending();
            assertThat(ending.code()).isEqualTo(1008);
            assertThat(ending.reason()).isEqualTo("Policy violation");
            assertThat(ending.words()).hasSize(most);
            for (int i = 1; i <= most; i++) {
                JsonObject word = ending.words().get(i - 1);
                String type = i > CONNECTION_MINUTE ? "rate_limited" : i % 2 == 0 ? "error" : "pong";
                boolean byId = i % 2 == 1 && i <= CONNECTION_MINUTE * 2;
                assertThat(word.getString("type")).isEqualTo(type);
                assertThat(word.getString("id")).isEqualTo(byId ? "f" + i : null);
            }
        }
    }

    @Test
    void user_closed_for_a_flood_may_reconnect() {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Upgrade.of().withToken(node.token("sorry")).from(peer);
            for (int i = 0; i <= CONNECTION_MINUTE * 10; i++) {
                peer.text("x");
            }
            assertThat(peer.closeCode()).isEqualTo(1008);
        }
        try (JdkPeer again = node.enter("sorry")) {
            assertThat(refusal(frame(again, "hello"))).isNull();
        }
    }

    private static JsonObject limits(int burst, int minute, int hour) {
        return new JsonObject()
                .put("burst", burst)
                .put("minute", minute)
                .put("hour", hour)
                .put("frameBytes", 65_536)
                .put("expiresInMs", 2_592_000_000L);
    }

    private static JsonObject history(String id) {
        return new JsonObject().put("type", "history").put("roomId", "lobby").put("id", id);
    }

    /** Sends a frame that counts and changes nothing, and returns its answer. */
    private static JsonObject frame(JdkPeer peer, String id) {
        peer.send(elsewhere(id));
        return peer.next(frame -> id.equals(frame.getString("id")), "answer to " + id);
    }

    /** A chat to a room that is not joined: it is counted and then refused. */
    private static JsonObject elsewhere(String id) {
        return new JsonObject()
                .put("type", "chat")
                .put("roomId", "elsewhere")
                .put("content", "hi")
                .put("id", id);
    }

    private static String ping(String id, int bytes) {
        return "{\"type\":\"ping\",\"id\":\"" + id + "\"" + " ".repeat(bytes) + "}";
    }

    private static JsonObject refusal(JsonObject answer) {
        return "rate_limited".equals(answer.getString("type")) ? answer : null;
    }

    /** By the clock of the limits, and rounded like it: another one could tell of a millisecond less. */
    private static long now() {
        return System.currentTimeMillis();
    }
}
