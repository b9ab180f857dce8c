package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.store.rows.Stamp;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AmendRequest;
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
import dev.portcullis.streams.record.EditOrder;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Appends in one atomic step. It validates first and writes last. */
final class EmbeddedAppend {
    /** Spreads the trim after a shortened retention over several appends, so that none takes long. */
    private static final int MAX_TRIMMED = 8;

    private final StreamTables tables;
    private final InboxTrim trim;
    private final MessageEvents events;
    private final EmbeddedRows rows;
    private final RecentDetachments detachments;
    private final IntConsumer trimmed;
    private final Optional<String> formerEpoch;
    private final LongSupplier wall;

    /**
     * @param trimmed is told how many entries of an inbox were removed before they were delivered
     * @param formerEpoch the store's run when it was opened; empty if that run began with this opening
     * @param wall the clock for {@code notAfter} and for events
     */
    EmbeddedAppend(
            StreamTables tables,
            MessageEvents events,
            EmbeddedRows rows,
            RecentDetachments detachments,
            IntConsumer trimmed,
            Optional<String> formerEpoch,
            LongSupplier wall) {
        this.tables = tables;
        this.trim = new InboxTrim(tables);
        this.events = events;
        this.rows = rows;
        this.detachments = detachments;
        this.trimmed = trimmed;
        this.formerEpoch = formerEpoch;
        this.wall = wall;
    }

    AppendResult run(Batch batch, AppendRequest append, long now) {
        List<Table> keyTables = keyTables(batch, append, now);
        WriteSet event = events.of(append);
        return withoutWrite(batch, append, keyTables)
                .or(() -> changed(batch, append, event))
                .orElseGet(() -> {
                    Admission admission = admit(batch, append, keyTables, false, now);
                    return admission
                            .outcome()
                            .orElseGet(() ->
                                    store(batch, append, EntryState.MESSAGE, keyTables, admission.plan(), event, now));
                });
    }

    /** Both appends or none are committed. */
    PairedResult run(Batch batch, PairedAppend pair, long now) {
        AppendResult first = run(batch, pair.append(), now);
        if (pair.endsWith(first)) {
            return pair.result(first, first);
        }
        Optional<StreamEntry> earlier = pair.earlierEntry(first)
                .flatMap(at -> tables.entry(batch, pair.append().stream(), at.seq()))
                .filter(row -> !row.isGap())
                .map(EntryRow::entry);
        return pair.result(first, run(batch, pair.second(first, earlier), now));
    }

    /** @param found the message, as a search found it before this step */
    AmendResult run(Batch batch, AmendRequest amend, Optional<FoundMessage> found, long now) {
        AppendRequest entry = amend.entry();
        List<Table> keyTables = keyTables(batch, entry, now);
        WriteSet event = events.of(amend);
        Optional<AppendResult> early = withoutWrite(batch, entry, keyTables).or(() -> changed(batch, entry, event));
        if (early.isPresent()) {
            return new AmendResult.Appended(early.get());
        }
        StreamMeta meta = tables.meta(batch, entry.stream());
        Optional<EntryRow> message = found.filter(at -> at.seq() >= meta.first())
                .flatMap(at -> tables.entry(batch, entry.stream(), at.seq()))
                .filter(row -> row.isMessage(amend.messageId()) && row.stored() >= meta.horizon(now));
        Optional<AmendResult> refusal = message.map(row -> row.refusalOf(
                        amend, found.orElseThrow().edits(meta.head(), seq -> tables.entry(batch, entry.stream(), seq))))
                .orElse(Optional.of(new AmendResult.NotFound()));
        Optional<EntryRow> deleted = message.filter(
                row -> row.state() == EntryState.DELETED && refusal.equals(Optional.of(new AmendResult.NotFound())));
        boolean refuses = amend.elsewhere().isEmpty() || (deleted.isPresent() && !amend.isKnownIfDeleted());
        if (refusal.isPresent() && refuses) {
            return refusal.get();
        }
        Admission admission = admit(batch, entry, keyTables, amend.deletes(), now);
        return new AmendResult.Appended(admission
                .outcome()
                .or(() -> deleted.map(EntryRow::amendedBy)
                        .or(() -> laterEdit(batch, amend, keyTables))
                        .map(seq -> known(batch, entry, keyTables, new Position(meta.epoch(), seq))))
                .orElseGet(() -> {
                    message.filter(any -> refusal.isEmpty()) // before the append, which may trim it
                            .ifPresent(row -> tables.put(batch, row.amended(amend.change(), meta.head() + 1)));
                    AppendResult.Stored stored =
                            store(batch, entry, EntryState.AMENDMENT, keyTables, admission.plan(), event, now);
                    amend.editedElsewhere().ifPresent(first -> keep(batch, amend, keyTables, first, stored));
                    return stored;
                }));
    }

