package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A shard over the embedded store, with its subscribers. */
@ExtendWith(VertxExtension.class)
abstract class StreamHubShardFixture {
    static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    static final UserId ANN = new UserId("ann");
    static final UserId BOB = new UserId("bob");
    static final int PLENTY = 1 << 20;
    static final int PART_BYTES = 700; // about ten entries of these tests
    static final int READ_MS = 120_000; // long, since a late read is repeated and a busy machine would make reads late
    static final StreamWindow KEPT = new StreamWindow(300, TimeUnit.HOURS.toMillis(24));

    @TempDir
    Path folder;

    Vertx vertx;
    EmbeddedStreamsFixture life;
    WatchedStore store;
    private EmbeddedRows rows;
    RecordingDeliveryLoop loop;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        this.vertx = vertx;
        life = EmbeddedStreamsFixture.open(folder, new SettableClock());
        store = new WatchedStore(life.streams());
        rows = new EmbeddedRows(life.store());
        loop = new RecordingDeliveryLoop();
    }

    @AfterEach
    void close() {
        life.close();
    }

    static int followed(Context context, StreamHubShard shard) throws Exception {
        Promise<Integer> count = Promise.promise();
        context.runOnContext(any -> count.complete(shard.followedRooms()));
        return await(count.future());
    }

    RecordingDeliveryLoop.RecordingSubscriber joinedAs(StreamHubShard shard, UserId user) throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), user, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        return subscriber;
    }

    static StreamEntry withLaneSeq(StreamEntry entry, long laneSeq) {
        return new StreamEntry(
                entry.stream(), entry.position(), entry.timestamp(), entry.body(), entry.bars(), laneSeq);
    }

    static AppendRequest appendOf(String body) {
        return append(LOBBY, body);
    }

    static AppendRequest append(StreamName stream, String body) {
        return new AppendRequest(
                stream,
                KEPT,
                0,
                body.getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    StreamEntry bar(UserId user) throws Exception {
        AppendRequest append = appendOf("\"type\":\"member_removed\"}").barring(user, 10);
        return ((AppendResult.Stored) await(store.append(append))).entry();
    }

    void unbar(UserId user) throws Exception {
        WriteSet lifted = WriteSet.NONE.remove(StreamBars.of(LOBBY, user)).add(StreamBars.count(LOBBY), -1);
        await(life.store().write(batch -> {
            rows.write(batch, LOBBY.lane(), lifted);
            return user;
        }));
    }

    static long lastSeen(RecordingDeliveryLoop.RecordingSubscriber subscriber) {
        List<Long> seqs = subscriber.seqs();
        return seqs.isEmpty() ? 0 : seqs.get(seqs.size() - 1);
    }

    RecordingDeliveryLoop.RecordingSubscriber joined(StreamHubShard shard, Optional<Position> since) throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(LOBBY, since, ANN, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        return subscriber;
    }

    static FollowedStreamsListener endings(List<StreamName> dropped) {
        return new FollowedStreamsListener() {
            @Override
            public void began(StreamName stream) {}

            @Override
            public void ended(StreamName stream) {
                dropped.add(stream);
            }
        };
    }

    static HubMemory roomFor(int streams, int subscribers) {
        return new HubMemory(
                (long) streams * HubMemory.STREAM_BYTES + (long) subscribers * HubMemory.SUBSCRIBER_BYTES,
                System::nanoTime);
    }

    StreamHubShard shardWith(StreamsConfig config) {
        return new StreamHubShard(vertx.getOrCreateContext(), store, config);
    }

    static StreamsConfig config() {
        return config(1 << 20, READ_MS, 30_000);
    }

    static StreamsConfig config(long recentBytes, long readMs, long lingerMs) {
        return config(recentBytes, readMs, lingerMs, 50, 150);
    }

    static StreamsConfig config(long recentBytes, long readMs, long lingerMs, long gapMs, int resume) {
        return config(recentBytes, readMs, lingerMs, gapMs, resume, PLENTY, 1_000);
    }

    /** Parts have about ten entries. */
    static StreamsConfig inParts(long recentBytes, int parts) {
        return config(recentBytes, READ_MS, 30_000, 50, 1_002, PART_BYTES, parts);
    }

    static StreamsConfig config(
            long recentBytes, long readMs, long lingerMs, long gapMs, int resume, int partBytes, int parts) {
        return new StreamsConfig(
                KEPT,
                KEPT,
                KEPT,
                recentBytes,
                1_000,
                1 << 20,
                gapMs,
                new StreamStore.Bounds(resume, 1 << 20),
                10_000,
                partBytes,
                parts,
                1 << 20,
                readMs,
                3,
                8,
                lingerMs,
                4,
                4);
    }

    List<StreamEntry> append(int count) throws Exception {
        return append(count, new StreamWindow(1_000, KEPT.ageMs()));
    }

    List<StreamEntry> append(int count, StreamWindow window) throws Exception {
        List<StreamEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(appendOne(window));
        }
        return entries;
    }

    StreamEntry appendOne(StreamWindow window) throws Exception {
        byte[] body = "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8);
        AppendRequest append =
                new AppendRequest(LOBBY, window, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
        return ((AppendResult.Stored) await(store.append(append))).entry();
    }

    void until(BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException();
            }
            await(vertx.timer(2, TimeUnit.MILLISECONDS).mapEmpty());
        }
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
