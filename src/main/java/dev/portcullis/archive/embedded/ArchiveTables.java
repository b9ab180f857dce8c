package dev.portcullis.archive.embedded;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The tables of the archive, and access to their rows. */
final class ArchiveTables {
    private static final byte[] APPLIED = "retention".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {(byte) 0xFF};
    private static final byte[] TOTALS = "totals".getBytes(StandardCharsets.US_ASCII);

    /** The entries by stream and seq. */
    final Table entries;

    /** The entries of a message by its id: the message, and its amendments. */
    final Table messages;

    /** The entries of a conversation by inbox, other user and seq; see {@link dev.portcullis.streams.Conversations}. */
    final Table conversations;

    /** The entries that name a user, by the user, stream and seq: what a deletion of the user changes. */
    final Table users;

    /** The hours in which entries of a stream were stored, by hour and stream: the oldest entries are found by it. */
    final Table hours;

    /** The entries that a stream lost before the archive had them: the first seq of each hole, by stream and last seq. */
    final Table holes;

    /** The streams of which entries are due, or will be, by the store time of the oldest one's end and stream. */
    final Table due;

    /** The copies of what holds keep; see {@link HeldRows}. */
    final Table held;

    /** The files of messages that were removed, by {@link RemovedFiles#key}. */
    private final Table files;

    /** The messages that an index has to look at again. */
    final Unindexed unindexed;

    private final Table streams;
    private final Table state;

    ArchiveTables(EmbeddedStore store) {
        this.unindexed = new Unindexed(store);
        this.streams = store.table("archive.streams");
        this.state = store.table("archive.state");
        this.hours = store.table("archive.hours");
        this.holes = store.table("archive.holes");
        this.due = store.table("archive.due");
        this.files = store.table("archive.files");
        this.entries = store.coldTable("archive.entries");
        this.messages = store.coldTable("archive.messages");
        this.conversations = store.coldTable("archive.conversations");
        this.users = store.coldTable("archive.users");
        this.held = store.coldTable("archive.held");
    }

    ArchivedStream stream(Reader reader, StreamName name) {
        return ArchivedStream.decode(reader.get(streams, RowKeys.meta(name)));
    }

    void put(Batch batch, StreamName name, ArchivedStream stream) {
        batch.put(streams, RowKeys.meta(name), stream.encode());
    }

    ArchiveTotals totals(Reader reader) {
        return ArchiveTotals.decode(reader.get(state, TOTALS));
    }

    void put(Batch batch, ArchiveTotals totals) {
        batch.put(state, TOTALS, totals.encode());
    }

    /** The streams with a name above this key, or from it on, with their records. */
    void scanStreams(Reader reader, byte[] from, Predicate<Map.Entry<StreamName, ArchivedStream>> visitor) {
        reader.scan(
                streams,
                from,
                END,
                (key, value) -> visitor.test(Map.entry(RowKeys.streamOf(key), ArchivedStream.decode(value))));
    }

    String applied(Reader reader) {
        byte[] known = reader.get(state, APPLIED);
        return known == null ? "" : new String(known, StandardCharsets.UTF_8);
    }

    void putApplied(Batch batch, String configuration) {
        batch.put(state, APPLIED, configuration.getBytes(StandardCharsets.UTF_8));
    }

    Optional<EntryRow> entry(Reader reader, StreamName stream, long seq) {
        return Optional.ofNullable(reader.get(entries, RowKeys.entry(stream, seq)))
                .map(value -> EntryRow.decode(stream, seq, value));
    }

    /** Visits the entries of {@code first} to {@code last}, both included, ascending, until the visitor returns false. */
    void scan(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        if (first <= last) {
            reader.scan(entries, RowKeys.entry(stream, first), behind(stream, last), decoding(stream, visitor));
        }
    }

    void scanBack(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        if (first <= last) {
            reader.scanBack(entries, RowKeys.entry(stream, first), behind(stream, last), decoding(stream, visitor));
        }
    }

