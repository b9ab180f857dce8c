package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every archive promises about the retention of its streams. The entry with seq n was stored at second n. */
interface ArchivedRetentionContract extends ArchiveFixture {
    StreamName OTHER = StreamName.room(new RoomId("other"));
    long FOREVER = Retention.FOREVER;

    @Test
    default void no_read_returns_what_is_beyond_a_number_of_entries_and_the_sweep_removes_it() throws Exception {
        add(messages(1, 10));
        done(archive().retain(LOBBY, kept(3, FOREVER), 0, 10_000));

        assertShown(8, 9, 10);
        reopen();
        assertShown(8, 9, 10);
        assertThat(done(archive().find(LOBBY, "m7"))).isEmpty();
        assertThat(done(archive().find(LOBBY, "m8"))).isPresent();
        assertThat(done(archive().expire(10_000))).isEqualTo(7);
        assertThat(done(archive().expire(10_000))).isZero();
        assertShown(8, 9, 10);
        assertThat(position().seq()).isEqualTo(10);
    }

    @Test
    default void no_read_returns_what_is_too_old_when_it_is_set_and_the_sweep_removes_what_becomes_so()
            throws Exception {
        add(messages(1, 10));
        done(archive().retain(LOBBY, kept(FOREVER, 4_500), 0, 10_000));

        assertShown(6, 7, 8, 9, 10);
        assertThat(done(archive().expire(10_000))).isEqualTo(5);
        assertThat(done(archive().expire(10_500))).isZero();
        assertThat(done(archive().expire(10_501))).isEqualTo(1);
        reopen();
        assertShown(7, 8, 9, 10);
        assertThat(done(archive().expire(100_000))).isEqualTo(4);
        assertShown();
        add(kept(FOREVER, 4_500), messages(11, 12));
        assertShown(11, 12);
        assertThat(done(archive().expire(15_501))).isEqualTo(1);
        assertShown(12);
    }

    @Test
    default void parts_bring_the_retention_and_move_it_along() throws Exception {
        StreamRetention two = kept(2, FOREVER);
        add(two, messages(1, 3));
        assertShown(2, 3);
        add(two, messages(4, 5));
        assertShown(4, 5);
        assertThat(done(archive().expire(5_000))).isEqualTo(3);
        add(kept(FOREVER, 1_500), messages(6, 9));
        assertShown(8, 9);
        assertThat(done(archive().expire(9_000))).isEqualTo(4);
        add(StreamRetention.NONE, messages(10, 14));
        assertThat(done(archive().expire(1_000_000))).isZero();
        assertShown(8, 9, 10, 11, 12, 13, 14);
    }

    /** What was beyond a retention once is gone, so that no reader sees it come back before the sweep. */
    @Test
    default void entries_do_not_come_back_when_more_is_kept_later() throws Exception {
        add(messages(1, 10));
        done(archive().retain(LOBBY, kept(3, FOREVER), 0, 10_000));
        done(archive().retain(LOBBY, StreamRetention.NONE, 0, 10_000));
        assertShown(8, 9, 10);
        done(archive().expire(10_000));
        assertShown(8, 9, 10);
        reopen();
        assertShown(8, 9, 10);
    }

    /** The stream has entries that the archive does not have yet, and had a shorter retention while they came. */
    @Test
    default void what_the_stream_hides_is_hidden_and_removed_though_the_retention_keeps_it() throws Exception {
        add(messages(1, 10));
        done(archive().retain(LOBBY, StreamRetention.NONE, 4, 10_000));
        assertShown(5, 6, 7, 8, 9, 10);
        assertThat(done(archive().find(LOBBY, "m4"))).isEmpty();
        reopen();
        assertThat(done(archive().expire(10_000))).isEqualTo(4);
        assertShown(5, 6, 7, 8, 9, 10);
        assertThat(done(archive().expire(10_000))).isZero();

        done(archive().retain(LOBBY, StreamRetention.NONE, 13, 10_000));
        assertShown();
        hiding(13, messages(11, 12));
        assertShown();
        hiding(13, messages(13, 15));
        assertShown(14, 15);
        assertThat(done(archive().expire(15_000))).isEqualTo(9);
        reopen();
        assertShown(14, 15);
        hiding(13, messages(16, 16));
        assertShown(14, 15, 16);
        assertThat(done(archive().expire(1_000_000))).isZero();
    }

