package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many changes wait at once, of which the index takes a part in each of its steps. */
class MessageIndexerTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");
    private static final int MESSAGES = 1_300;

    @TempDir
    Path folder;

    private EmbeddedStore store;
    private ArchiveTables tables;
    private LuceneFolder index;
    private MessageIndexer indexer;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, EmbeddedArchiveTest.CONFIG);
        tables = new ArchiveTables(store);
        tables.unindexed.use(() -> {});
        openIndex();
        takeAll();
    }

    private void openIndex() throws IOException {
        index = LuceneFolder.open(folder.resolve("search"));
        indexer = MessageIndexer.of(store, tables, index).orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        index.close();
        store.close();
    }

    @Test
    void messages_in_the_place_of_removed_ones_are_found_once() throws Exception {
        change("before", ArchiveWriter::add);
        takeAll();
        assertThat(found("before")).hasSize(MESSAGES);
        change("before", ArchiveWriter::remove);
        change("after", ArchiveWriter::add);
        takeAll();
        assertThat(found("before")).isEmpty();
        assertThat(found("after")).hasSize(MESSAGES).doesNotHaveDuplicates();
        assertThat(index.documents()).isEqualTo(MESSAGES);
    }

    @Test
    void messages_in_the_place_of_removed_ones_are_found_once_after_a_restart() throws Exception {
        change("before", ArchiveWriter::add);
        takeAll();
        change("before", ArchiveWriter::remove);
        change("after", ArchiveWriter::add);
        indexer.step();
        indexer.commit();
        index.close();
        openIndex();
        takeAll();
        assertThat(found("after")).hasSize(MESSAGES).doesNotHaveDuplicates();
    }

    private void change(String text, BiConsumer<ArchiveWriter, EntryRow> change) throws Exception {
        done(store.write(batch -> {
            ArchiveWriter writer = new ArchiveWriter(tables, batch);
            LongStream.rangeClosed(1, MESSAGES).forEach(seq -> change.accept(writer, row(seq, text)));
            writer.end();
            tables.put(batch, LOBBY, tables.stream(batch, LOBBY).upTo(new Position(text, MESSAGES), 1, 0));
            return null;
        }));
    }

    private void takeAll() throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (indexer.shown() < tables.unindexed.last()) {
            assertThat(System.nanoTime()).isLessThan(until);
            indexer.step();
        }
    }

    private List<Place> found(String word) throws IOException {
        Query query = new Query(
                Set.of(word), Set.of(LOBBY), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, Optional.empty());
        return index.find(query, 10_000, () -> false);
    }

    private static EntryRow row(long seq, String text) {
        String body = "\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"m" + seq
                + "\",\"userId\":\"ann\",\"content\":\"" + text + "\",\"timestamp\":1}";
        StreamEntry entry = new StreamEntry(LOBBY, new Position(text, seq), seq, body.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(seq, entry, EntryState.MESSAGE, 0, Optional.of(new Message("m" + seq, ANN)));
    }
}
