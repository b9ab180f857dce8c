package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchiveExtent;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive beyond its bytes loses its oldest entries. */
class SizeSweepTest {
    private static final Bounds PLENTY = new Bounds(100_000, 1 << 26);
    private static final String FILE = "0123456789abcdef0123456789abcdef";
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName HALL = StreamName.room(new RoomId("hall"));
    private static final StreamName INBOX = StreamName.inbox(BOB);

    @TempDir
    Path folder;

    private final AtomicLong backgroundReads = new AtomicLong();
    private EmbeddedStore store;
    private EmbeddedArchive archive;

    @BeforeEach
    void open() throws Exception {
        StoreConfig config = new StoreConfig(
                StoreConfig.Kind.EMBEDDED, Optional.of(folder.toString()), false, EmbeddedArchiveTest.CONFIG.waiting());
        store = EmbeddedStore.open(
                config, (operation, nanos) -> backgroundReads.addAndGet(operation == Operation.BACKGROUND ? 1 : 0));
        archive = within(Long.MAX_VALUE);
    }

    @AfterEach
    void check_and_close() {
        ArchiveTablesCheck.check(store);
        store.close();
    }

    @Test
    void archive_within_its_bytes_keeps_all() {
        add(LOBBY, 0, 100);
        assertThat(done(within(done(archive.bytes())).sweep())).isZero();
        assertThat(entries(LOBBY)).isEqualTo(100);
        assertThat(backgroundReads.get()).isEqualTo(1);
    }

    @Test
    void extent_is_that_of_the_last_sweep() {
        assertThat(archive.extent()).isEqualTo(ArchiveExtent.NOTHING);
        add(LOBBY, 3, 10);
        add(HALL, 2, 10);
        add(HALL, 5, 10);
        done(archive.sweep());
        assertThat(archive.extent())
                .isEqualTo(new ArchiveExtent(done(archive.bytes()), OptionalLong.of(TimeUnit.HOURS.toMillis(2))));
        assertThat(archive.extent().ageSeconds(TimeUnit.HOURS.toMillis(4))).isEqualTo(7_200);
        done(archive.retain(HALL, new StreamRetention(OwnRetention.NONE, new Retention(1, 1)), 0, 0));
        done(archive.expire(TimeUnit.HOURS.toMillis(6)));
        done(archive.sweep());
        assertThat(archive.extent().oldest()).hasValue(TimeUnit.HOURS.toMillis(3));
    }

    @Test
    void oldest_entries_of_all_streams_go_first() {
        add(LOBBY, 0, 100);
        add(HALL, 0, 50);
        long older = done(archive.bytes());
        add(LOBBY, 1, 100);
        add(INBOX, 1, 70);
        long both = done(archive.bytes());
        assertThat(done(within(both - older).sweep())).isEqualTo(150);
        assertThat(entries(LOBBY)).isEqualTo(100);
        assertThat(entries(HALL)).isZero();
        assertThat(entries(INBOX)).isEqualTo(70);
        assertThat(done(archive.bytes())).isEqualTo(both - older);
        assertThat(done(archive.entries())).isEqualTo(170);
        Slice lobby = done(archive.after(LOBBY, 0, PLENTY));
        assertThat(lobby.exact()).isFalse();
        assertThat(lobby.entries().get(0).position().seq()).isEqualTo(101);
        assertThat(done(archive.after(LOBBY, 100, PLENTY)).exact()).isTrue();
        Slice hall = done(archive.after(HALL, 0, PLENTY));
        assertThat(hall.head().seq()).isEqualTo(50);
        assertThat(hall.exact()).isFalse();
        assertThat(done(archive.find(HALL, "m7"))).isEmpty();
        assertThat(done(archive.find(LOBBY, "m101"))).isPresent();
        add(HALL, 2, 10);
        assertThat(done(archive.after(HALL, 50, PLENTY)).exact()).isTrue();
        assertThat(done(archive.latest(HALL, 51, PLENTY)).entries()).isEmpty();
    }

    @Test
    void sweep_removes_no_more_than_it_has_to_but_for_a_step() {
        add(LOBBY, 0, 5_000);
        long all = done(archive.bytes());
        assertThat(done(within(all / 2).sweep())).isBetween(2_500L, 2_500L + 128);
        assertThat(done(archive.bytes())).isBetween(all / 2 - all / 25, all / 2);
    }

    /** Else each step of a sweep would visit what stays, or what is gone. */
    @Test
    void sweep_reads_only_what_it_removes() {
        for (int room = 0; room < 300; room++) {
            add(StreamName.room(new RoomId("room" + room)), room % 3, 20);
        }
        long all = done(archive.bytes());
        long before = backgroundReads.get();
        assertThat(done(within(all * 2 / 3).sweep())).isBetween(1_980L, 2_100L);
        assertThat(backgroundReads.get() - before).isLessThan(110);
    }

