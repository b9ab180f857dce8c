package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.edge.EdgeStats.MessageRate;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeStatsSamplerTest {
    @TempDir
    Path folder;

    private final EdgeStats stats = new EdgeStats(1);
    private ScriptedEdge edge;
    private EmbeddedStore store;
    private EdgeStatsSampler sampler;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
        edge.path((from, utf8) ->
                Future.succeededFuture(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.empty(), 0))));
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 100));
        EmbeddedStreamStore streams = EmbeddedStreamStore.open(store, () -> 0).await(30, TimeUnit.SECONDS);
        StreamsConfig config = StreamsConfig.read(ScriptedEdge.DEFAULTS.section("streams"), 1);
        SessionEnder sessionEnder = new SessionEnder(any -> Future.succeededFuture(), Runnable::run, 10);
        sampler = edge.onLoop(() -> new EdgeStatsSampler(
                0,
                stats,
                edge.open,
                () -> 2,
                new StreamHubShard(edge.vertx.getOrCreateContext(), streams, config),
                sessionEnder));
    }

    @Test
    void sample_that_comes_late_tells_the_lag_of_its_event_loop() throws Exception {
        long second = TimeUnit.SECONDS.toNanos(1);
        assertThat(lagAfter(5 * second)).as("the first one").isZero();
        assertThat(lagAfter(6 * second + 300)).isEqualTo(300);
        assertThat(lagAfter(7 * second)).as("it caught up").isZero();
    }

    private long lagAfter(long sampledAt) throws Exception {
        edge.onLoop(() -> {
            sampler.sample(sampledAt);
            return sampler;
        });
        return stats.lag();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
        store.close();
    }

    @Test
    void message_rate_covers_the_frames_of_the_last_ten_seconds() throws Exception {
        try (JdkPeer busy = edge.enter();
                JdkPeer silent = edge.enter()) {
            exchangePings(busy, 30);
            sampleSeconds(9);
            assertThat(stats.messageRate()).isEqualTo(MessageRate.NONE);
            sampleSeconds(1);
            assertThat(stats.messageRate().mean()).isCloseTo(1.5, within(1e-9));
            assertThat(stats.messageRate().p99()).isEqualTo(3);
            exchangePings(busy, 10);
            exchangePings(silent, 10);
            sampleSeconds(10);
            assertThat(stats.messageRate()).isEqualTo(new MessageRate(1, 1));
            sampleSeconds(10);
            assertThat(stats.messageRate()).isEqualTo(MessageRate.NONE);
        }
    }

    @Test
    void sessions_are_told_without_a_look_at_each_connection() throws Exception {
        sampleSeconds(1);
        assertThat(stats.sessions()).isEqualTo(2);
    }

    private void exchangePings(JdkPeer peer, int frames) {
        for (int i = 0; i < frames; i++) {
            peer.send("{}");
            peer.next("pong");
        }
    }

    private void sampleSeconds(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            edge.onLoop(() -> {
                sampler.sample(0);
                return true;
            });
        }
    }
}
