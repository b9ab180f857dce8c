package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Table;
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

class SweepTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final Retention KEPT = new Retention(1_000, HOUR);
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("other"));

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private EmbeddedLife life;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedLife.open(folder, clock);
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Test
    void entries_that_are_too_old_are_deleted_and_younger_ones_stay() throws Exception {
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
    void a_sweep_covers_more_streams_than_one_step_takes() throws Exception {
        for (int i = 0; i < 600; i++) {
            append(StreamName.room(new RoomId("room" + i)), 1);
        }
        clock.pass(HOUR + 1);
        sweep();
        assertThat(rows("streams.entries")).isZero();
        assertThat(rows("streams.metas")).isEqualTo(600);
    }

    @Test
    void a_stream_whose_entries_are_gone_still_tells_who_missed_something() throws Exception {
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
    void a_stream_that_ran_out_begins_anew_and_is_not_taken_for_the_old_one() throws Exception {
        Position first = append(LOBBY, 1);
        Position second = append(LOBBY, 1);
        clock.pass(32 * DAY);
        Position kept = append(OTHER, 5);
        sweep(); // the entries
        sweep(); // what may be forgotten
        sweep(); // what is forgotten
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
                .as("other streams resume over the cut")
                .isTrue();
    }

    @Test
    void a_stream_that_was_forgotten_but_not_yet_deleted_begins_anew_too() throws Exception {
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
    void streams_that_run_out_one_after_the_other_cost_one_run_a_week() throws Exception {
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
    void an_empty_store_is_swept_at_once() throws Exception {
        sweep();
        assertThat(rows("streams.metas")).isZero();
    }

    private Position append(StreamName stream, int count) throws Exception {
        byte[] body = "x".getBytes(StandardCharsets.UTF_8);
        Append append = new Append(stream, KEPT, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(life.streams().append(append));
        }
        return ((Appended.Stored) await(all.get(count - 1))).entry().position();
    }

    private boolean exact(Position since) throws Exception {
        return await(life.streams().resume(LOBBY, Optional.of(since), StreamStoreContract.PLENTY))
                .exact();
    }

    private Position head(StreamName stream) throws Exception {
        return await(life.streams().head(stream));
    }

    private void sweep() throws Exception {
        life.streams().sweep().await(10, TimeUnit.SECONDS);
    }

    private int rows(String name) throws Exception {
        Table table = life.store().table(name);
        return await(life.store().read(reader -> {
            List<byte[]> keys = new ArrayList<>();
            reader.scan(table, new byte[0], RowKey.LAST, (key, value) -> keys.add(key));
            return keys.size();
        }));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
