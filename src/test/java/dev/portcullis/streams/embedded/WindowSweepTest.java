package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSweepTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final StreamWindow KEPT = new StreamWindow(1_000, HOUR);
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("other"));

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private EmbeddedStreamsFixture life;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedStreamsFixture.open(folder, clock);
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Test
    void sweep_deletes_entries_that_are_too_old_and_keeps_younger_ones() throws Exception {
        append(LOBBY, 600);
        append(OTHER, 3);
        clock.pass(HOUR / 2);
        append(LOBBY, 2);
        clock.pass(HOUR / 2 + 1);
        sweep();
        assertThat(rows("streams.entries")).isEqualTo(2);
        assertThat(head(LOBBY).seq()).isEqualTo(602);
        assertThat(append(LOBBY, 1).seq()).isEqualTo(603);
        assertThat(append(OTHER, 1).seq()).isEqualTo(4);
    }

    @Test
    void sweep_covers_more_streams_than_one_step_takes() throws Exception {
        for (int i = 0; i < 600; i++) {
            append(StreamName.room(new RoomId("room" + i)), 1);
        }
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.entries")).isZero();
        assertThat(rows("streams.metas")).isEqualTo(600);
    }

    @Test
    void stream_without_entries_still_knows_whether_a_resume_missed_some() throws Exception {
        Position first = append(LOBBY, 1);
        Position second = append(LOBBY, 1);
        clock.pass(31 * DAY);
        sweep();
        sweep();
        assertThat(exact(first)).isFalse();
        assertThat(exact(second)).isTrue();
        assertThat(append(LOBBY, 1).seq()).isEqualTo(3);
    }

    @Test
    void expired_stream_starts_again_with_another_epoch() throws Exception {
        Position first = append(LOBBY, 1);
        Position second = append(LOBBY, 1);
        clock.pass(32 * DAY);
        Position kept = append(OTHER, 5);
        sweep(); // deletes the entries
        sweep(); // forgets the record
        sweep(); // deletes the record
        assertThat(rows("streams.metas")).isEqualTo(1);
        assertThat(head(LOBBY).seq()).isZero();
        assertThat(head(LOBBY).epoch()).isNotEqualTo(second.epoch());
        assertThat(append(LOBBY, 1).seq()).isEqualTo(1);
        assertThat(append(LOBBY, 1).seq()).isEqualTo(2);
        assertThat(exact(first)).isFalse();
        assertThat(exact(second)).isFalse();
        assertThat(exact(new Position(first.epoch(), 0))).isFalse();
        assertThat(await(life.streams()
                                .resume(OTHER, Optional.of(new Position(kept.epoch(), 3)), StreamStoreContract.PLENTY))
                        .exact())
                .as("other streams resume exactly over the new run")
                .isTrue();
    }

    @Test
    void forgotten_stream_starts_again_even_before_its_record_is_deleted() throws Exception {
        Position second = append(LOBBY, 2);
        clock.pass(32 * DAY);
        sweep();
        sweep();
        assertThat(rows("streams.metas")).isEqualTo(1);
        assertThat(head(LOBBY).seq()).isZero();
        assertThat(append(LOBBY, 1).seq()).isEqualTo(1);
        sweep();
        assertThat(head(LOBBY).seq()).isEqualTo(1);
        assertThat(exact(second)).isFalse();
    }

    @Test
    void streams_that_expire_one_after_the_other_cost_one_run_a_week() throws Exception {
        List<String> epochs = new ArrayList<>();
        for (int day = 0; day < 70; day++) {
            append(StreamName.room(new RoomId("day" + day)), 1);
            clock.pass(DAY);
            sweep();
            epochs.add(head(LOBBY).epoch());
        }
        assertThat(epochs.stream().distinct().count()).isBetween(4L, 7L);
        assertThat(rows("streams.metas")).isLessThan(45);
    }

    @Test
    void store_that_is_reopened_every_few_days_forgets_expired_streams() throws Exception {
        append(LOBBY, 1);
        for (int opening = 0; opening < 8; opening++) {
            clock.pass(6 * DAY);
            life.close();
            life = EmbeddedStreamsFixture.open(folder, clock);
            sweep();
        }
        assertThat(rows("streams.metas")).isZero();
        assertThat(rows("streams.expiry")).isZero();
    }

    @Test
    void sweep_reads_only_streams_that_are_due() throws Exception {
        for (int i = 0; i < 600; i++) {
            append(StreamName.room(new RoomId("young" + i)), 1);
        }
        assertThat(backgroundReads()).as("steps where nothing is due").isLessThanOrEqualTo(2);
        clock.pass(HOUR / 2);
        append(LOBBY, 1);
        clock.pass(HOUR / 2 + 1);
        assertThat(backgroundReads()).as("steps where 600 streams are due").isBetween(3L, 5L);
        assertThat(rows("streams.entries")).isEqualTo(1);
        assertThat(backgroundReads()).as("steps when they were swept").isLessThanOrEqualTo(2);
    }

    @Test
    void each_stream_has_one_row_in_the_index_at_all_times() throws Exception {
        append(LOBBY, 600);
        append(OTHER, 1);
        assertThat(rows("streams.expiry")).isEqualTo(2);
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.expiry")).as("with no entries left").isEqualTo(2);
        append(LOBBY, 1);
        assertThat(rows("streams.expiry")).as("with entries again").isEqualTo(2);
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.entries")).isZero();
        clock.pass(33 * DAY);
        sweep();
        append(LOBBY, 1);
        assertThat(rows("streams.expiry")).as("after it was forgotten").isEqualTo(2);
        sweep();
        assertThat(rows("streams.metas")).isEqualTo(1);
        assertThat(rows("streams.expiry")).isEqualTo(1);
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.entries")).isZero();
    }

    @Test
    void shortened_age_takes_effect_at_the_next_append() throws Exception {
        append(LOBBY, 1, new StreamWindow(1_000, 30 * DAY));
        append(LOBBY, 1, KEPT);
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.entries")).isZero();
    }

    @Test
    void append_during_a_sweep_loses_nothing() throws Exception {
        append(LOBBY, 300);
        clock.pass(HOUR + 2);
        Future<Void> swept = life.streams().sweep();
        Position last = append(LOBBY, 300);
        await(swept);
        assertThat(last.seq()).isEqualTo(600);
        assertThat(await(life.streams().after(LOBBY, 300, StreamStoreContract.PLENTY))
                        .entries())
                .hasSize(300);
        sweep();
        assertThat(rows("streams.entries")).isEqualTo(300);
    }

    @Test
    void empty_store_is_swept_at_once() throws Exception {
        sweep();
        assertThat(rows("streams.metas")).isZero();
    }

    /** Sweeps, and returns how often it read the store. */
    private long backgroundReads() throws Exception {
        long before = life.backgroundReads().get();
        sweep();
        return life.backgroundReads().get() - before;
    }

    private Position append(StreamName stream, int count) throws Exception {
        return append(stream, count, KEPT);
    }

    private Position append(StreamName stream, int count, StreamWindow window) throws Exception {
        byte[] body = "x".getBytes(StandardCharsets.UTF_8);
        AppendRequest append =
                new AppendRequest(stream, window, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
        List<Future<AppendResult>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(life.streams().append(append));
        }
        return ((AppendResult.Stored) await(all.get(count - 1))).entry().position();
    }

    private boolean exact(Position since) throws Exception {
        return await(life.streams().resume(LOBBY, Optional.of(since), StreamStoreContract.PLENTY))
                .exact();
    }

    private Position head(StreamName stream) throws Exception {
        return await(life.streams().head(stream));
    }

    /** A row is due again a millisecond after a sweep at the earliest, so the clock moves first. */
    private void sweep() throws Exception {
        clock.pass(1);
        life.streams().sweep().await(30, TimeUnit.SECONDS);
    }

    private int rows(String name) throws Exception {
        return keys(name).size();
    }

    private List<byte[]> keys(String name) throws Exception {
        Table table = life.store().table(name);
        return await(life.store().read(reader -> {
            List<byte[]> keys = new ArrayList<>();
            reader.scan(table, new byte[0], RowKeys.last(), (key, value) -> keys.add(key));
            return keys;
        }));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
