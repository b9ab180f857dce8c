package dev.portcullis.streams.embedded;

import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.StoreClock;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a machine is set while its store runs or stands still: what is young stays, and what is old goes. */
class StoreClockTest {
    private static final UserId ANN = new UserId("ann");
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final StreamWindow KEPT = new StreamWindow(100, DAY);

    @TempDir
    Path folder;

    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(42);
    private EmbeddedStore store;
    private StoreClock clock;
    private EmbeddedStreamStore streams;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, EmbeddedStreamsFixture.CONFIG);
        clock = await(StoreClock.open(store, wall::get, nanos::get));
        streams = await(EmbeddedStreamStore.open(store, wall::get, clock, Optional.empty(), entries -> {}));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keys_and_history_outlive_a_clock_that_is_set_forward_and_back() throws Exception {
        append("m1");
        set(400 * DAY);
        append("m2");
        assertThat(repeated("m1")).isTrue();
        assertThat(history()).isEqualTo(2);
        await(streams.sweep());
        set(-400 * DAY);
        await(streams.sweep());
        assertThat(repeated("m1")).isTrue();
        assertThat(repeated("m2")).isTrue();
        assertThat(history()).isEqualTo(2);
    }

    @Test
    void keys_and_history_end_after_their_time_whatever_the_clock_shows() throws Exception {
        append("m1");
        set(-400 * DAY);
        pass(11 * MINUTE);
        append("m2");
        pass(11 * MINUTE);
        assertThat(repeated("m1")).as("after 22 minutes").isFalse();
        assertThat(history()).as("with the repeated one").isEqualTo(3);
        pass(DAY + 1);
        assertThat(history()).isZero();
    }

    @Test
    void time_in_which_the_process_did_not_run_counts() throws Exception {
        append("m1");
        pass(11_000);
        long before = clock.getAsLong();
        restart(3 * DAY);
        assertThat(clock.getAsLong() - before).isEqualTo(3 * DAY);
        assertThat(history()).isZero();
        assertThat(repeated("m1")).isFalse();
    }

    @Test
    void clock_that_was_set_before_a_restart_changes_nothing_by_it() throws Exception {
        append("m1");
        pass(HOUR);
        set(400 * DAY);
        clock.save();
        long before = clock.getAsLong();
        restart(MINUTE);
        assertThat(clock.getAsLong() - before).as("still set").isEqualTo(MINUTE);
        clock.save();
        restart(MINUTE - 400 * DAY);
        assertThat(clock.getAsLong() - before).as("corrected at a restart").isEqualTo(MINUTE);
        assertThat(history()).isEqualTo(1);
    }

    @Test
    void time_does_not_go_back_over_a_restart() throws Exception {
        pass(HOUR);
        clock.save();
        long before = clock.getAsLong();
        restart(-DAY);
        assertThat(clock.getAsLong()).isEqualTo(before);
        pass(MINUTE);
        assertThat(clock.getAsLong()).isEqualTo(before + MINUTE);
    }

    /** Both sides of this bound are the wall clock, which the sender's node uses. */
    @Test
    void append_after_its_bound_by_the_wall_clock_is_refused() throws Exception {
        set(DAY);
        assertThat(append("late", wall.get() - 1)).isEqualTo(Refusal.EXPIRED);
        set(-2 * DAY);
        assertThat(append("timely", wall.get())).isInstanceOf(AppendResult.Stored.class);
    }

    private void set(long byMs) {
        wall.addAndGet(byMs);
    }

    private void pass(long millis) {
        wall.addAndGet(millis);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        clock.save();
    }

    /** @param wallMs by how much the wall clock has moved meanwhile; elapsed time begins anywhere */
    private void restart(long wallMs) throws Exception {
        store.close();
        wall.addAndGet(wallMs);
        nanos.set(-7);
        open();
    }

    private void append(String key) throws Exception {
        assertThat(append(key, Long.MAX_VALUE)).isInstanceOf(AppendResult.Stored.class);
    }

    private boolean repeated(String key) throws Exception {
        return append(key, Long.MAX_VALUE) instanceof AppendResult.Duplicate;
    }

    private AppendResult append(String key, long notAfter) throws Exception {
        byte[] body = {'x'};
        IdempotencyKey idempotencyKey = new IdempotencyKey(ANN, "chat", key, body, key);
        return await(streams.append(
                new AppendRequest(LOBBY, KEPT, 0, body, Optional.empty(), Optional.of(idempotencyKey), notAfter)));
    }

    private int history() throws Exception {
        return await(streams.after(LOBBY, 0, PLENTY)).entries().size();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
