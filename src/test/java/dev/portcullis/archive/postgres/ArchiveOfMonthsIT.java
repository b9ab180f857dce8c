package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries of many months are in many tables, which no reader sees. */
class ArchiveOfMonthsIT {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private static final Bounds PAGE = new Bounds(10, 1 << 20);
    private static final ArchivedRoom ROOM = ArchivedRoom.of("lobby", 10);

    @Test
    void pages_go_on_over_the_ends_of_months() {
        PostgresArchive archive = ARCHIVES.open();
        done(archive.add(List.of(ROOM.part(1, 40))));
        done(archive.add(List.of(ROOM.part(41, 100))));
        List<Long> back = new ArrayList<>();
        LatestSlice slice;
        long before = Long.MAX_VALUE;
        do {
            slice = done(archive.latest(ROOM.stream(), before, PAGE));
            assertThat(slice.entries()).hasSize(10);
            List<Long> seqs = new ArrayList<>(slice.entries().stream()
                    .map(each -> each.entry().position().seq())
                    .toList());
            Collections.reverse(seqs);
            back.addAll(seqs);
            before = seqs.get(9);
        } while (slice.more());
        assertThat(back)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 100)
                        .mapToObj(seq -> 101 - seq)
                        .toList());
        List<Long> forth = new ArrayList<>();
        Slice next;
        do {
            next = done(archive.after(ROOM.stream(), forth.size(), PAGE));
            assertThat(next.exact()).isTrue();
            next.entries().forEach(each -> forth.add(each.position().seq()));
        } while (next.more());
        assertThat(forth)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void table_of_a_month_is_there_before_its_first_entry() {
        done(ARCHIVES.open().add(List.of(ROOM.part(1, 1))));
        assertThat(ARCHIVES.ask("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                        + " WHERE i.inhparent = 'portcullis.entry'::regclass"))
                .contains("entry_2026_01", "entry_2026_02");
    }

    @Test
    void entry_is_never_filed_before_the_entry_that_it_follows() {
        PostgresArchive archive = ARCHIVES.open();
        ArchivedRoom slowClock = new ArchivedRoom(ROOM.stream(), "e1", 0);
        done(archive.add(List.of(ROOM.part(1, 20))));
        done(archive.add(List.of(ROOM.part(ROOM.at(20), slowClock.message(21), slowClock.message(22)))));
        assertThat(done(archive.latest(ROOM.stream(), Long.MAX_VALUE, PAGE)).entries())
                .last()
                .satisfies(each -> assertThat(each.entry().position().seq()).isEqualTo(22));
        assertThat(ARCHIVES.ask("SELECT count(DISTINCT month) FROM portcullis.entry WHERE seq >= 20"))
                .containsExactly("1");
        assertThat(done(archive.after(ROOM.stream(), 20, PAGE)).entries()).hasSize(2);
    }

    @Test
    void message_is_found_by_an_id_that_tells_its_time_and_by_one_that_does_not() {
        PostgresArchive archive = ARCHIVES.open();
        String lying = ArchivedRoom.of("other", 2_000).id(9);
        done(archive.add(List.of(ROOM.part(1, 30))));
        done(archive.add(List.of(ROOM.part(
                ROOM.at(30),
                ROOM.row(31, EntryState.MESSAGE, "of-the-application", "x"),
                ROOM.row(32, EntryState.MESSAGE, lying, "y")))));
        assertThat(done(archive.find(ROOM.stream(), ROOM.id(3)))
                        .orElseThrow()
                        .entry()
                        .position())
                .isEqualTo(ROOM.at(3));
        assertThat(done(archive.find(ROOM.stream(), "of-the-application"))
                        .orElseThrow()
                        .entry()
                        .position())
                .isEqualTo(ROOM.at(31));
        assertThat(done(archive.find(ROOM.stream(), lying))
                        .orElseThrow()
                        .entry()
                        .position())
                .isEqualTo(ROOM.at(32));
        assertThat(done(archive.find(ROOM.stream(), ROOM.id(99)))).isEmpty();
    }

    @Test
    void amendment_of_a_message_of_another_month_shows_with_it() {
        PostgresArchive archive = ARCHIVES.open();
        done(archive.add(List.of(ROOM.part(1, 20))));
        done(archive.add(List.of(ROOM.part(ROOM.at(20), ROOM.edit(21, ROOM.id(2))))));
        assertThat(done(archive.latest(ROOM.stream(), 3, PAGE)).entries().get(1).amendment())
                .map(each -> each.position().seq())
                .contains(21L);
    }

    @Test
    void month_that_an_operator_has_removed_is_a_hole() {
        PostgresArchive archive = ARCHIVES.open();
        done(archive.add(List.of(ROOM.part(1, 20))));
        ARCHIVES.execute("DROP TABLE portcullis.entry_2026_01");
        Slice rest = done(archive.after(ROOM.stream(), 0, PAGE));
        assertThat(rest.exact()).isFalse();
        assertThat(done(archive.latest(ROOM.stream(), 4, PAGE)).entries()).hasSizeLessThan(3);
        ArchivedRoom other = ArchivedRoom.of("other", 0);
        assertThat(Await.until(() ->
                        done(archive.add(List.of(other.part(1, 1))).map(true).otherwise(false))))
                .as("the first attempt finds that the table is missing, and the next one makes it")
                .isTrue();
    }
}
