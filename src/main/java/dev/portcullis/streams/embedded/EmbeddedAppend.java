package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.PairedResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StreamMeta;
import java.util.List;
import java.util.Optional;

/** Appends in one atomic step. Validates first, writes last. */
final class EmbeddedAppend {
    /** Spreads the trim after a shortened retention over several appends, so that none takes long. */
    private static final int MAX_TRIMMED = 8;

    private final StreamTables tables;

    EmbeddedAppend(StreamTables tables) {
        this.tables = tables;
    }

    AppendResult run(Batch batch, AppendRequest append, long now) {
        List<Table> keyTables = append.idempotencyKey().isPresent() ? tables.keys.activeFirst(batch, now) : List.of();
        Optional<AppendResult> earlier = append.idempotencyKey()
                .flatMap(idempotencyKey -> IdempotencyKeys.find(
                                batch, keyTables, RowKeys.idempotencyKey(append.stream(), idempotencyKey))
                        .map(row -> row.resultFor(idempotencyKey)));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        if (now > append.notAfter()) {
            return new AppendResult.Expired();
        }
        if (append.author()
                .filter(user -> tables.isBarred(batch, append.stream(), user))
                .isPresent()) {
            return new AppendResult.Barred();
        }
        if (append.bars()
                .filter(user -> tables.isFull(batch, append.stream(), user, append.mostBars()))
                .isPresent()) {
            return new AppendResult.Full();
        }
        StreamEntry entry = store(batch, append, now);
        append.idempotencyKey().ifPresent(idempotencyKey -> storeKey(batch, keyTables.get(0), idempotencyKey, entry));
        return new AppendResult.Stored(entry);
    }

    /** Both appends or none are committed. */
    PairedResult run(Batch batch, PairedAppend pair, long now) {
        AppendResult first = run(batch, pair.append(), now);
        if (pair.endsWith(first)) {
            return pair.result(first, first);
        }
        Optional<StreamEntry> earlier = pair.earlierEntry(first)
                .flatMap(at -> tables.entry(batch, pair.append().stream(), at.seq()))
                .map(EntryRow::entry);
        return pair.result(first, run(batch, pair.second(first, earlier), now));
    }

    private StreamEntry store(Batch batch, AppendRequest append, long now) {
        StreamName stream = append.stream();
        StreamMeta before = tables.meta(batch, stream);
        StreamMeta after = before.appended(now, trim(batch, stream, before, append.retention()), append.retention());
        StreamEntry entry =
                new StreamEntry(stream, after.position(), append.timestamp(), append.body(), append.bars(), 0);
        append.bars().ifPresent(user -> tables.bar(batch, stream, user));
        batch.put(tables.entries, RowKeys.entry(stream, after.head()), new EntryRow(after.touched(), entry).encode());
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        return entry;
    }

    /** Returns the lowest seq that is kept. */
    private long trim(Batch batch, StreamName stream, StreamMeta meta, Retention retention) {
        long wanted = meta.head() + 2 - retention.entries();
        long first = meta.first();
        for (int trimmed = 0; first < wanted && trimmed < MAX_TRIMMED; trimmed++) {
            batch.delete(tables.entries, RowKeys.entry(stream, first));
            first++;
        }
        return first;
    }

    private static void storeKey(
            Batch batch, Table table, AppendRequest.IdempotencyKey idempotencyKey, StreamEntry entry) {
        Position at = entry.position();
        batch.put(
                table,
                RowKeys.idempotencyKey(entry.stream(), idempotencyKey),
                new IdempotencyRow(idempotencyKey.bodyHash(), idempotencyKey.messageId(), at).encode());
    }
}
