package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The path of a frame while no stage answers: counted frames are refused, and each refusal is counted once. */
class FramePathTest {
    private static final String REFUSALS = "portcullis_refusals_total";

    private ScriptedEdge edge;
    private LongSupplier clock = FramePathTest::noon;
    private long stale;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    @Test
    void counted_frame_without_a_rate_limit_stage_is_unavailable() throws Exception {
        withoutStages("{}");
        try (JdkPeer peer = edge.enter()) {
            for (String frame : List.of(
                    "{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"hi\",\"id\":\"f1\"}",
                    "{\"type\":\"join\",\"roomId\":\"lobby\",\"id\":\"f1\"}",
                    "{\"type\":\"history\",\"roomId\":\"lobby\",\"id\":\"f1\"}",
                    "{\"type\":\"ping\",\"id\":\"f1\"" + " ".repeat(8_192) + "}")) {
                peer.send(frame);
                JsonObject error = peer.next("error");
                assertThat(error.getString("reason")).isEqualTo("unavailable");
                assertThat(error.getString("id")).isEqualTo("f1");
            }
            peer.send("{\"type\":\"ping\",\"id\":\"f2\"}");
            assertThat(peer.next("pong").getString("id")).isEqualTo("f2");
            peer.send("{\"type\":\"leave\",\"roomId\":\"lobby\",\"id\":\"f3\"}");
            assertThat(peer.next("left").getString("id")).isEqualTo("f3");
        }
        assertCounted("unavailable", 4);
    }

    @Test
    void join_and_history_without_a_rooms_stage_are_unavailable_for_each_room() throws Exception {
        withoutStages("{\"enabled\": false}");
        try (JdkPeer peer = edge.enter()) {
            peer.send(
                    "{\"type\":\"join\",\"id\":\"f1\",\"rooms\":[{\"roomId\":\"a\"},{\"roomId\":\"b\"},{\"roomId\":\"c\"}]}");
            for (String room : List.of("a", "b", "c")) {
                JsonObject error = peer.next("error");
                assertThat(error.getString("reason")).isEqualTo("unavailable");
                assertThat(error.getString("roomId")).isEqualTo(room);
                assertThat(error.getString("id")).isEqualTo("f1");
            }
            assertCounted("unavailable", 3);
            peer.send("{\"type\":\"history\",\"roomId\":\"a\",\"id\":\"f2\"}");
            assertThat(peer.next("error").getString("reason")).isEqualTo("unavailable");
            peer.send("{\"type\":\"chat\",\"roomId\":\"a\",\"content\":\"hi\",\"id\":\"f3\"}");
            assertThat(peer.next("error").getString("reason")).isEqualTo("not_member");
        }
        assertThat(edge.counted(REFUSALS)).containsExactlyInAnyOrder(line("unavailable", 4), line("not_member", 1));
        assertThat(edge.auditEvents())
                .extracting(event -> event.get("reason"))
                .as("repeats of one user and reason are aggregated")
                .containsExactly("unavailable", "not_member");
    }

    @Test
    void token_refresh_without_an_auth_stage_is_unavailable_and_the_session_stays() throws Exception {
        withoutStages("{\"enabled\": false}");
        try (JdkPeer peer = edge.enter()) {
            peer.send("{\"type\":\"token_refresh\",\"token\":\"t\",\"id\":\"f1\"}");
            JsonObject error = peer.next("error");
            assertThat(error.getString("reason")).isEqualTo("unavailable");
            assertThat(error.getString("id")).isEqualTo("f1");
            peer.send("{\"type\":\"ping\",\"id\":\"f2\"}");
            assertThat(peer.next("pong").getString("id")).isEqualTo("f2");
        }
        assertCounted("unavailable", 1);
    }

    @Test
    void malformed_frames_are_refused_without_a_stage() throws Exception {
        withoutStages("{}");
        Map<String, String> unreadable = Map.of(
                "{", "invalid_json",
                "{\"type\":\"chat\"}", "validation_failed",
                "{\"type\":\"nonsense\"}", "unknown_type");
        try (JdkPeer peer = edge.enter()) {
            unreadable.forEach((frame, reason) -> {
                peer.send(frame);
                assertThat(peer.next("error").getString("reason")).isEqualTo(reason);
            });
        }
        assertThat(edge.counted(REFUSALS))
                .containsExactlyInAnyOrder(
                        line("invalid_json", 1), line("validation_failed", 1), line("unknown_type", 1));
        assertThat(edge.auditEvents()).hasSize(3).allMatch(event -> "ws.frame.invalid".equals(event.get("event")));
    }

    /** Happens after a failover to a Redis whose clock is behind. */
    @Test
    void clock_set_back_does_not_prolong_the_wait_for_fresh_cut_offs() throws Exception {
        AtomicLong later = new AtomicLong(noon());
        clock = () -> later.getAndAdd(-3_600_000);
        stale = TimeUnit.MINUTES.toNanos(1);
        withoutStages("{}");
        try (JdkPeer peer = edge.enter()) {
            peer.send("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"hi\",\"id\":\"f1\"}");
            assertThat(peer.next("error").getString("reason")).isEqualTo("unavailable");
        }
    }

    @Test
    void connection_over_its_own_limit_is_refused_without_a_request_to_a_stage() throws Exception {
        withoutStages("{\"connection\": {\"minute\": 2}}");
        try (JdkPeer peer = edge.enter()) {
            IntStream.range(0, 4).forEach(i -> peer.send("{\"type\":\"ping\",\"id\":\"p" + i + "\"}"));
            assertThat(peer.next("pong").getString("id")).isEqualTo("p0");
            assertThat(peer.next("pong").getString("id")).isEqualTo("p1");
            for (String id : List.of("p2", "p3")) {
                JsonObject limited = peer.next("rate_limited");
                assertThat(limited.getString("id")).isEqualTo(id);
                assertThat(limited.getString("scope")).isEqualTo("connection");
            }
        }
        assertCounted("rate_limited", 2);
    }

    @Test
    void block_of_a_connection_is_no_longer_when_the_clock_is_set_back() throws Exception {
        AtomicLong later = new AtomicLong(noon());
        clock = () -> later.getAndAdd(-3_600_000);
        withoutStages("{\"connection\": {\"minute\": 2}}");
        try (JdkPeer peer = edge.enter()) {
            IntStream.range(0, 4).forEach(i -> peer.send("{\"type\":\"ping\",\"id\":\"p" + i + "\"}"));
            for (String id : List.of("p2", "p3")) {
                JsonObject limited = peer.next("rate_limited");
                assertThat(limited.getString("id")).isEqualTo(id);
                assertThat(limited.getLong("retryAfter")).isBetween(1L, 60_000L);
            }
        }
    }

    private void withoutStages(String ratelimit) throws Exception {
        PathWithoutStages.set(edge, ratelimit, clock, stale);
    }

    private static long noon() {
        return 1_700_000_000_000L;
    }

    private void assertCounted(String reason, int times) {
        assertThat(edge.counted(REFUSALS)).containsExactly(line(reason, times));
    }

    private static String line(String reason, int times) {
        return REFUSALS + "{reason=\"" + reason + "\"} " + times + ".0";
    }
}