    @Test
    void sweeps_at_once_remove_the_same_as_one() {
        add(LOBBY, 0, 3_000);
        long all = done(archive.bytes());
        EmbeddedArchive swept = within(all / 3);
        Future<Long> first = swept.sweep();
        assertThat(done(swept.sweep())).isZero();
        assertThat(done(first)).isBetween(2_000L, 2_128L);
        assertThat(done(swept.sweep())).isZero();
    }

    @Test
    void entry_of_a_conversation_that_is_gone_is_told_as_a_gap() {
        add(INBOX, 0, 10);
        long older = done(archive.bytes());
        add(INBOX, 1, 10);
        done(within(done(archive.bytes()) - older).sweep());
        DirectConversation.Part all = withAnnAfter(0);
        assertThat(all.entries()).hasSize(10);
        assertThat(all.gap()).isTrue();
        DirectConversation.Part kept = withAnnAfter(10);
        assertThat(kept.entries()).hasSize(10);
        assertThat(kept.gap()).isFalse();
    }

    private DirectConversation.Part withAnnAfter(long seq) {
        DirectConversation withAnn = new DirectConversation(BOB, ANN);
        return done(archive.conversation(new DirectConversation.Read(withAnn, Order.AFTER, seq), PLENTY));
    }

    @Test
    void parts_and_sweeps_in_any_order_leave_the_newest_entries() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        List<StreamName> streams = List.of(LOBBY, HALL, INBOX);
        for (int hour = 0; hour < 60; hour++) {
            add(streams.get(random.nextInt(3)), hour, 1 + random.nextInt(200));
            if (random.nextInt(3) == 0) {
                long bound = done(archive.bytes()) * (2 + random.nextInt(3)) / 4;
                done(within(bound).sweep());
                assertThat(done(archive.bytes())).as("seed %d", seed).isLessThanOrEqualTo(bound);
            }
            for (StreamName stream : streams) {
                Slice slice = done(archive.after(stream, 0, PLENTY));
                long head = slice.head().seq();
                assertThat(slice.entries())
                        .as("seed %d", seed)
                        .extracting(entry -> entry.position().seq())
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(head - slice.entries().size() + 1, head)
                                        .boxed()
                                        .toList());
            }
        }
    }

    private EmbeddedArchive within(long bytes) {
        return new EmbeddedArchive(store, bytes);
    }

    private int entries(StreamName stream) {
        return done(archive.after(stream, 0, PLENTY)).entries().size();
    }

    /** Adds messages behind those that the stream has. */
    /** Of a direct message the copy of its recipient counts. */
    @Test
    void files_of_messages_that_go_are_noted() {
        for (StreamName stream : List.of(LOBBY, INBOX, StreamName.inbox(ANN))) {
            String body = "\"type\":\"chat\",\"attachments\":[{\"type\":\"file\",\"url\":\"https://h/api/files/" + FILE
                    + "\",\"name\":\"a\"}]}";
            StreamEntry entry =
                    new StreamEntry(stream, new Position("e1", 1), 1, body.getBytes(StandardCharsets.UTF_8));
            EntryRow row = new EntryRow(1, entry, EntryState.MESSAGE, 0, Optional.of(new Message("m1", ANN)));
            done(archive.add(List.of(new ArchivePart(stream, ArchiveStore.NOTHING, 0, List.of(row)))));
        }
        assertThat(done(archive.removedFiles(10))).isEmpty();
        assertThat(done(within(1).sweep())).isEqualTo(3);
        assertThat(done(archive.removedFiles(10)))
                .containsExactlyInAnyOrder(new RemovedFile(FILE, ANN, LOBBY), new RemovedFile(FILE, ANN, INBOX));
    }

    private void add(StreamName stream, long hour, int count) {
        Position from = done(archive.positions(List.of(stream))).get(0);
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = from.seq() + 1; seq <= from.seq() + count; seq++) {
            rows.add(row(stream, seq, TimeUnit.HOURS.toMillis(hour) + 1));
        }
        assertThat(done(archive.add(List.of(new ArchivePart(stream, from, from.seq(), rows)))))
                .isEmpty();
    }

    private static EntryRow row(StreamName stream, long seq, long stored) {
        String body = "\"type\":\"chat_message\",\"recipientId\":\"bob\",\"messageId\":\"m" + seq
                + "\",\"userId\":\"ann\",\"content\":\"text\"}";
        StreamEntry entry =
                new StreamEntry(stream, new Position("e1", seq), stored, body.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(stored, entry, EntryState.MESSAGE, 0, Optional.of(new Message("m" + seq, ANN)));
    }
}
