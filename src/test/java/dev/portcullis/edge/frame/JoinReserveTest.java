package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.session.CutoffFreshness;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.delivery.HubMemoryFixture;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in many rooms leave memory for clients in few rooms (CWE-770). Each frame here is the name of a room to join. */
class JoinReserveTest {
    private static final int ALL = 64;
    private static final int WITHOUT_RESERVE = 48;
    private static final int FEW = 10;
    private static final String LATE = "late";

    /** A read may be slow on a busy machine. */
    private static final StreamsConfig CONFIG =
            StreamsConfig.read(Section.root(Map.of("readMs", 5_000L), new ConfigReading(Map.of(), Path.of("."))), 1);

    @TempDir
    Path folder;

    private EmbeddedStreamsFixture life;
    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedStreamsFixture.open(folder, System::currentTimeMillis);
        edge = new ScriptedEdge(this::hub);
        TimerWheel timers = edge.onLoop(() -> new TimerWheel(edge.vertx));
        PendingJoin.Shared shared = new PendingJoin.Shared(
                new CutoffGate(
                        new CutoffFreshness(lane -> {}, 1_000, timers, System::nanoTime, () -> 0), 2_000, () -> 0),
                edge.hub(),
                edge.rooms(),
                timers,
                new ReplyReservations(edge.memory, edge.rooms()::run, timers),
                65_536);
        edge.path((from, name) -> {
            String room = new String(name, StandardCharsets.UTF_8);
            return room.equals(LATE) ? joinLate(shared, from) : join(shared, from, room);
        });
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
        life.close();
    }

    @Test
    void client_in_many_rooms_is_refused_what_clients_in_few_rooms_still_get() {
        try (JdkPeer greedy = edge.enter();
                JdkPeer modest = edge.enter()) {
            for (int i = 0; i < WITHOUT_RESERVE; i++) {
                greedy.send("greedy-" + i);
                greedy.next("joined");
            }
            greedy.send("one-more");
            assertThat(greedy.next("error").getString("reason")).isEqualTo("unavailable");
            for (int i = 0; i < FEW; i++) {
                modest.send("modest-" + i);
                modest.next("joined");
            }
            greedy.send("one-more");
            assertThat(greedy.next("error").getString("reason")).isEqualTo("unavailable");
        }
    }

    /** One who is cut off keeps no memory, however long it takes to close. */
    @Test
    void client_in_most_rooms_is_closed_for_a_user_in_less_than_half_as_many() {
        try (JdkPeer greedy = edge.enter();
                JdkPeer modest = edge.enter()) {
            for (int i = 0; i < WITHOUT_RESERVE; i++) {
                greedy.send("greedy-" + i);
                greedy.next("joined");
            }
            for (int i = 0; i < 2 * FEW; i++) {
                modest.send("modest-" + i);
                modest.next("joined");
            }
            assertThat(greedy.ended()).isEqualTo(1013);
        }
    }

    /** Who left the room meanwhile may be forgotten by the store, so the permission of before means nothing. */
    @Test
    void join_that_a_stopped_node_goes_on_with_after_its_deadline_is_refused() {
        try (JdkPeer peer = edge.enter()) {
            peer.send(LATE);
            assertThat(peer.next().getString("reason")).isEqualTo("unavailable");
        }
    }

    /** The answer of the hub is here before the timer of the join runs. */
    private static Future<FrameOutcome> joinLate(PendingJoin.Shared shared, Connection from) {
        PendingJoin join = pending(shared, from, LATE);
        Future<FrameOutcome> outcome = join.begin(new FrameDeadline(System.nanoTime() - TimeUnit.SECONDS.toNanos(40)));
        join.attached(new Slice(new Position("e", 1), false, List.of(), false));
        return outcome;
    }

    private StreamHub hub(Context context) {
        return new StreamHub(List.of(new StreamHubShard(
                context,
                life.streams(),
                CONFIG,
                FollowedStreamsListener.NONE,
                HubMemoryFixture.ofStreams(ALL),
                Optional.empty())));
    }

    private static Future<FrameOutcome> join(PendingJoin.Shared shared, Connection from, String room) {
        return pending(shared, from, room).begin(FrameDeadline.fromNow());
    }

    private static PendingJoin pending(PendingJoin.Shared shared, Connection from, String room) {
        return new PendingJoin(
                shared,
                from,
                JoinHandler.ofRoom(
                        from,
                        Optional.empty(),
                        new ClientFrame.RoomJoin(new RoomId(room), Optional.empty(), false, 0),
                        Optional.empty(),
                        Optional.empty(),
                        () -> Future.succeededFuture(Verdict.GRANTED)));
    }
}
