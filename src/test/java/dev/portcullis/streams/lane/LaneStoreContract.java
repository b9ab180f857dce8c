package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.lane.LaneStore.Moved;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of every store of lanes. */
public abstract class LaneStoreContract {
    public static final int LANE = 17;

    public final SettableClock clock = new SettableClock();

    public abstract LaneStore lanes();

    public abstract StreamStore streams();

    @Test
    void lease_renewed_in_time_is_held_and_has_the_time_of_the_tick() throws Exception {
        LaneTick tick = tick("n:1", 0, LaneCursor.unknown(LANE));
        assertThat(tick.complete())
                .as("complete for a lane that is new to the node")
                .isFalse();
        for (int second = 0; second < 30; second++) {
            assertThat(tick.lease()).isEqualTo(Lease.HELD);
            assertThat(tick.storeMillis()).isEqualTo(clock.getAsLong());
            assertThat(tick.survived()).as("survived without a fork").isZero();
            clock.pass(1_000);
            tick = tick("n:1", 1_000, tick.cursor());
            assertThat(tick.complete()).isTrue();
        }
    }

    @Test
    void cut_offs_appended_since_the_cursor_are_reported_once() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        AppendResult result = streams().append(entry(StreamName.cutoffs(LANE))).await(30, TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(AppendResult.Stored.class);
        clock.pass(500);
        LaneTick tick = tick("n:1", 500, before.cursor());
        assertThat(tick.moved()).extracting(Moved::stream).containsExactly(StreamName.cutoffs(LANE));
        clock.pass(500);
        assertThat(tick("n:1", 500, tick.cursor()).moved()).isEmpty();
    }

    @Test
    void notification_appended_since_the_cursor_is_reported_once() throws Exception {
        StreamName notifications = StreamName.notifications();
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(notifications.lane()));
        streams().append(entry(notifications)).await(30, TimeUnit.SECONDS);
        clock.pass(500);
        LaneTick tick = tick("n:1", 500, before.cursor());
        assertThat(tick.moved()).extracting(Moved::stream).contains(notifications);
        clock.pass(500);
        assertThat(tick("n:1", 500, tick.cursor()).moved()).isEmpty();
    }

    public final LaneTick tick(String incarnation, long silentMs, LaneCursor cursor) throws Exception {
        return lanes().tick(new LeaseHolder(incarnation, silentMs), List.of(cursor))
                .await(30, TimeUnit.SECONDS)
                .get(0);
    }

    private static AppendRequest entry(StreamName stream) {
        return new AppendRequest(
                stream,
                StreamStoreContract.KEPT,
                0,
                "x".getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
    }
}
