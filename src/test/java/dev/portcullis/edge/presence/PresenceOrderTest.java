package dev.portcullis.edge.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.PresenceNotice;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.PresenceView;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.delivery.HubMemory;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.delivery.Subscriber;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import dev.portcullis.streams.lane.LaneFreshness;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was removed from a room is told no change of it, though the entry that says so comes late (CWE-863). */
class PresenceOrderTest {
    private static final RoomId ROOM = new RoomId("lobby");
    private static final StreamName STREAM = StreamName.room(ROOM);
    private static final StreamsConfig CONFIG = StreamsConfig.read(ScriptedEdge.DEFAULTS.section("streams"), 1);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final Promise<Void> attached = Promise.promise();
    private final Promise<Void> barred = Promise.promise();
    private EmbeddedStreamsFixture life;
    private ScriptedEdge edge;
    private StreamHub hub;
    private LoopPresence presence;
    private JdkPeer peer;

    @BeforeEach
    void watch_a_room() throws Exception {
        life = EmbeddedStreamsFixture.open(folder, clock);
        edge = new ScriptedEdge();
        Bus bus = new Bus(edge.vertx, "n1", new BusConfig(1_000, 100));
        hub = edge.onLoop(() -> new StreamHub(List.of(new StreamHubShard(
                edge.vertx.getOrCreateContext(),
                life.streams(),
                CONFIG,
                FollowedStreamsListener.NONE,
                HubMemory.ofLargestHeap(),
                Optional.of(new LaneFreshness(1_000, this::nanos, clock))))));
        presence = edge.onLoop(() -> new LoopPresence(
                edge.vertx.getOrCreateContext(),
                new PresenceReporter(edge.vertx.getOrCreateContext(), bus),
                new RoomPresence(edge.vertx, bus),
                hub,
                new MemoryBudget(1 << 20)));
        peer = edge.enter();
        Connection client = edge.onLoop(() -> edge.open.get(0));
        hub.forStream(STREAM)
                .subscribe(STREAM, Optional.empty(), user(client), edge.rooms(), new RoomSubscriber(client));
        await(attached.future());
        await(edge.onLoop(() -> presence.watch(client, ROOM).onSuccess(PresenceWatch::shown)));
        readLane();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
        life.close();
    }

    @Test
    void change_waits_until_the_lane_of_its_room_is_read_and_the_last_one_is_sent() {
        change(1);
        assertThat(peer.next("presence_change").getLong("version")).isEqualTo(1);
        clock.pass(1_000);
        change(2);
        change(3);
        assertThat(version()).as("what waits is not sent").isZero();
        readLane();
        assertThat(peer.next("presence_change").getLong("version")).isEqualTo(3);
    }

    @Test
    void client_that_was_removed_during_a_stop_of_the_node_is_told_no_change() throws Exception {
        clock.pass(2_000);
        await(life.streams().append(removal(user(edge.onLoop(() -> edge.open.get(0))))));
        change(1);
        edge.vertx.runOnContext(inOneRunOfTheLoop -> {
            hub.moved(STREAM.lane(), List.of(new Moved(STREAM, 7)));
            readLane();
            change(2);
        });
        await(barred.future());
        readLane();
        change(3);
        assertThat(version()).isZero();
    }

    /** The version that the client was sent meanwhile; 0 for none. */
    private long version() {
        try {
            edge.onLoop(() -> hub).forStream(STREAM).subscriptions(STREAM).await(30, TimeUnit.SECONDS);
            Connection client = edge.onLoop(() -> edge.open.get(0));
            edge.onLoop(() -> {
                client.send(new ServerFrame.Pong(Optional.empty(), 0));
                return client;
            });
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
        peer.next("pong");
        return peer.rest().stream()
                .mapToLong(frame -> frame.getLong("version", 0L))
                .sum();
    }

    private void change(long version) {
        byte[] json = ("{\"type\":\"presence_change\",\"version\":" + version + "}").getBytes(StandardCharsets.UTF_8);
        presence.changed(new PresenceNotice(ROOM, new PresenceView.Owner("n1", 0), version, json));
    }

    private void readLane() {
        hub.laneRead(new LaneRead(LaneCursor.unknown(STREAM.lane()), nanos(), clock.getAsLong()));
        hub.ticked();
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(clock.getAsLong());
    }

    private static UserId user(Connection client) {
        return client.sender().userId();
    }

    private static AppendRequest removal(UserId user) {
        return new AppendRequest(
                        STREAM,
                        CONFIG.room(),
                        0,
                        "\"type\":\"member_removed\"}".getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE)
                .barring(user, 10);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    /** The client's place in the room, which it loses with the entry that removes it. */
    private final class RoomSubscriber implements Subscriber {
        private final Connection client;

        private RoomSubscriber(Connection client) {
            this.client = client;
        }

        @Override
        public void part(Slice missed, Runnable next) {
            next.run();
        }

        @Override
        public void attached(Slice missed) {
            attached.complete();
        }

        @Override
        public void failed() {
            attached.fail("not attached");
        }

        @Override
        public void displaced() {
            attached.fail("displaced");
        }

        @Override
        public void barred() {
            presence.ignore(client, ROOM);
            barred.complete();
        }
    }
}