    /** The seq of a later edit of the message; the stream that decides has it behind this one. */
    private static Optional<Long> laterEdit(Batch batch, AmendRequest amend, List<Table> keyTables) {
        return amend.editedElsewhere()
                .flatMap(first -> IdempotencyKeys.row(batch, keyTables, EditOrder.key(amend.append().stream(), amend))
                        .map(EditOrder::decode)
                        .filter(newest -> newest.isAfter(first)))
                .map(newest -> newest.own().seq());
    }

    private static void keep(
            Batch batch, AmendRequest amend, List<Table> keyTables, Position first, AppendResult.Stored stored) {
        batch.put(
                keyTables.get(0),
                EditOrder.key(amend.append().stream(), amend),
                new EditOrder(first, stored.entry().position()).encode());
    }

    /**
     * The decision whether an inbox takes an entry.
     *
     * @param outcome the outcome if no entry follows
     * @param plan the plan that makes its place; empty for another stream
     */
    private record Admission(Optional<AppendResult> outcome, Optional<InboxTrim.Plan> plan) {}

    /**
     * Counts an entry of an inbox in its sender's backlog, unless the entry is refused. A blocked sender is refused like another.
     */
    private Admission admit(Batch batch, AppendRequest append, List<Table> keyTables, boolean deletes, long now) {
        StreamName inbox = append.stream();
        if (!inbox.isInbox()) {
            return new Admission(Optional.empty(), Optional.empty());
        }
        StreamMeta meta = tables.meta(batch, inbox);
        Optional<BacklogRow> waiting = append.backlog().map(backlog -> waiting(batch, append, backlog, meta, now));
        boolean isFull = waiting.filter(row ->
                        row.count(deletes) >= append.backlog().orElseThrow().most() || (row.hasTrimmed() && !deletes))
                .isPresent();
        Optional<InboxTrim.Plan> plan = Optional.of(isFull)
                .filter(full -> !full)
                .map(any -> trim.plan(batch, append, meta, waiting, deletes, now))
                .filter(each -> !each.refuses());
        if (plan.isEmpty()) {
            return new Admission(Optional.of(new AppendResult.BacklogFull()), plan);
        }
        waiting.ifPresent(row -> tables.inboxes.put(
                batch,
                inbox,
                append.backlog().orElseThrow().sender(),
                row.plus(new BacklogRow.Entry(meta.head() + 1, Math.max(now, meta.touched()), deletes))));
        return new Admission(append.backlog().flatMap(each -> blocked(batch, append, keyTables, each)), plan);
    }

    private BacklogRow waiting(Batch batch, AppendRequest append, Backlog of, StreamMeta meta, long now) {
        StreamName inbox = append.stream();
        long acknowledged = Math.min(tables.inboxes.delivery(batch, inbox).acknowledged(), meta.head());
        return tables.inboxes
                .backlog(batch, inbox, of.sender())
                .after(
                        Math.max(acknowledged, meta.first() - 1),
                        now - append.retention().ageMs());
    }

    /** The outcome where the permit does not hold any more. Fails if there is no room for the event that tells of the entry. */
    private Optional<AppendResult> changed(Batch batch, AppendRequest append, WriteSet event) {
        rows.requireRoom(batch, append.stream().lane(), event);
        return isPermitted(batch, append) ? Optional.empty() : Optional.of(new AppendResult.Changed());
    }

    private boolean isPermitted(Batch batch, AppendRequest append) {
        return rows.areUnchanged(batch, append.stream().lane(), append.permit());
    }

    /**
     * Gives a user who wants to leave and is no member the outcome of their last leave. The store remembers the append's own key
     * from then on, since another attempt may be made when the user has come back.
     */
    private AppendResult leftBefore(Batch batch, AppendRequest append, UserId user, List<Table> keyTables) {
        if (!isPermitted(batch, append)) {
            return new AppendResult.Changed();
        }
        return IdempotencyKeys.find(batch, keyTables, RowKeys.lastLeave(append.stream(), user))
                .map(row -> {
                    IdempotencyKey key = append.idempotencyKey().orElseThrow();
                    batch.put(keyTables.get(0), RowKeys.idempotencyKey(append.stream(), key), row.encode());
                    return row.resultFor(key);
                })
                .orElseGet(AppendResult.Absent::new);
    }

    /**
     * Answers a blocked sender. The store remembers the append's key at seq 0, and counts it in their backlog, but there is no
     * entry: the sender sees the same as if the recipient were away.
     */
    private Optional<AppendResult> blocked(Batch batch, AppendRequest append, List<Table> keyTables, Backlog backlog) {
        if (!tables.inboxes.isBlocked(batch, append.stream(), backlog.sender())) {
            return Optional.empty();
        }
        Position nowhere = new Position(tables.meta(batch, append.stream()).epoch(), 0);
        return Optional.of(known(batch, append, keyTables, nowhere));
    }

