package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.connection.FrameFailures;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal results in one frame, one metric increment and one log line, whatever its cause. */
class RefusalsTest {
    private static final String[] METRICS = {
        "portcullis_refusals_total", "portcullis_auth_failures_total", "portcullis_handshakes_refused_total"
    };

    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void refusal_with_any_reason_is_counted_and_logged_once_with_the_request_id_of_its_frame(Reason reason) {
        edge.answer(FrameOutcome.refused(Rejection.of(reason), new Target.ToRoom(new RoomId("lobby")))
                .to(Optional.of("f1")));
        JsonObject error = refusal("error");
        assertThat(error.getString("reason")).isEqualTo(reason.id());
        assertThat(error.getString("id")).isEqualTo("f1");
        assertThat(error.getString("roomId")).isEqualTo("lobby");
        assertCounted("portcullis_refusals_total{reason=\"" + reason.id() + "\"} 1.0");
        assertThat(onlyEvent())
                .containsEntry("event", EventName.of(Rejection.of(reason)).id())
                .containsEntry("reason", reason.id())
                .containsEntry("requestId", error.getString("requestId"))
                .containsEntry("userId", "user-1")
                .containsEntry("resource", "lobby");
    }

    @ParameterizedTest
    @CsvSource({"USER, BURST", "USER, BYTES", "CONNECTION, MINUTE", "ACTION, MINUTE", "USER, HOUR"})
    void rate_limit_refusal_is_counted_and_logged_once(Scope scope, Window window) {
        edge.answer(
                FrameOutcome.refused(Rejection.limited(scope, window, 1_234)).to(Optional.of("f1")));
        JsonObject limited = refusal("rate_limited");
        assertThat(limited.getString("scope")).isEqualTo(scope.id());
        assertThat(limited.getString("window")).isEqualTo(window.id());
        assertThat(limited.getLong("retryAfter")).isEqualTo(1_234);
        assertThat(limited.getString("id")).isEqualTo("f1");
        assertCounted("portcullis_refusals_total{reason=\"rate_limited\"} 1.0");
        assertThat(onlyEvent())
                .containsEntry("event", "ws.ratelimit")
                .containsEntry("scope", scope.id() + "/" + window.id());
    }

    @ParameterizedTest
    @CsvSource({
        "TIMEOUT, CHAT, unavailable",
        "NO_INSTANCE, CHAT, unavailable",
        "FAILED, CHAT, unavailable",
        "OVERLOADED, CHAT, unavailable",
        "TIMEOUT, HISTORY, timeout"
    })
    void bus_failure_is_unavailable_or_the_timeout_of_a_read_and_counts_once(
            BusFailure.Kind kind, FrameType type, String reason) {
        edge.answer(FrameFailures.outcomeOf(new BusFailure(kind, Stage.BROADCAST), type));
        JsonObject error = refusal("error");
        assertThat(error.getString("reason")).isEqualTo(reason);
        assertCounted("portcullis_refusals_total{reason=\"" + reason + "\"} 1.0");
        assertThat(onlyEvent())
                .containsEntry("requestId", error.getString("requestId"))
                .containsEntry("reason", reason);
    }

