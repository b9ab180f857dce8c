package dev.portcullis.streams.cutoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutoffPublisherTest {
    private static final int LANE = 17;
    private static final List<Cutoff> ALL = List.of(
            new SessionEnded("a", Cause.EVICTED),
            new SessionEnded("b", Cause.UNRESPONSIVE),
            TokenRevoked.token("t", Optional.of(new UserId("ann"))),
            TokenRevoked.token("t", Optional.of(new UserId("ben"))),
            TokenRevoked.token("t\0.ann", Optional.empty()),
            new UserCutOff(new UserId("ann"), 1_000, UserCutOff.Cause.REVOKED),
            new UserCutOff(new UserId("ann"), 2_000, UserCutOff.Cause.REVOKED),
            new UserCutOff(new UserId("ann"), 1_000, UserCutOff.Cause.BANNED));

    private final SettableClock clock = new SettableClock(Tokens.NOW);

    @TempDir
    Path folder;

    private EmbeddedStore disk;
    private StreamStore streams;

    @BeforeEach
    void start() throws Exception {
        disk = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = EmbeddedStreamStore.open(disk, clock).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        disk.close();
    }

    @Test
    void cut_offs_republished_twice_are_in_the_stream_once() throws Exception {
        CutoffPublisher publisher = new CutoffPublisher(streams, new StreamWindow(100, 60_000), clock);

        publisher.republish(LANE, ALL).await(30, TimeUnit.SECONDS);
        clock.advance(1);
        publisher.republish(LANE, ALL).await(30, TimeUnit.SECONDS);

        assertThat(stored()).containsExactlyInAnyOrderElementsOf(ALL);
    }

    private List<Cutoff> stored() throws Exception {
        return streams
                .after(StreamName.cutoffs(LANE), 0, new StreamStore.Bounds(100, 100_000))
                .await(30, TimeUnit.SECONDS)
                .entries()
                .stream()
                .map(StreamEntry::body)
                .map(body -> CutoffBody.decode(body).orElseThrow())
                .toList();
    }
}
