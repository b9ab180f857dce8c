package dev.portcullis.streams.embedded;

import dev.portcullis.hooks.outbox.EmbeddedOutbox;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AmendResult;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.PairedResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.BacklogRow;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StreamMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Appends in one atomic step. Validates first, writes last. */
final class EmbeddedAppend {
    /** Spreads the trim after a shortened retention over several appends, so that none takes long. */
    private static final int MAX_TRIMMED = 8;

    private final StreamTables tables;
    private final Optional<EmbeddedOutbox> outbox;

    EmbeddedAppend(StreamTables tables, Optional<EmbeddedOutbox> outbox) {
        this.tables = tables;
        this.outbox = outbox;
    }

    AppendResult run(Batch batch, AppendRequest append, long now) {
        List<Table> keyTables = keyTables(batch, append, now);
        Optional<HookEvent> event = outbox.flatMap(any -> MessageEvents.of(append));
        return withoutWrite(batch, append, keyTables, now)
                .or(() -> reportable(batch, append, event))
                .or(() -> inBacklog(batch, append, keyTables, Optional.empty(), now))
                .orElseGet(() -> reported(batch, store(batch, append, EntryState.MESSAGE, keyTables, now), event, now));
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

    /** @param found the message, as it was found before this step */
    AmendResult run(Batch batch, AmendRequest amend, Optional<FoundMessage> found, long now) {
        AppendRequest entry = amend.entry();
        List<Table> keyTables = keyTables(batch, entry, now);
        Optional<AppendResult> early = withoutWrite(batch, entry, keyTables, now);
        if (early.isPresent()) {
            return new AmendResult.Appended(early.get());
        }
        if (isBlocked(batch, entry)) {
            return new AmendResult.Appended(blocked(batch, entry, keyTables, amend.change() == Change.DELETE, now));
        }
        StreamMeta meta = tables.meta(batch, entry.stream());
        Optional<EntryRow> message = found.filter(at -> at.seq() >= meta.first())
                .flatMap(at -> tables.entry(batch, entry.stream(), at.seq()))
                .filter(row -> row.isMessage(amend.messageId()) && row.stored() >= meta.horizon(now));
        if (message.isEmpty()) {
            return new AmendResult.NotFound();
        }
        Optional<AmendResult> refusal = message.get()
                .refusalOf(amend)
                .or(() -> found.filter(at ->
                                at.hasAllEdits(amend, meta.head(), seq -> tables.entry(batch, entry.stream(), seq)))
                        .map(any -> new AmendResult.Appended(new AppendResult.Full())));
        return refusal.orElseGet(() -> {
            Optional<Long> replaced = found.map(FoundMessage::seq).filter(any -> amend.change() == Change.DELETE);
            return new AmendResult.Appended(inBacklog(batch, entry, keyTables, replaced, now)
                    .orElseGet(() -> {
                        tables.put(batch, message.get().amended(amend.change(), meta.head() + 1)); // may be trimmed
                        AppendResult stored = store(batch, entry, EntryState.AMENDMENT, keyTables, now);
                        return reported(batch, stored, outbox.flatMap(any -> MessageEvents.of(amend)), now);
                    }));
        });
    }

    /**
     * Counts an entry in its sender's backlog. An outcome, if no entry follows.
     *
     * @param replaced the message that a deletion deletes: it takes that one's place
     */
    private Optional<AppendResult> inBacklog(
            Batch batch, AppendRequest append, List<Table> keyTables, Optional<Long> replaced, long now) {
        if (isBlocked(batch, append)) {
            return Optional.of(blocked(batch, append, keyTables, false, now));
        }
        return append.backlog()
                .filter(backlog -> !count(
                        batch,
                        append,
                        backlog,
                        now,
                        waiting -> replaced.map(waiting::without).orElse(waiting)))
                .map(backlog -> new AppendResult.BacklogFull());
    }

    /** Fails the step of an event that would not fit; else empty. */
    private Optional<AppendResult> reportable(Batch batch, AppendRequest append, Optional<HookEvent> event) {
        outbox.ifPresent(each -> event.filter(
                        any -> each.isFull(batch, append.stream().lane(), any))
                .ifPresent(any -> {
                    throw new StoreFailure("the outbox of the hooks is full");
                }));
        return Optional.empty();
    }

    private AppendResult reported(Batch batch, AppendResult stored, Optional<HookEvent> event, long now) {
        if (stored instanceof AppendResult.Stored newly) {
            Position at = newly.entry().position();
            outbox.ifPresent(each -> event.ifPresent(
                    of -> each.report(batch, newly.entry().stream().lane(), of, at.epoch(), at.seq(), now)));
        }
        return stored;
    }

    private boolean isBlocked(Batch batch, AppendRequest append) {
        return append.backlog()
                .filter(backlog -> tables.inboxes.isBlocked(batch, append.stream(), backlog.sender()))
                .isPresent();
    }

    /**
     * What a blocked sender appends is known from then on, at seq 0, and in their backlog, but no entry: they see what they
     * would see if the recipient were away.
     */
    private AppendResult blocked(Batch batch, AppendRequest append, List<Table> keyTables, boolean deletes, long now) {
        Backlog backlog = append.backlog().orElseThrow();
        if (!count(batch, append, backlog, now, waiting -> deletes ? waiting.withoutNewest() : waiting)) {
            return new AppendResult.BacklogFull();
        }
        IdempotencyKey key = append.idempotencyKey().orElseThrow();
        Position nowhere = new Position(tables.meta(batch, append.stream()).epoch(), 0);
        storeKey(batch, keyTables.get(0), append.stream(), key, nowhere);
        return new AppendResult.Duplicate(key.messageId(), nowhere);
    }

    /** Whether the entry found a place in the backlog. */
    private boolean count(
            Batch batch, AppendRequest append, Backlog backlog, long now, UnaryOperator<BacklogRow> without) {
        StreamName inbox = append.stream();
        StreamMeta meta = tables.meta(batch, inbox);
        long gone = Math.max(
                Math.min(tables.inboxes.delivery(batch, inbox).acknowledged(), meta.head()),
                meta.head() - append.retention().entries());
        BacklogRow waiting = without.apply(tables.inboxes
                .backlog(batch, inbox, backlog.sender())
                .after(gone, now - append.retention().ageMs()));
        if (waiting.size() >= backlog.most()) {
            return false;
        }
        tables.inboxes.put(
                batch, inbox, backlog.sender(), waiting.plus(meta.head() + 1, Math.max(now, meta.touched())));
        return true;
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
        if (append.barred()
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
        append.barred().ifPresent(user -> tables.bar(batch, stream, user));
        if (before.head() == 0 && stream.isInbox()) {
            tables.inboxes.restart(batch, stream);
        }
        tables.put(batch, EntryRow.of(after.touched(), entry, append.message(), messageState));
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        append.idempotencyKey()
                .ifPresent(
                        idempotencyKey -> storeKey(batch, keyTables.get(0), stream, idempotencyKey, entry.position()));
        return new AppendResult.Stored(entry);
    }

    /** Returns the lowest seq that is kept. */
    private long trim(Batch batch, StreamName stream, StreamMeta meta, Retention retention) {
        long wanted = meta.head() + 2 - retention.entries();
        long first = meta.first();
        for (int trimmed = 0; first < wanted && trimmed < MAX_TRIMMED; trimmed++) {
            tables.deleteEntry(batch, stream, first);
            first++;
        }
        return first;
    }

    private static void storeKey(
            Batch batch, Table table, StreamName stream, IdempotencyKey idempotencyKey, Position at) {
        batch.put(
                table,
                RowKeys.idempotencyKey(stream, idempotencyKey),
                new IdempotencyRow(idempotencyKey.bodyHash(), idempotencyKey.messageId(), at).encode());
    }
}