    /** Without an answer its connection would wait forever. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failed_future_or_exception_of_a_frame_is_internal_and_the_connection_continues(boolean thrown) {
        edge.path((from, utf8) -> {
            IllegalStateException bug = new IllegalStateException("swordfish");
            if (thrown) {
                throw bug;
            }
            return Future.failedFuture(bug);
        });
        try (JdkPeer peer = edge.enter()) {
            for (int i = 1; i <= 2; i++) {
                peer.send("{}");
                JsonObject error = peer.next("error");
                assertThat(error.getString("reason")).isEqualTo("internal");
                assertThat(error.encode()).doesNotContain("swordfish");
                assertCounted("portcullis_refusals_total{reason=\"internal\"} " + i + ".0");
                if (i == 1) {
                    assertThat(onlyEvent()).containsEntry("requestId", error.getString("requestId"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_SIGNATURE", "EXPIRED", "REVOKED"})
    void refused_token_counts_as_auth_failure_and_not_as_frame_refusal(TokenDefect defect) {
        AuthRefusal why = defect.refusal();
        edge.answer(
                new FrameOutcome.Close(CloseCode.AUTH_REFUSED, CloseNotice.AuthFailed.of(defect, Optional.of("f1"))));
        try (JdkPeer peer = edge.connectAnonymous()) {
            peer.send("{}");
            JsonObject failure = peer.next("auth_failure");
            assertThat(failure.getString("reason")).isEqualTo(why.id());
            assertThat(failure.getString("id")).isEqualTo("f1");
            assertThat(peer.ended()).isEqualTo(4003);
        }
        assertCounted("portcullis_auth_failures_total{reason=\"" + why.id() + "\"} 1.0");
        assertThat(onlyEvent())
                .containsEntry("event", "ws.auth.failure")
                .containsEntry("reason", why.id())
                .containsEntry("code", "4003")
                .containsEntry("ip", "user-1");
    }

    @ParameterizedTest
    @EnumSource(TokenDefect.class)
    void token_defect_is_logged_and_not_sent_to_the_client(TokenDefect defect) {
        edge.answer(
                new FrameOutcome.Close(CloseCode.AUTH_REFUSED, CloseNotice.AuthFailed.of(defect, Optional.empty())));
        try (JdkPeer peer = edge.connectAnonymous()) {
            peer.send("{}");
            assertThat(peer.next("auth_failure"))
                    .isEqualTo(new JsonObject()
                            .put("type", "auth_failure")
                            .put("reason", defect.refusal().id()));
            assertThat(peer.ended()).isEqualTo(4003);
        }
        assertThat(onlyEvent())
                .containsEntry("event", defect == TokenDefect.CSRF_MISMATCH ? "ws.csrf.failure" : "ws.auth.failure")
                .containsEntry("reason", defect.refusal().id())
                .containsEntry("detail", defect.id());
    }

    @Test
    void rejection_before_a_close_counts_as_refusal() {
        Rejection limited = Rejection.limited(Scope.USER, Window.MINUTE, 9_000);
        edge.answer(new FrameOutcome.Close(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(limited, Optional.empty())));
        try (JdkPeer peer = edge.connectAnonymous()) {
            peer.send("{}");
            assertThat(peer.next("rate_limited").getLong("retryAfter")).isEqualTo(9_000);
            assertThat(peer.ended()).isEqualTo(1013);
        }
        assertCounted("portcullis_refusals_total{reason=\"rate_limited\"} 1.0");
        assertThat(onlyEvent()).containsEntry("event", "ws.ratelimit");
    }

    @ParameterizedTest
    @CsvSource({"BANNED, ann", "TOO_MANY_SESSIONS, ann", "TOO_MANY_SESSIONS,", "FRAME_BEFORE_AUTH,"})
    void close_before_authentication_without_a_frame_is_logged_once_with_the_user_if_known(
            CloseCode code, @Nullable String user) {
        edge.answer(FrameOutcome.Close.with(code, Optional.ofNullable(user).map(UserId::new)));
        closed(code);
        assertThat(onlyEvent())
                .containsEntry("event", "ws.auth.failure")
                .containsEntry("reason", code.id())
                .containsEntry("code", Short.toString(code.code()))
                .containsEntry("ip", "user-1");
        assertThat(Optional.ofNullable(onlyEvent().get("userId"))).isEqualTo(Optional.ofNullable(user));
    }

    @Test
    void unavailable_token_check_is_counted_and_logged() {
        edge.answer(new FrameOutcome.Close(
                CloseCode.NO_CAPACITY, new CloseNotice.Rejected(Rejection.unavailable(), Optional.of("f1"))));
        String requestId;
        try (JdkPeer peer = edge.connectAnonymous()) {
            peer.send("{}");
            requestId = peer.next("error").getString("requestId");
            assertThat(peer.ended()).isEqualTo(1013);
        }
        assertCounted("portcullis_refusals_total{reason=\"unavailable\"} 1.0");
        assertThat(onlyEvent()).containsEntry("requestId", requestId).containsEntry("reason", "unavailable");
    }

    @Test
    void hostile_close_is_logged_once_with_its_code() {
        edge.answer(FrameOutcome.Close.with(CloseCode.HOSTILE));
        try (JdkPeer peer = edge.enter()) {
            peer.send("{}");
            assertThat(peer.ended()).isEqualTo(1008);
        }
        assertThat(onlyEvent()).containsEntry("event", "ws.ratelimit").containsEntry("code", "1008");
    }

    @Test
    void frame_over_the_size_limit_is_refused_once_before_the_close() {
        try (JdkPeer peer = edge.enter()) {
            peer.send("x".repeat(65_537));
            assertThat(peer.next("error").getString("reason")).isEqualTo("message_too_large");
            assertThat(peer.ended()).isEqualTo(1009);
        }
        assertCounted("portcullis_refusals_total{reason=\"message_too_large\"} 1.0");
        assertThat(onlyEvent()).containsEntry("event", "ws.frame.invalid");
    }

    @Test
    void framing_violation_is_logged_once_with_its_code() {
        try (JdkPeer peer = edge.enter()) {
            peer.raw().sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
            assertThat(peer.ended()).isEqualTo(1003);
        }
        assertThat(onlyEvent()).containsEntry("event", "ws.frame.invalid").containsEntry("code", "1003");
    }

    /** No client receives it, so it is no refusal. */
    @Test
    void refusal_after_the_close_is_neither_counted_nor_logged() throws Exception {
        Promise<FrameOutcome> late = Promise.promise();
        edge.path((from, utf8) -> {
            from.close(CloseCode.RESTARTING);
            return late.future();
        });
        try (JdkPeer peer = edge.enter()) {
            peer.send("{}");
            assertThat(peer.ended()).isEqualTo(1012);
        }
        edge.onLoop(() -> {
            late.complete(FrameOutcome.refused(Rejection.of(Reason.CONFLICT)));
            return true;
        });
        assertCounted();
        assertThat(edge.auditEvents()).isEmpty();
    }

