package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendResult;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryState;
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
        List<Table> keyTables = keyTables(batch, append, now);
        return withoutWrite(batch, append, keyTables, now)
                .orElseGet(() -> store(batch, append, EntryState.MESSAGE, keyTables, now));
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

    /** @param seq where the message was found */
    AmendResult run(Batch batch, AmendRequest amend, Optional<Long> seq, long now) {
        AppendRequest entry = amend.entry();
        List<Table> keyTables = keyTables(batch, entry, now);
        Optional<AppendResult> early = withoutWrite(batch, entry, keyTables, now);
        if (early.isPresent()) {
            return new AmendResult.Appended(early.get());
        }
        StreamMeta meta = tables.meta(batch, entry.stream());
        Optional<EntryRow> message = seq.filter(found -> found >= meta.first())
                .flatMap(found -> tables.entry(batch, entry.stream(), found))
                .filter(row -> row.isMessage(amend.messageId()) && row.stored() >= meta.horizon(now));
        if (message.isEmpty()) {
            return new AmendResult.NotFound();
        }
        return message.get().refusalOf(amend).orElseGet(() -> {
            tables.put(batch, message.get().amended(amend.change(), meta.head() + 1)); // the append may trim it
            return new AmendResult.Appended(store(batch, entry, EntryState.AMENDMENT, keyTables, now));
        });
    }

    private List<Table> keyTables(Batch batch, AppendRequest append, long now) {
        return append.idempotencyKey().isPresent() ? tables.keys.activeFirst(batch, now) : List.of();
    }

    /** The outcome of an append that writes no entry: its key is known, or it is refused. */
    private Optional<AppendResult> withoutWrite(Batch batch, AppendRequest append, List<Table> keyTables, long now) {
        Optional<AppendResult> earlier = append.idempotencyKey()
                .flatMap(idempotencyKey -> IdempotencyKeys.find(
                                batch, keyTables, RowKeys.idempotencyKey(append.stream(), idempotencyKey))
                        .map(row -> row.resultFor(idempotencyKey)));
        if (earlier.isPresent()) {
            return earlier;
        }
        if (now > append.notAfter()) {
            return Optional.of(new AppendResult.Expired());
        }
        if (append.author()
                .filter(user -> tables.isBarred(batch, append.stream(), user))
                .isPresent()) {
            return Optional.of(new AppendResult.Barred());
        }
        if (append.bars()
                .filter(user -> tables.isFull(batch, append.stream(), user, append.mostBars()))
                .isPresent()) {
            return Optional.of(new AppendResult.Full());
        }
        return Optional.empty();
    }

    private AppendResult store(
            Batch batch, AppendRequest append, EntryState messageState, List<Table> keyTables, long now) {
        StreamName stream = append.stream();
        StreamMeta before = tables.meta(batch, stream);
        StreamMeta after = before.appended(now, trim(batch, stream, before, append.retention()), append.retention());
        StreamEntry entry =
                new StreamEntry(stream, after.position(), append.timestamp(), append.body(), append.bars(), 0);
        append.bars().ifPresent(user -> tables.bar(batch, stream, user));
        tables.put(batch, EntryRow.of(after.touched(), entry, append.message(), messageState));
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        append.idempotencyKey().ifPresent(idempotencyKey -> storeKey(batch, keyTables.get(0), idempotencyKey, entry));
        return new AppendResult.Stored(entry);
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