    @Test
    default void more_entries_than_one_step_takes_are_all_removed() throws Exception {
        List<EntryRow> rows = new ArrayList<>(List.of(messages(1, 3_000)));
        rows.subList(1_000, 1_010).clear();
        add(rows.toArray(EntryRow[]::new));
        done(archive().retain(LOBBY, kept(5, FOREVER), 0, 3_000_000));
        assertShown(2_996, 2_997, 2_998, 2_999, 3_000);
        assertThat(done(archive().expire(3_000_000))).isEqualTo(2_985);
        reopen();
        assertShown(2_996, 2_997, 2_998, 2_999, 3_000);
        add(messages(3_001, 3_001));
        assertThat(describe(done(archive().after(LOBBY, 2_995, PLENTY)))).hasSize(6);
    }

    @Test
    default void other_streams_keep_what_they_have() {
        add(messages(1, 5));
        ArchiveSample other = new ArchiveSample(OTHER, "e1");
        assertThat(done(archive().add(List.of(other.part(ArchiveStore.NOTHING, other.plain(1, "a"))))))
                .isEmpty();
        done(archive().retain(LOBBY, kept(1, 1), 0, 1_000_000));
        assertThat(done(archive().expire(1_000_000))).isEqualTo(5);
        assertThat(done(archive().after(OTHER, 0, PLENTY)).entries()).hasSize(1);
        done(archive().retain(StreamName.room(new RoomId("unknown")), kept(1, 1), 0, 1_000_000));
    }

    @Test
    default void edits_of_a_message_that_has_ended_stay_as_long_as_their_own_age() {
        add(ROOM.message(1, "m1", "one"), ROOM.message(2, "m2", "two"));
        add(ROOM.edit(3, "m1", "uno"), ROOM.edit(4, "m2", "due"));
        done(archive().retain(LOBBY, kept(3, FOREVER), 0, 4_000));
        assertThat(done(archive().expire(4_000))).isEqualTo(1);
        assertThat(latest()).containsExactly("2 EDITED two > 4 due", "3 AMENDMENT uno", "4 AMENDMENT due");
        assertThat(done(archive().find(LOBBY, "m1"))).isEmpty();
        add(kept(3, FOREVER), ROOM.edit(5, "m1", "again"), ROOM.deletion(6, "m2"));
        assertThat(latest()).hasSize(3);
    }

    @Test
    default void conversation_tells_of_what_its_retention_removed() {
        ArchiveSample inbox = new ArchiveSample(StreamName.inbox(ArchiveSample.BOB), "e1");
        EntryRow[] rows = LongStream.rangeClosed(1, 6)
                .mapToObj(seq -> ArchivedConversationContract.direct(seq, ArchiveSample.ANN, ArchiveSample.BOB))
                .toArray(EntryRow[]::new);
        assertThat(done(archive().add(List.of(inbox.part(ArchiveStore.NOTHING, rows)))))
                .isEmpty();
        done(archive().retain(inbox.stream(), kept(2, FOREVER), 0, 6_000));
        for (int sweep = 0; sweep < 2; sweep++) {
            for (DirectConversation.Order order : DirectConversation.Order.values()) {
                boolean after = order == DirectConversation.Order.AFTER;
                DirectConversation with = new DirectConversation(ArchiveSample.BOB, ArchiveSample.ANN);
                DirectConversation.Part part = done(archive()
                        .conversation(new DirectConversation.Read(with, order, after ? 1 : Long.MAX_VALUE), PLENTY));
                assertThat(part.entries()).hasSize(2);
                assertThat(part.gap()).isEqualTo(after);
                assertThat(part.cut()).isFalse();
            }
            done(archive().expire(6_000));
        }
    }