    @Test
    void frame_without_a_refusal_is_neither_counted_nor_logged() {
        AtomicInteger handled = new AtomicInteger();
        edge.path((from, utf8) -> {
            handled.incrementAndGet();
            return Future.succeededFuture(FrameOutcome.None.NONE);
        });
        try (JdkPeer peer = edge.enter()) {
            peer.send("{}");
            assertThat(Await.until(() -> handled.get() == 1)).isTrue();
            edge.path((from, utf8) -> Future.succeededFuture(FrameOutcome.Close.with(CloseCode.TOKEN_EXPIRED)));
            peer.send("{}");
            assertThat(peer.ended()).isEqualTo(4007);
        }
        assertCounted();
        assertThat(edge.auditEvents()).isEmpty();
    }

    /** The answer to one frame of a connection that closes afterwards. */
    private JsonObject refusal(String type) {
        try (JdkPeer peer = edge.enter()) {
            peer.send("{}");
            return peer.next(type);
        }
    }

    /** Closes a client without a session that sends one frame. */
    private void closed(CloseCode code) {
        try (JdkPeer peer = edge.connectAnonymous()) {
            peer.send("{}");
            assertThat(peer.ended()).isEqualTo(code.code());
        }
    }

    private void assertCounted(String... lines) {
        assertThat(edge.counted(METRICS)).containsExactlyInAnyOrder(lines);
    }

    private Map<String, String> onlyEvent() {
        List<Map<String, String>> events = edge.auditEvents();
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
