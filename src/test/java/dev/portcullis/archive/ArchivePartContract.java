package dev.portcullis.archive;

import static dev.portcullis.archive.ArchiveStore.NOTHING;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every archive promises about parts: exactly once, in order, as they were given, and what is read of them. */
interface ArchivePartContract extends ArchiveFixture {
    StreamName HALL = StreamName.room(new RoomId("hall"));
    ArchiveSample OTHER_ROOM = new ArchiveSample(HALL, "e1");

    /** The same stream after the store lost entries. */
    ArchiveSample LATER = new ArchiveSample(LOBBY, "e2");

    @Test
    default void archive_without_the_stream_has_nothing_of_it() {
        assertThat(done(archive().positions(List.of(LOBBY, HALL)))).containsExactly(NOTHING, NOTHING);
        assertThat(done(archive().positions(List.of()))).isEmpty();
        Slice after = done(archive().after(LOBBY, 0, PLENTY));
        assertThat(after.entries()).isEmpty();
        assertThat(after.head()).isEqualTo(NOTHING);
        assertThat(after.more()).isFalse();
        assertThat(after.exact()).isTrue();
        assertThat(done(archive().after(LOBBY, 5, PLENTY)).exact()).isFalse();
        LatestSlice latest = done(archive().latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(latest.entries()).isEmpty();
        assertThat(latest.head()).isEqualTo(NOTHING);
        assertThat(latest.more()).isFalse();
        assertThat(done(archive().find(LOBBY, "m1"))).isEmpty();
        assertThat(done(archive().add(List.of()))).isEmpty();
    }

    @Test
    default void row_is_read_as_it_was_given() {
        byte[] body = new byte[64 << 10];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        Optional<UserId> bars = Optional.of(new UserId("ben"));
        StreamEntry entry = new StreamEntry(LOBBY, new Position("an epoch", 1), -5, body, bars, 0);
        add(new EntryRow(17, entry, EntryState.PLAIN, 0, Optional.empty()));
        String text = "line\n\"quoted\" \\ ünï 日本語 🙂 % _ ' $1";
        add(ROOM.message(2, "m2", text));
        for (StreamEntry read : List.of(
                done(archive().after(LOBBY, 0, PLENTY)).entries().get(0),
                done(archive().latest(LOBBY, 2, PLENTY)).entries().get(0).entry())) {
            assertThat(read.stream()).isEqualTo(LOBBY);
            assertThat(read.position()).isEqualTo(new Position("an epoch", 1));
            assertThat(read.timestamp()).isEqualTo(-5);
            assertThat(read.body()).isEqualTo(body);
            assertThat(read.bars()).isEqualTo(bars);
        }
        assertThat(texts()).last().isEqualTo("2 " + text);
        assertThat(done(archive().after(LOBBY, 1, PLENTY)).entries().get(0).bars())
                .isEmpty();
    }

    @Test
    default void position_is_that_of_the_last_row() throws Exception {
        add(ROOM.plain(1, "a"), ROOM.plain(2, "b"));
        assertThat(position()).isEqualTo(ROOM.at(2));
        add(LATER.plain(3, "c"));
        assertThat(position()).isEqualTo(LATER.at(3));
        reopen();
        assertThat(done(archive().positions(List.of(HALL, LOBBY)))).containsExactly(NOTHING, LATER.at(3));
        assertThat(texts()).containsExactly("1 a", "2 b", "3 c");
    }

    @Test
    default void part_that_comes_twice_is_added_once() {
        ArchivePart first = ROOM.part(NOTHING, ROOM.plain(1, "a"), ROOM.plain(2, "b"));
        assertThat(done(archive().add(List.of(first)))).isEmpty();
        assertThat(done(archive().add(List.of(first)))).containsExactly(LOBBY);
        ArchivePart next = ROOM.part(ROOM.at(2), ROOM.plain(3, "c"));
        assertThat(done(archive().add(List.of(next)))).isEmpty();
        assertThat(done(archive().add(List.of(next)))).containsExactly(LOBBY);
        assertThat(done(archive().add(List.of(first)))).containsExactly(LOBBY);
        assertThat(texts()).containsExactly("1 a", "2 b", "3 c");
    }

    @Test
    default void part_from_a_position_of_another_epoch_is_left_out() {
        add(ROOM.plain(1, "a"));
        ArchivePart part = LATER.part(LATER.at(1), LATER.plain(2, "b"));
        assertThat(done(archive().add(List.of(part)))).containsExactly(LOBBY);
        assertThat(position()).isEqualTo(ROOM.at(1));
        assertThat(texts()).containsExactly("1 a");
    }

    @Test
    default void part_that_was_left_out_takes_no_other_with_it() {
        add(ROOM.plain(1, "a"));
        ArchivePart stale = ROOM.part(NOTHING, ROOM.plain(1, "x"));
        ArchivePart other = OTHER_ROOM.part(NOTHING, OTHER_ROOM.plain(1, "b"));
        assertThat(done(archive().add(List.of(stale, other)))).containsExactly(LOBBY);
        assertThat(texts()).containsExactly("1 a");
        assertThat(ArchiveFixture.describe(done(archive().after(HALL, 0, PLENTY))))
                .containsExactly("1 b");
    }

    @Test
    default void parts_of_two_feeders_at_once_are_added_once() {
        List<Position> froms = List.of(NOTHING, ROOM.at(3), ROOM.at(6));
        for (Position from : froms) {
            List<Future<Set<StreamName>>> feeders = new ArrayList<>();
            for (int feeder = 0; feeder < 20; feeder++) {
                feeders.add(archive().add(List.of(ROOM.part(from, rows(from.seq() + 1, from.seq() + 3)))));
            }
            assertThat(feeders).filteredOn(each -> done(each).isEmpty()).hasSize(1);
        }
        assertThat(done(archive().after(LOBBY, 0, PLENTY)).entries())
                .extracting(entry -> entry.position().seq())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    default void parts_of_many_streams_are_added_together() {
        List<ArchiveSample> rooms = IntStream.range(0, 200)
                .mapToObj(i -> new ArchiveSample(StreamName.room(new RoomId("room" + i)), "e" + i))
                .toList();
        List<ArchivePart> parts = rooms.stream()
                .map(room -> room.part(NOTHING, room.plain(1, room.epoch()), room.message(2, "m", "x")))
                .toList();
        assertThat(done(archive().add(parts))).isEmpty();
        assertThat(done(archive()
                        .positions(rooms.stream().map(ArchiveSample::stream).toList())))
                .isEqualTo(rooms.stream().map(room -> room.at(2)).toList());
        for (ArchiveSample room : List.of(rooms.get(0), rooms.get(10), rooms.get(199))) {
            assertThat(ArchiveFixture.describe(done(archive().after(room.stream(), 0, PLENTY))))
                    .containsExactly("1 " + room.epoch(), "2 x");
        }
    }

    @Test
    default void part_of_many_rows_is_added_whole() {
        add(rows(1, 3_000));
        assertThat(position()).isEqualTo(ROOM.at(3_000));
        assertThat(done(archive().after(LOBBY, 0, PLENTY)).entries()).hasSize(3_000);
        assertThat(done(archive().find(LOBBY, "m1717")).orElseThrow().entry().position())
                .isEqualTo(ROOM.at(1717));
    }

    @Test
    default void streams_whose_names_are_alike_do_not_mix() {
        List<String> names =
                List.of("room:a", "room:a:b", "room:a b", "room:a%", "room:a_", "room:a'", "room:ä🙂", "room:a\\");
        for (String name : names) {
            ArchiveSample of = new ArchiveSample(new StreamName(name), "e1");
            assertThat(done(archive()
                            .add(List.of(of.part(NOTHING, of.message(1, "m' %_\\\"ü", name), of.plain(2, "end"))))))
                    .isEmpty();
        }
        for (String name : names) {
            StreamName stream = new StreamName(name);
            assertThat(ArchiveFixture.describe(done(archive().after(stream, 0, PLENTY))))
                    .containsExactly("1 " + name, "2 end");
            assertThat(ArchiveFixture.describe(done(archive().latest(stream, Long.MAX_VALUE, PLENTY))))
                    .containsExactly("1 MESSAGE " + name, "2 PLAIN end");
            assertThat(done(archive().find(stream, "m' %_\\\"ü")).orElseThrow().id())
                    .isEqualTo("m' %_\\\"ü");
        }
        assertThat(done(archive().find(new StreamName("room:a"), "m"))).isEmpty();
    }

    @Test
    default void pages_tell_exactly_whether_there_is_more() {
        add(rows(1, 10));
        for (int size = 1; size <= 12; size++) {
            List<Long> up = new ArrayList<>();
            boolean more = true;
            for (long after = 0; more; after = up.get(up.size() - 1)) {
                Slice slice = done(archive().after(LOBBY, after, new Bounds(size, 1 << 20)));
                assertThat(slice.exact()).isTrue();
                assertThat(slice.head()).isEqualTo(ROOM.at(10));
                assertThat(slice.entries()).hasSize((int) Math.min(size, 10 - after));
                slice.entries().forEach(entry -> up.add(entry.position().seq()));
                more = slice.more();
            }
            assertThat(up).isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
            List<Long> down = new ArrayList<>();
            more = true;
            for (long before = 11; more; before = down.get(down.size() - 1)) {
                LatestSlice slice = done(archive().latest(LOBBY, before, new Bounds(size, 1 << 20)));
                assertThat(slice.head()).isEqualTo(ROOM.at(10));
                List<Long> page = new ArrayList<>(slice.entries().stream()
                        .map(latest -> latest.entry().position().seq())
                        .toList());
                assertThat(page).hasSize((int) Math.min(size, before - 1));
                Collections.reverse(page);
                down.addAll(page);
                more = slice.more();
            }
            Collections.reverse(down);
            assertThat(down).isEqualTo(up);
        }
    }

    @Test
    default void pages_end_at_their_bytes_but_have_an_entry() {
        String kilobyte = "x".repeat(1_000);
        add(IntStream.rangeClosed(1, 5)
                .mapToObj(i -> ROOM.message(i, "m" + i, kilobyte))
                .toArray(EntryRow[]::new));
        for (int entries = 1; entries <= 5; entries++) {
            Bounds bounds = new Bounds(100, entries * 1_100);
            Slice slice = done(archive().after(LOBBY, 0, bounds));
            assertThat(slice.entries()).hasSize(entries);
            assertThat(slice.more()).isEqualTo(entries < 5);
            LatestSlice latest = done(archive().latest(LOBBY, Long.MAX_VALUE, bounds));
            assertThat(latest.entries()).hasSize(entries);
            assertThat(latest.more()).isEqualTo(entries < 5);
        }
        assertThat(done(archive().after(LOBBY, 2, new Bounds(100, 1))).entries())
                .hasSize(1);
        assertThat(done(archive().latest(LOBBY, 3, new Bounds(100, 1))).entries())
                .hasSize(1);
        assertThat(done(archive().after(LOBBY, 4, new Bounds(0, 1_000))).more()).isTrue();
        assertThat(done(archive().after(LOBBY, 5, new Bounds(0, 1_000))).more()).isFalse();
    }

    @Test
    default void read_beyond_either_end_is_empty() {
        add(rows(1, 3));
        Slice behind = done(archive().after(LOBBY, 3, PLENTY));
        assertThat(behind.entries()).isEmpty();
        assertThat(behind.exact()).isTrue();
        assertThat(behind.more()).isFalse();
        for (long far : new long[] {4, Long.MAX_VALUE}) {
            assertThat(done(archive().after(LOBBY, far, PLENTY)).entries()).isEmpty();
            assertThat(done(archive().after(LOBBY, far, PLENTY)).exact()).isFalse();
        }
        for (long low : new long[] {1, 0, Long.MIN_VALUE}) {
            LatestSlice slice = done(archive().latest(LOBBY, low, PLENTY));
            assertThat(slice.entries()).isEmpty();
            assertThat(slice.more()).isFalse();
        }
        assertThat(done(archive().latest(LOBBY, 1_000, PLENTY)).entries()).hasSize(3);
    }

    @Test
    default void archive_that_began_late_tells_that_it_lacks_what_was_before() {
        add(ROOM.plain(5, "a"), ROOM.plain(6, "b"));
        Slice slice = done(archive().after(LOBBY, 0, PLENTY));
        assertThat(ArchiveFixture.describe(slice)).containsExactly("5 a", "6 b");
        assertThat(slice.exact()).isFalse();
        assertThat(slice.more()).isFalse();
        assertThat(done(archive().after(LOBBY, 4, PLENTY)).exact()).isTrue();
        LatestSlice latest = done(archive().latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(ArchiveFixture.describe(latest)).containsExactly("5 PLAIN a", "6 PLAIN b");
        assertThat(latest.more()).isFalse();
    }

    @Test
    default void read_ends_before_a_hole_and_the_next_one_tells_of_it() throws Exception {
        add(ROOM.plain(1, "a"), ROOM.plain(2, "b"));
        add(ROOM.plain(5, "c"));
        add(ROOM.plain(6, "d"), ROOM.plain(8, "e"));
        reopen();
        Slice first = done(archive().after(LOBBY, 0, PLENTY));
        assertThat(ArchiveFixture.describe(first)).containsExactly("1 a", "2 b");
        assertThat(first.exact()).isTrue();
        assertThat(first.more()).isTrue();
        assertThat(first.head()).isEqualTo(ROOM.at(8));
        for (long after : new long[] {2, 3}) {
            Slice second = done(archive().after(LOBBY, after, PLENTY));
            assertThat(ArchiveFixture.describe(second)).containsExactly("5 c", "6 d");
            assertThat(second.exact()).isFalse();
            assertThat(second.more()).isTrue();
        }
        assertThat(done(archive().after(LOBBY, 4, PLENTY)).exact()).isTrue();
        Slice last = done(archive().after(LOBBY, 6, PLENTY));
        assertThat(ArchiveFixture.describe(last)).containsExactly("8 e");
        assertThat(last.more()).isFalse();
        assertThat(latest()).containsExactly("8 PLAIN e");
        assertThat(done(archive().latest(LOBBY, 9, PLENTY)).more()).isTrue();
        assertThat(ArchiveFixture.describe(done(archive().latest(LOBBY, 8, PLENTY))))
                .containsExactly("5 PLAIN c", "6 PLAIN d");
        LatestSlice oldest = done(archive().latest(LOBBY, 4, PLENTY));
        assertThat(ArchiveFixture.describe(oldest)).containsExactly("1 PLAIN a", "2 PLAIN b");
        assertThat(oldest.more()).isFalse();
    }

    @Test
    default void entries_that_the_stream_lost_are_superseded() throws Exception {
        add(ROOM.message(1, "m1", "a"), ROOM.message(2, "m2", "b"), ROOM.message(3, "m3", "c"), ROOM.plain(4, "d"));
        supersede(2, LATER.message(3, "n3", "x"));
        assertThat(position()).isEqualTo(LATER.at(3));
        assertThat(texts()).containsExactly("1 a", "2 b", "3 x");
        assertThat(latest()).containsExactly("1 MESSAGE a", "2 MESSAGE b", "3 MESSAGE x");
        assertThat(done(archive().after(LOBBY, 3, PLENTY)).more()).isFalse();
        assertThat(done(archive().find(LOBBY, "m3"))).isEmpty();
        assertThat(done(archive().find(LOBBY, "n3"))).isPresent();
        reopen();
        add(LATER.plain(4, "y"));
        assertThat(texts()).containsExactly("1 a", "2 b", "3 x", "4 y");
        assertThat(done(archive().after(LOBBY, 0, PLENTY)).entries())
                .extracting(StreamEntry::position)
                .containsExactly(ROOM.at(1), ROOM.at(2), LATER.at(3), LATER.at(4));
    }

    @Test
    default void stream_that_begins_again_supersedes_all_of_it() {
        add(rows(1, 1_000));
        supersede(0, LATER.message(1, "m1", "new"));
        assertThat(position()).isEqualTo(LATER.at(1));
        assertThat(texts()).containsExactly("1 new");
        assertThat(done(archive().find(LOBBY, "m2"))).isEmpty();
        assertThat(done(archive().find(LOBBY, "m1")).orElseThrow().entry().position())
                .isEqualTo(LATER.at(1));
    }

    @Test
    default void part_that_supersedes_may_leave_a_hole() {
        add(rows(1, 5));
        supersede(3, LATER.plain(8, "x"), LATER.plain(9, "y"));
        Slice first = done(archive().after(LOBBY, 0, PLENTY));
        assertThat(first.entries()).hasSize(3);
        assertThat(first.more()).isTrue();
        assertThat(ArchiveFixture.describe(done(archive().after(LOBBY, 3, PLENTY))))
                .containsExactly("8 x", "9 y");
    }

    @Test
    default void part_that_is_left_out_supersedes_nothing() {
        add(rows(1, 5));
        ArchivePart stale = LATER.superseding(LATER.at(5), 1, LATER.plain(2, "x"));
        assertThat(done(archive().add(List.of(stale)))).containsExactly(LOBBY);
        assertThat(texts()).hasSize(5);
    }

    @Test
    default void message_is_found_with_what_amendments_of_it_ask_for() {
        String text = "x".repeat(1_000);
        add(ROOM.message(1, "m1", text), ROOM.plain(2, "m2"));
        var found = done(archive().find(LOBBY, "m1")).orElseThrow();
        assertThat(found.id()).isEqualTo("m1");
        assertThat(found.author()).isEqualTo(ArchiveSample.ANN);
        assertThat(found.state()).isEqualTo(EntryState.MESSAGE);
        assertThat(found.stored()).isEqualTo(1_000);
        assertThat(found.amendedBy()).isZero();
        assertThat(found.edits()).isZero();
        assertThat(found.elsewhere()).isEmpty();
        assertThat(found.entry().position()).isEqualTo(ROOM.at(1));
        assertThat(new String(found.entry().body(), StandardCharsets.UTF_8)).isEqualTo(text.substring(0, 512));
        for (String other : List.of("m2", "m", "m11", "", "M1")) {
            assertThat(done(archive().find(LOBBY, other))).as(other).isEmpty();
        }
        assertThat(done(archive().find(HALL, "m1"))).isEmpty();
    }

    @Test
    default void gap_of_an_inbox_is_an_entry_but_no_message() {
        StreamName inbox = StreamName.inbox(ArchiveSample.BOB);
        ArchiveSample of = new ArchiveSample(inbox, "e1");
        EntryRow gap = of.message(2, "m2", "x").trimmed();
        done(archive().add(List.of(of.part(NOTHING, of.message(1, "m1", "a"), gap, of.message(3, "m3", "b")))));
        LatestSlice slice = done(archive().latest(inbox, Long.MAX_VALUE, PLENTY));
        assertThat(slice.entries())
                .extracting(each -> each.state())
                .containsExactly(EntryState.MESSAGE, EntryState.TRIMMED, EntryState.MESSAGE);
        assertThat(slice.entries().get(1).entry().body()).isEqualTo(gap.entry().body());
        assertThat(done(archive().find(inbox, ""))).isEmpty();
        assertThat(done(archive().find(inbox, "m2"))).isEmpty();
    }

    @Test
    default void row_may_have_an_author_of_any_state() {
        for (EntryState state : EntryState.values()) {
            Optional<Message> of = state == EntryState.PLAIN
                    ? Optional.empty()
                    : Optional.of(new Message("m" + state.code(), ArchiveSample.BOB));
            add(ROOM.row(state.code() + 1L, state, 0, of, state.name()));
        }
        assertThat(texts())
                .containsExactly("1 PLAIN", "2 MESSAGE", "3 EDITED", "4 DELETED", "5 AMENDMENT", "6 TRIMMED");
    }

    /** Rows of messages, each with an id and a text of its own. */
    static EntryRow[] rows(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, "text " + seq))
                .toArray(EntryRow[]::new);
    }
}