    /** Makes the store remember the append's key at this position, without an entry of its own. */
    private static AppendResult known(Batch batch, AppendRequest append, List<Table> keyTables, Position at) {
        IdempotencyKey key = append.idempotencyKey().orElseThrow();
        storeKey(batch, keyTables.get(0), append.stream(), key, at);
        return new AppendResult.Duplicate(key.messageId(), at);
    }

    private List<Table> keyTables(Batch batch, AppendRequest append, long now) {
        return append.idempotencyKey().isPresent() ? tables.keys.activeFirst(batch, now) : List.of();
    }

    /** The outcome of an append that writes no entry: it was done already, or it is refused. */
    private Optional<AppendResult> withoutWrite(Batch batch, AppendRequest append, List<Table> keyTables) {
        Optional<AppendResult> earlier = append.idempotencyKey()
                .flatMap(idempotencyKey -> IdempotencyKeys.find(
                                batch, keyTables, RowKeys.idempotencyKey(append.stream(), idempotencyKey))
                        .map(row -> row.resultFor(idempotencyKey)));
        if (earlier.isPresent()) {
            return earlier;
        }
        if (wall.getAsLong() > append.notAfter()) {
            return Optional.of(new AppendResult.Expired());
        }
        if (append.leaver().isPresent() && !append.permit().changes()) {
            return append.leaver().map(user -> leftBefore(batch, append, user, keyTables));
        }
        if (append.author()
                .filter(user -> tables.bars.isBarred(batch, append.stream(), user))
                .isPresent()) {
            return Optional.of(new AppendResult.Barred());
        }
        if (append.barred()
                .filter(user -> tables.bars.isFull(batch, append.stream(), user, append.mostBars()))
                .isPresent()) {
            return Optional.of(new AppendResult.Full());
        }
        return Optional.empty();
    }

    private AppendResult.Stored store(
            Batch batch,
            AppendRequest append,
            EntryState messageState,
            List<Table> keyTables,
            Optional<InboxTrim.Plan> plan,
            WriteSet event,
            long now) {
        StreamName stream = append.stream();
        StreamMeta before = StreamMeta.in(currentRun(batch), tables.storedMeta(batch, stream));
        StreamMeta kept = plan.map(each -> trim.apply(batch, stream, before, each))
                .orElseGet(() -> before.from(trim(batch, stream, before, append.retention()), 0));
        StreamMeta after = kept.appended(now, append.retention());
        StreamEntry entry =
                new StreamEntry(stream, after.position(), append.timestamp(), append.body(), append.ended(), 0);
        append.barred().ifPresent(user -> tables.bars.bar(batch, stream, user));
        rows.write(
                batch,
                stream.lane(),
                event.and(WriteSet.of(append.permit())),
                new Stamp(
                        wall.getAsLong(),
                        after.position().epoch(),
                        after.position().seq()));
        if (append.detaches()) {
            detachments.note(stream, now);
        }
        if (before.head() == 0 && stream.isInbox()) {
            tables.inboxes.restart(batch, stream);
        }
        EntryRow row = EntryRow.of(after.touched(), entry, append.message(), messageState);
        tables.put(batch, row);
        if (stream.isInbox()) {
            tables.inboxes.conversations.add(batch, row);
        }
        plan.ifPresent(each -> trim.appended(batch, row, each));
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        append.idempotencyKey().ifPresent(key -> {
            byte[] known = storeKey(batch, keyTables.get(0), stream, key, entry.position());
            append.leaver().ifPresent(user -> batch.put(keyTables.get(0), RowKeys.lastLeave(stream, user), known));
        });
        int lost = plan.map(InboxTrim.Plan::trimmed).orElse(0);
        trimmed.accept(lost);
        return new AppendResult.Stored(entry, lost);
    }

    /**
     * Begins the run of this opening with its first entry. Until then positions are of the former run, and stay valid in any copy
     * of the store.
     */
    private StoreRuns currentRun(Batch batch) {
        StoreRuns runs = tables.runs(batch);
        if (formerEpoch.filter(runs.current()::equals).isEmpty()) {
            return runs;
        }
        StoreRuns begun = runs.begin(RandomEpoch.next());
        tables.put(batch, begun);
        return begun;
    }

    /** Trims entries. Returns the lowest seq that is kept. */
    private long trim(Batch batch, StreamName stream, StreamMeta meta, Retention retention) {
        long wanted = meta.head() + 2 - retention.entries();
        long first = meta.first();
        for (int trimmed = 0; first < wanted && trimmed < MAX_TRIMMED; trimmed++) {
            tables.deleteEntry(batch, stream, first);
            first++;
        }
        return first;
    }

    /** Stores the key. Returns its row. */
    private static byte[] storeKey(
            Batch batch, Table table, StreamName stream, IdempotencyKey idempotencyKey, Position at) {
        byte[] row = new IdempotencyRow(idempotencyKey.bodyHash(), idempotencyKey.messageId(), at).encode();
        batch.put(table, RowKeys.idempotencyKey(stream, idempotencyKey), row);
        return row;
    }
}
