package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.hooks.outbox.OutboxConfig.WhenFull;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Appends and sessions store their events in their own steps, on each store. */
abstract class ReportedStepsContract {
    protected static final RevocationLimits REVOCATIONS = new RevocationLimits(86_400_000, 604_800_000, 20, 20);

    protected static final SessionsConfig SESSIONS =
            new SessionsConfig(5, OnExceeded.REJECT, 30, 100, 5_000, 2_000, 0, 86_400_000, 1_000, 1_000);
    private static final UserId ANN = new UserId("ann");
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));

    protected HookOutbox outbox;

    abstract RowStore rows();

    abstract StreamStore streams(HookOutbox reportedTo) throws Exception;

    abstract SessionStore sessions(HookOutbox reportedTo) throws Exception;

    @BeforeEach
    void openOutbox() throws Exception {
        outbox = new HookOutbox(rows(), new OutboxConfig(Set.of(HookType.values()), 2, WhenFull.REFUSE, 3));
    }

    @Test
    void message_is_told_with_its_position_and_a_repeat_of_it_is_not() throws Exception {
        StreamStore streams = streams(outbox);
        AppendResult.Stored stored = (AppendResult.Stored) done(streams.append(message("1")));
        assertThat(done(streams.append(message("1")))).isInstanceOf(AppendResult.Duplicate.class);

        JsonObject event = only(told(LOBBY.lane()));
        assertThat(event.getString("type")).isEqualTo("message.published");
        assertThat(event.getString("id")).isEqualTo("m1");
        assertThat(event.getString("key")).isEqualTo("room:lobby");
        JsonObject data = event.getJsonObject("data");
        assertThat(data.getString("epoch")).isEqualTo(stored.entry().position().epoch());
        assertThat(data.getLong("seq")).isEqualTo(stored.entry().position().seq());
        assertThat(data.getString("content")).isEqualTo("text 1");
    }

    @Test
    void refused_append_tells_nothing_and_an_entry_that_is_no_message_neither() throws Exception {
        StreamStore streams = streams(outbox);
        Permit broken =
                new Permit(List.of(new Permit.Row("t", "", "k", Optional.of("another value"))), List.of(), List.of());
        assertThat(done(streams.append(message("1").permittedBy(broken)))).isEqualTo(Refusal.CHANGED);
        assertThat(done(streams.append(message("1").notLaterThan(1)))).isEqualTo(Refusal.EXPIRED);
        done(streams.append(new AppendRequest(
                LOBBY, message("1").window(), 0, body("1"), Optional.empty(), Optional.empty(), Long.MAX_VALUE)));
        assertThat(told(LOBBY.lane())).isEmpty();
    }

    @Test
    void full_outbox_refuses_a_message_as_a_whole_and_knows_an_earlier_one() throws Exception {
        StreamStore streams = streams(outbox);
        done(streams.append(message("1")));
        done(streams.append(message("2")));
        assertThatThrownBy(() -> done(streams.append(message("3")))).isInstanceOf(StoreFailure.class);
        assertThat(done(streams.append(message("2")))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(done(streams.head(LOBBY)).seq()).isEqualTo(2);

        Claim claim = done(outbox.claim(LaneQueue.of(LOBBY.lane()), "taker", new Bounds(10, 1 << 20, 10_000)))
                .orElseThrow();
        done(outbox.acknowledge(claim, 1));
        assertThat(done(streams.append(message("3")))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void session_begins_and_ends_once_whatever_is_repeated() throws Exception {
        SessionStore sessions = sessions(outbox);
        Session session = session("1");
        assertThat(done(sessions.open(session, HandshakeAttempt.FIRST))).isInstanceOf(Opened.class);
        done(outbox.beginIfRoom(session.lane(), held(session), "n:1"));
        done(sessions.end(ANN, session.id()));
        done(sessions.end(ANN, session.id()));

        List<JsonObject> told = told(session.lane());
        assertThat(told)
                .extracting(event -> event.getString("type") + " " + event.getString("cause"))
                .containsExactly("session.opened null", "session.closed ended");
        assertThat(told)
                .allMatch(event ->
                        event.getJsonObject("data").getString("sessionId").equals(session.id()));
    }

    @Test
    void full_outbox_refuses_a_session_which_is_not_live_then() throws Exception {
        SessionStore sessions = sessions(outbox);
        done(sessions.open(session("1"), HandshakeAttempt.FIRST));
        done(sessions.open(session("2"), HandshakeAttempt.FIRST));
        assertThatThrownBy(() -> done(sessions.open(session("3"), HandshakeAttempt.FIRST)))
                .isInstanceOf(StoreFailure.class);
        assertThat(done(sessions.ofUser(ANN))).extracting(Session::id).containsExactly("1", "2");

        done(sessions.end(ANN, "1"));
        assertThat(told(session("1").lane()))
                .as("an end is told also then")
                .extracting(event -> event.getString("type"))
                .containsExactly("session.opened", "session.opened", "session.closed");
    }

    @Test
    void session_of_a_node_that_is_gone_ends_by_its_incarnation() throws Exception {
        SessionStore sessions = sessions(outbox);
        Session session = session("1");
        done(sessions.open(session, HandshakeAttempt.FIRST));
        done(outbox.endOrphans(lanes -> Future.succeededFuture(Map.of(session.lane(), Set.of("n:2")))));
        done(sessions.end(ANN, session.id()));

        assertThat(told(session.lane()))
                .extracting(event -> event.getString("type") + " " + event.getString("cause"))
                .containsExactly("session.opened null", "session.closed node_lost");
    }

    private static AppendRequest message(String id) {
        return new AppendRequest(
                        LOBBY,
                        new StreamWindow(300, 86_400_000),
                        0,
                        body(id),
                        Optional.of(ANN),
                        Optional.of(new IdempotencyKey(ANN, "chat", id, new byte[8], "m" + id)),
                        Long.MAX_VALUE)
                .carrying(new Message("m" + id, ANN));
    }

    private static byte[] body(String id) {
        return ("\"type\":\"chat\",\"content\":\"text " + id + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static Session session(String id) {
        long now = System.currentTimeMillis();
        Sender sender = new Sender(ANN, Optional.empty(), Role.MEMBER, List.of(), id);
        return new Session(
                sender,
                "",
                "t",
                now,
                now,
                now + 3_600_000,
                new SessionOwner("n", "n:1", 0),
                "192.0.2.1",
                "",
                Optional.empty());
    }

    private static HookOutbox.Held held(Session session) {
        HookEvent another = new HookEvent(HookType.SESSION_OPENED, "user:ann", "another", body(""));
        return new HookOutbox.Held(session.id(), another, another);
    }

    private List<JsonObject> told(int lane) throws Exception {
        return done(outbox.claim(LaneQueue.of(lane), "taker", new Bounds(10, 1 << 20, 10_000)))
                .map(Claim::events)
                .orElse(List.of())
                .stream()
                .map(event -> new JsonObject(Buffer.buffer(event.json())))
                .toList();
    }

    private static JsonObject only(List<JsonObject> events) {
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