    /** The message with this id, as it is stored. */
    Optional<EntryRow> message(Reader reader, StreamName stream, String id) {
        List<Long> found = new ArrayList<>();
        scanMessage(reader, stream, id, key -> {
            if (!ArchiveKeys.isAmendment(key)) {
                found.add(RowKeys.seqOf(key));
            }
            return false;
        });
        return found.stream().findFirst().flatMap(seq -> entry(reader, stream, seq));
    }

    /** The number of amendments of a message. */
    int amendments(Reader reader, StreamName stream, String id) {
        List<byte[]> keys = new ArrayList<>();
        scanMessage(reader, stream, id, key -> {
            keys.add(key);
            return true;
        });
        return (int) keys.stream().filter(ArchiveKeys::isAmendment).count();
    }

    /** All that the archive has of a message. */
    AmendedMessage amended(Reader reader, StreamName stream, String id) {
        return AmendedMessage.of(rows(reader, stream, id));
    }

    List<EntryRow> rows(Reader reader, StreamName stream, String id) {
        List<EntryRow> rows = new ArrayList<>();
        scanMessage(reader, stream, id, key -> {
            entry(reader, stream, RowKeys.seqOf(key)).ifPresent(rows::add);
            return true;
        });
        return rows;
    }

    private void scanMessage(Reader reader, StreamName stream, String id, Predicate<byte[]> visitor) {
        reader.scan(
                messages,
                ArchiveKeys.firstOfMessage(stream, id),
                ArchiveKeys.endOfMessage(stream, id),
                (key, value) -> visitor.test(key));
    }

    /** The rows of a conversation. */
    List<Row> range(Reader reader, StreamName inbox, RowRange range) {
        byte[] from = ArchiveKeys.ofConversation(inbox, range.from());
        byte[] before = ArchiveKeys.ofConversation(inbox, range.before());
        List<Row> found = new ArrayList<>();
        Reader.Visitor visitor = (key, value) -> {
            found.add(new Row(ArchiveKeys.inConversation(inbox, key), new String(value, StandardCharsets.US_ASCII)));
            return found.size() < range.limit();
        };
        if (range.direction() == RowRange.Direction.UP) {
            reader.scan(conversations, from, before, visitor);
        } else {
            reader.scanBack(conversations, from, before, visitor);
        }
        return found;
    }

    /** The first seq of the first hole that ends behind a seq and within the entries of the stream. */
    Optional<Long> holeBehind(Reader reader, StreamName stream, long seq, ArchivedStream of) {
        List<Long> found = new ArrayList<>();
        reader.scan(
                holes, RowKeys.entry(stream, seq + 1), behind(stream, of.head().seq()), (key, value) -> {
                    found.add(ArchiveKeys.number(value));
                    return false;
                });
        return found.stream().findFirst();
    }

    /** Removes the holes that end within these seqs. */
    void removeHoles(Batch batch, StreamName name, long first, long last) {
        List<byte[]> ended = new ArrayList<>();
        batch.scan(holes, RowKeys.entry(name, first), RowKeys.next(RowKeys.entry(name, last)), (key, value) -> {
            ended.add(key);
            return true;
        });
        ended.forEach(key -> batch.delete(holes, key));
    }

    void note(Batch batch, List<RemovedFile> removed) {
        removed.forEach(file -> batch.put(files, keyOf(file), new byte[0]));
    }

    void forget(Batch batch, List<RemovedFile> removed) {
        removed.forEach(file -> batch.delete(files, keyOf(file)));
    }

    List<RemovedFile> removedFiles(Reader reader, int most) {
        List<RemovedFile> found = new ArrayList<>();
        reader.scan(files, new byte[0], END, (key, value) -> {
            found.add(RemovedFiles.of(new String(key, StandardCharsets.US_ASCII)));
            return found.size() < most;
        });
        return found;
    }

    private static byte[] keyOf(RemovedFile file) {
        return RemovedFiles.key(file).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] behind(StreamName stream, long seq) {
        return RowKeys.next(RowKeys.entry(stream, seq));
    }

    private static Reader.Visitor decoding(StreamName stream, Predicate<EntryRow> visitor) {
        return (key, value) -> visitor.test(EntryRow.decode(stream, RowKeys.seqOf(key), value));
    }
}