    @Test
    default void streams_are_listed_by_their_names_with_what_is_kept_of_them() {
        List<StreamName> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ArchiveSample each = new ArchiveSample(StreamName.room(new RoomId("room" + i)), "e1");
            StreamRetention kept = new StreamRetention(new OwnRetention(i, 0), new Retention(9, 9));
            assertThat(done(archive()
                            .add(List.of(new ArchivePart(
                                    each.stream(), ArchiveStore.NOTHING, 0, List.of(each.plain(1, "a")), kept)))))
                    .isEmpty();
            names.add(each.stream());
        }
        Map<StreamName, StreamRetention> first = done(archive().retained(Optional.empty(), 3));
        assertThat(first.keySet()).containsExactlyElementsOf(names.subList(0, 3));
        assertThat(first.values().stream().map(StreamRetention::own))
                .containsExactly(new OwnRetention(0, 0), new OwnRetention(1, 0), new OwnRetention(2, 0));
        assertThat(done(archive().retained(Optional.of(names.get(2)), 3)).keySet())
                .containsExactlyElementsOf(names.subList(3, 5));
        assertThat(done(archive().retained(Optional.of(names.get(4)), 3))).isEmpty();
    }

    @Test
    default void configuration_that_was_applied_is_remembered() throws Exception {
        assertThat(done(archive().applied())).isEmpty();
        done(archive().applied("one"));
        done(archive().applied("two"));
        reopen();
        assertThat(done(archive().applied())).isEqualTo("two");
    }

    /** What an age takes is hidden when it is set, and goes with the sweep later on. So the two are compared behind a sweep. */
    @Test
    default void random_retentions_leave_what_the_model_has() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        ArchiveStore model = new MemoryArchive();
        StreamRetention kept = StreamRetention.NONE;
        long seq = 0;
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(20) == 0) {
                reopen();
            }
            if (random.nextInt(3) == 0) {
                kept = kept(
                        random.nextBoolean() ? FOREVER : 1 + random.nextInt(30),
                        random.nextBoolean() ? FOREVER : 1 + random.nextInt(40_000));
                done(archive().retain(LOBBY, kept, 0, seq * 1_000));
                done(model.retain(LOBBY, kept, 0, seq * 1_000));
            }
            List<EntryRow> rows = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                seq += random.nextInt(8) == 0 ? 2 : 1;
                rows.add(ROOM.message(seq, "m" + seq, "hello"));
            }
            ArchivePart part = new ArchivePart(LOBBY, position(), position().seq(), rows, kept);
            assertThat(done(archive().add(List.of(part)))).isEqualTo(done(model.add(List.of(part))));
            done(archive().expire(seq * 1_000));
            done(model.expire(seq * 1_000));
            Bounds bounds = new Bounds(1 + random.nextInt(20), 1 << 20);
            long at = random.nextInt((int) seq + 2);
            String as = "portcullis.seed=" + seed + " step " + step;
            assertThat(describe(done(archive().after(LOBBY, at, bounds))))
                    .as(as)
                    .isEqualTo(describe(done(model.after(LOBBY, at, bounds))));
            assertThat(done(archive().after(LOBBY, at, bounds)).exact())
                    .as(as)
                    .isEqualTo(done(model.after(LOBBY, at, bounds)).exact());
            LatestSlice latest = done(archive().latest(LOBBY, at, bounds));
            assertThat(ArchiveFixture.describe(latest))
                    .as(as)
                    .isEqualTo(ArchiveFixture.describe(done(model.latest(LOBBY, at, bounds))));
            assertThat(latest.more())
                    .as(as)
                    .isEqualTo(done(model.latest(LOBBY, at, bounds)).more());
        }
    }

    private static List<String> describe(Slice slice) {
        return ArchiveFixture.describe(slice);
    }

    private static StreamRetention kept(long entries, long ageMs) {
        return new StreamRetention(OwnRetention.NONE, new Retention(entries, ageMs));
    }

    private static EntryRow[] messages(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, "hello"))
                .toArray(EntryRow[]::new);
    }

    private void hiding(long hidden, EntryRow... rows) {
        assertThat(done(archive()
                        .add(List.of(new ArchivePart(
                                LOBBY, position(), position().seq(), List.of(rows), StreamRetention.NONE, hidden)))))
                .isEmpty();
    }

    private void add(StreamRetention kept, EntryRow... rows) {
        assertThat(done(archive()
                        .add(List.of(
                                new ArchivePart(LOBBY, position(), position().seq(), List.of(rows), kept)))))
                .isEmpty();
    }

    /** All reads of the lobby return these entries and no others, and tell what is missing in front of them. */
    private void assertShown(long... seqs) {
        List<Long> shown = LongStream.of(seqs).boxed().toList();
        Slice after = done(archive().after(LOBBY, 0, PLENTY));
        assertThat(after.entries().stream().map(StreamEntry::position).map(at -> at.seq()))
                .containsExactlyElementsOf(shown);
        assertThat(after.exact()).isFalse();
        List<Place> places = LongStream.rangeClosed(1, position().seq())
                .mapToObj(seq -> new Place(0, LOBBY, seq))
                .toList();
        assertThat(done(archive().messages(places)).stream()
                        .map(each -> each.entry().position().seq()))
                .as("a search reads what an index names, which is behind")
                .containsExactlyInAnyOrderElementsOf(shown);
        LatestSlice latest = done(archive().latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(latest.entries().stream().map(each -> each.entry().position().seq()))
                .containsExactlyElementsOf(shown);
        assertThat(latest.more()).isFalse();
        if (!shown.isEmpty()) {
            LatestSlice older = done(archive().latest(LOBBY, shown.get(0), PLENTY));
            assertThat(older.entries()).isEmpty();
            assertThat(older.more()).isFalse();
            Slice one = done(archive().after(LOBBY, 0, new Bounds(1, 1 << 20)));
            assertThat(one.entries().get(0).position().seq()).isEqualTo(shown.get(0));
            assertThat(done(archive().after(LOBBY, shown.get(0) - 1, PLENTY)).exact())
                    .isTrue();
        }
    }
}
