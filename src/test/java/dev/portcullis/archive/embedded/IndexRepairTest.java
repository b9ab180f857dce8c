package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index is made again from the archive when it is lost, damaged or of another state, and leaves nothing of what was removed. */
class IndexRepairTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");
    private static final int MESSAGES = 700;

    @TempDir
    Path folder;

    private EmbeddedStore store;
    private EmbeddedArchive archive;

    @BeforeEach
    void fill() throws Exception {
        open();
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= MESSAGES; seq++) {
            rows.add(row(seq, EntryState.MESSAGE, seq, "\"type\":\"chat\"", "message number" + seq));
        }
        rows.add(row(MESSAGES + 1, EntryState.AMENDMENT, 5, "\"type\":\"message_edited\"", "edited"));
        rows.add(row(MESSAGES + 2, EntryState.AMENDMENT, 6, "\"type\":\"message_deleted\"", ""));
        add(rows);
        EmbeddedIndexTest.awaitCurrent(archive);
        assertThat(found("message")).hasSize(MESSAGES - 2);
    }

    private void open() throws Exception {
        store = EmbeddedStore.open(folder, EmbeddedArchiveTest.CONFIG);
        archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
    }

    @AfterEach
    void close() {
        archive.index().orElseThrow().close();
        store.close();
    }

    private void reopen() throws Exception {
        open();
        EmbeddedIndexTest.awaitCurrent(archive);
    }

    @Test
    void closed_index_is_on_the_disk_and_no_change_waits_for_it() throws Exception {
        archive.index().orElseThrow().close();
        ArchiveTables tables = new ArchiveTables(store);
        List<Unindexed.Change> waiting = done(store.read(reader -> tables.unindexed.after(reader, 0, 10)));
        long last = done(store.read(tables.unindexed::last));
        assertThat(waiting).isEmpty();
        assertThat(last).isPositive();
        store.close();
        reopen();
        assertAllFound();
    }

    @Test
    void lost_index_is_made_again() throws Exception {
        close();
        LuceneFolder.clear(folder.resolve("search"));
        reopen();
        assertAllFound();
        close();
        reopen();
        assertAllFound();
    }

    @Test
    void index_with_the_words_of_an_earlier_format_is_made_again() throws Exception {
        close();
        try (FSDirectory files = FSDirectory.open(folder.resolve("search"));
                IndexWriter writer =
                        new IndexWriter(files, new IndexWriterConfig().setIndexSort(IndexedFields.NEWEST_FIRST))) {
            Map<String, String> state = new TreeMap<>();
            writer.getLiveCommitData().forEach(each -> state.put(each.getKey(), each.getValue()));
            assertThat(state.put("format", "2")).isEqualTo(LuceneFolder.FORMAT);
            writer.deleteAll();
            writer.setLiveCommitData(state.entrySet());
            writer.commit();
        }
        reopen();
        assertAllFound();
    }

    @Test
    void index_is_whole_only_when_it_finds_all() throws Exception {
        assertThat(archive.index().orElseThrow().isWhole()).isTrue();
        close();
        LuceneFolder.clear(folder.resolve("search"));
        open();
        boolean whole = false;
        while (!whole) {
            whole = archive.index().orElseThrow().isWhole();
            int found = found("message").size();
            assertThat(found).isBetween(whole ? MESSAGES - 2 : 0, MESSAGES - 2);
        }
        close();
        open();
        assertThat(archive.index().orElseThrow().isWhole()).isTrue();
        assertAllFound();
    }

    @Test
    void damaged_index_is_made_again() throws Exception {
        for (String ending : List.of(".cfe", ".si", "")) {
            close();
            for (Path file : files(path -> path.getFileName().toString().endsWith(ending)
                    && !path.getFileName().toString().equals("write.lock"))) {
                Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
            }
            reopen();
            assertAllFound();
        }
    }

    @Test
    void index_of_a_later_state_of_the_archive_is_made_again() throws Exception {
        close();
        Path earlier = folder.resolve("earlier");
        Files.createDirectories(earlier);
        Path now = folder;
        folder = earlier;
        open();
        add(List.of(row(1, EntryState.MESSAGE, 1, "\"type\":\"chat\"", "message of before")));
        close();
        LuceneFolder.clear(earlier.resolve("search"));
        try (Stream<Path> all = Files.list(now.resolve("search"))) {
            for (Path file : all.toList()) {
                Files.copy(file, earlier.resolve("search").resolve(file.getFileName()));
            }
        }
        reopen();
        assertThat(found("message")).containsExactly(1L);
        assertThat(found("number7")).isEmpty();
        folder = now;
    }

    @Test
    void removed_words_leave_the_files() throws Exception {
        add(List.of(
                row(MESSAGES + 3, EntryState.MESSAGE, MESSAGES + 3, "\"type\":\"chat\"", "secretword stays not"),
                row(MESSAGES + 4, EntryState.MESSAGE, MESSAGES + 4, "\"type\":\"chat\"", "controlword stays")));
        EmbeddedIndexTest.awaitCurrent(archive);
        assertThat(found("secretword")).hasSize(1);
        add(List.of(row(MESSAGES + 5, EntryState.AMENDMENT, MESSAGES + 3, "\"type\":\"message_deleted\"", "")));
        EmbeddedIndexTest.awaitCurrent(archive);
        done(archive.index().orElseThrow().expunge());
        assertThat(files(file -> has(file, "controlword"))).isNotEmpty();
        assertThat(files(file -> has(file, "secretword"))).isEmpty();
        done(archive.index().orElseThrow().expunge());
        assertThat(found("controlword")).hasSize(1);
        assertAllFound();
    }

    @Test
    void closed_index_fails_and_says_nothing_of_what_it_had() {
        MessageIndex index = archive.index().orElseThrow();
        index.close();
        assertThatThrownBy(() -> found("message")).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> done(index.expunge())).isInstanceOf(StoreFailure.class);
    }

    @Test
    void index_that_has_all_is_behind_by_nothing() {
        assertThat(archive.index().orElseThrow().behindMs()).isZero();
    }

    private void assertAllFound() {
        assertThat(found("message"))
                .isEqualTo(LongStream.iterate(MESSAGES, seq -> seq > 0, seq -> seq - 1)
                        .filter(seq -> seq != 5 && seq != 6)
                        .boxed()
                        .toList());
        assertThat(found("edited")).containsExactly(5L);
        assertThat(found("number6")).isEmpty();
        assertThat(found("number7")).containsExactly(7L);
    }

    private List<Long> found(String term) {
        Query query = new Query(
                Set.of(term), Set.of(LOBBY), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, Optional.empty());
        return done(archive.index().orElseThrow().find(query, 10_000)).stream()
                .map(Place::seq)
                .toList();
    }

    private void add(List<EntryRow> rows) {
        Position from = done(archive.positions(List.of(LOBBY))).get(0);
        assertThat(done(archive.add(List.of(new ArchivePart(LOBBY, from, from.seq(), rows)))))
                .isEmpty();
    }

    private List<Path> files(Predicate<Path> which) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("search"))) {
            return all.filter(which).toList();
        }
    }

    private static boolean has(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1).contains(text);
        } catch (IOException gone) {
            return false;
        }
    }

    private static EntryRow row(long seq, EntryState state, long of, String type, String text) {
        String body = type + ",\"roomId\":\"lobby\",\"messageId\":\"m" + of + "\",\"userId\":\"ann\",\"content\":\""
                + text + "\",\"timestamp\":1}";
        StreamEntry entry = new StreamEntry(LOBBY, new Position("e1", seq), seq, body.getBytes(ISO_8859_1));
        return new EntryRow(seq, entry, state, 0, Optional.of(new Message("m" + of, ANN)));
    }
}
