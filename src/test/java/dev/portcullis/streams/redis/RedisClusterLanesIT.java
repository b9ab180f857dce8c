package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lanes of a Redis Cluster that continues without one of its masters. */
class RedisClusterLanesIT {
    private static final int DEAD = 2;
    private static final int ALIVE = 1;

    private final Queue<StreamName> movedStreams = new ConcurrentLinkedQueue<>();
    private final NodeIncarnation node = new NodeIncarnation("n");
    private RedisCluster cluster;
    private RedisStreamsFixture life;

    @BeforeEach
    void open() throws Exception {
        cluster = RedisCluster.start();
        IntStream.range(0, 3)
                .forEach(master -> console(master).ask("CONFIG", "SET", "cluster-require-full-coverage", "no"));
        life = RedisStreamsFixture.open(cluster.master(ALIVE), Topology.CLUSTER, () -> 0);
    }

    @AfterEach
    void close() {
        life.close();
        cluster.close();
    }

    @Test
    void lanes_of_living_masters_are_not_affected_by_a_dead_master() throws Exception {
        LaneTicker ticker = new LaneTicker(
                life.vertx().getOrCreateContext(),
                life.lanes(),
                node,
                500,
                System::nanoTime,
                System::currentTimeMillis);
        ticker.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {
                moved.forEach(each -> movedStreams.add(each.stream()));
            }

            @Override
            public void compareAll(int lane) {}
        });
        ticker.start().await(30, TimeUnit.SECONDS);
        cluster.master(DEAD).kill();
        StreamName room = roomOf(ALIVE);
        AppendRequest message = new AppendRequest(
                room,
                StreamStoreContract.KEPT,
                0,
                "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
        assertThat(life.streams().append(message).await(30, TimeUnit.SECONDS)).isInstanceOf(AppendResult.Stored.class);
        assertThat(Await.until(() -> movedStreams.contains(room))).isTrue();
        assertThat(node.isCurrent("n:1")).isTrue();
    }

    private StreamName roomOf(int master) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> StreamName.room(new RoomId("room" + i)))
                .filter(room -> cluster.ownerOf(slotOf(room)) == master)
                .findFirst()
                .orElseThrow();
    }

    private int slotOf(StreamName room) {
        return Integer.parseInt(console(ALIVE).ask("CLUSTER", "KEYSLOT", RedisKeys.of(room.lane(), "lane")));
    }

    private RedisConsole console(int master) {
        return new RedisConsole(cluster.master(master));
    }
}
