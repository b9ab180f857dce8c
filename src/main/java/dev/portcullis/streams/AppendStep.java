package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.Batch;
import dev.portcullis.store.Table;
import dev.portcullis.streams.Append.Retention;
import java.util.List;
import java.util.Optional;

/** The one atomic step of an append. Validates first, writes last. */
final class AppendStep {
    /** A retention that was shortened by config takes hold over some appends instead of stopping one. */
    private static final int TRIMMED_AT_ONCE = 8;

    private final StreamTables tables;

    AppendStep(StreamTables tables) {
        this.tables = tables;
    }

    Appended run(Batch batch, Append append, long now) {
        List<Table> keyTables = append.key().isPresent() ? tables.keys.inTurn(batch, now) : List.of();
        Optional<Appended> earlier = append.key()
                .flatMap(key -> PublishedKeys.find(batch, keyTables, RowKey.published(append.stream(), key))
                        .map(row -> row.answer(key)));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        if (now > append.notAfter()) {
            return new Appended.Expired();
        }
        if (append.author()
                .filter(user -> tables.isBarred(batch, append.stream(), user))
                .isPresent()) {
            return new Appended.Barred();
        }
        if (append.bars()
                .filter(user -> tables.isFull(batch, append.stream(), user, append.mostBars()))
                .isPresent()) {
            return new Appended.Full();
        }
        Entry entry = store(batch, append, now);
        append.key().ifPresent(key -> remember(batch, keyTables.get(0), key, entry));
        return new Appended.Stored(entry);
    }

    private Entry store(Batch batch, Append append, long now) {
        StreamName stream = append.stream();
        Meta before = tables.meta(batch, stream);
        Meta after = before.appended(now, trim(batch, stream, before, append.retention()), append.retention());
        Entry entry = new Entry(stream, after.position(), append.timestamp(), append.body(), append.bars(), 0);
        append.bars().ifPresent(user -> tables.bar(batch, stream, user));
        batch.put(tables.entries, RowKey.entry(stream, after.head()), new EntryRow(after.touched(), entry).encode());
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        return entry;
    }

    /** Returns the lowest seq that stays. */
    private long trim(Batch batch, StreamName stream, Meta meta, Retention retention) {
        long wanted = meta.head() + 2 - retention.entries();
        long first = meta.first();
        for (int trimmed = 0; first < wanted && trimmed < TRIMMED_AT_ONCE; trimmed++) {
            batch.delete(tables.entries, RowKey.entry(stream, first));
            first++;
        }
        return first;
    }

    private static void remember(Batch batch, Table table, Append.Key key, Entry entry) {
        Position at = entry.position();
        batch.put(
                table, RowKey.published(entry.stream(), key), new KeyRow(key.bodyHash(), key.messageId(), at).encode());
    }
}
