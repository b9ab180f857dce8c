package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.store.rows.Stamp;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.BlockList;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.ExpiringMessages;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.PairedResult;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.BacklogRow;
import dev.portcullis.streams.record.EditPlace;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Appends in one atomic step. It validates first and writes last. */
final class EmbeddedAppend {
    /** Spreads the trim after a shortened window over several appends, so that none takes long. */
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
                .or(() -> append.change().flatMap(change -> refused(batch, append.stream(), change)))
                .orElseGet(() -> {
                    Admission admission = admit(batch, append, keyTables, now);
                    return admission
                            .outcome()
                            .or(() -> append.change()
                                    .flatMap(MessageChange::knownAt)
                                    .map(seq -> known(batch, append, keyTables, seq)))
                            .orElseGet(() -> store(batch, append, keyTables, admission.plan(), event, now));
                });
    }

    /** The outcome where the caller refuses the amendment, or the message is no longer as it was read. */
    private Optional<AppendResult> refused(Batch batch, StreamName stream, MessageChange change) {
        return change.refusal()
                .<AppendResult>map(why -> why)
                .or(() -> change.message()
                        .filter(message -> !isAsRead(batch, stream, message))
                        .map(any -> Refusal.CHANGED));
    }

    private boolean isAsRead(Batch batch, StreamName stream, StoredMessage message) {
        return tables.entry(batch, stream, message.entry().position().seq())
                .map(row -> Arrays.equals(row.head(), EntryRow.of(message).head()))
                .orElse(message.archived().isPresent());
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
    private Admission admit(Batch batch, AppendRequest append, List<Table> keyTables, long now) {
        StreamName inbox = append.stream();
        if (!inbox.isInbox()) {
            return new Admission(Optional.empty(), Optional.empty());
        }
        boolean deletes = append.deletes();
        StreamMeta meta = tables.meta(batch, inbox);
        Optional<BacklogRow> waiting = append.backlog().map(backlog -> waiting(batch, append, backlog, meta, now));
        boolean isFull = waiting.filter(row ->
                        row.count(deletes) >= append.backlog().orElseThrow().most() || (row.hasTrimmed() && !deletes))
                .isPresent();
        Optional<InboxTrim.Plan> plan = Optional.of(isFull)
                .filter(full -> !full)
                .map(any -> trim.plan(batch, append, meta, waiting, now))
                .filter(each -> !each.refuses());
        if (plan.isEmpty()) {
            return new Admission(Optional.of(Refusal.BACKLOG_FULL), plan);
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
                        now - append.window().ageMs());
    }

    /** The outcome where the permit does not hold any more. Fails if there is no room for the event that tells of the entry. */
    private Optional<AppendResult> changed(Batch batch, AppendRequest append, WriteSet event) {
        rows.requireRoom(batch, append.stream().lane(), event);
        return isPermitted(batch, append) ? Optional.empty() : Optional.of(Refusal.CHANGED);
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
            return Refusal.CHANGED;
        }
        return IdempotencyKeys.find(batch, keyTables, RowKeys.lastLeave(append.stream(), user))
                .map(row -> {
                    IdempotencyKey key = append.idempotencyKey().orElseThrow();
                    batch.put(keyTables.get(0), RowKeys.idempotencyKey(append.stream(), key), row.encode());
                    return row.resultFor(key);
                })
                .orElseGet(() -> Refusal.ABSENT);
    }

    /**
     * Answers a blocked sender. The store remembers the append's key at seq 0, and counts it in their backlog, but there is no
     * entry: the sender sees the same as if the recipient were away.
     */
    private Optional<AppendResult> blocked(Batch batch, AppendRequest append, List<Table> keyTables, Backlog backlog) {
        StreamName inbox = append.stream();
        if (!rows.has(batch, inbox.lane(), new BlockList(inbox).row(backlog.sender()))) {
            return Optional.empty();
        }
        return Optional.of(known(batch, append, keyTables, 0));
    }

    /** Makes the store remember the append's key at this seq, without an entry of its own. */
    private AppendResult known(Batch batch, AppendRequest append, List<Table> keyTables, long seq) {
        Position at = new Position(tables.meta(batch, append.stream()).epoch(), seq);
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
            return Optional.of(Refusal.EXPIRED);
        }
        if (append.leaver().isPresent() && !append.permit().changes()) {
            return append.leaver().map(user -> leftBefore(batch, append, user, keyTables));
        }
        if (append.author()
                .filter(user -> tables.isBarred(batch, append.stream(), user))
                .isPresent()) {
            return Optional.of(Refusal.BARRED);
        }
        if (append.barred()
                .filter(user -> isFull(batch, append.stream(), user, append.mostBars()))
                .isPresent()) {
            return Optional.of(Refusal.FULL);
        }
        return Optional.empty();
    }

    /** Whether this user can't be barred because the stream has its maximum of other barred users. */
    private boolean isFull(Batch batch, StreamName stream, UserId user, int most) {
        return !tables.isBarred(batch, stream, user)
                && rows.get(batch, stream.lane(), StreamBars.count(stream))
                        .filter(bars -> Long.parseLong(bars) >= most)
                        .isPresent();
    }

    private void bar(Batch batch, StreamName stream, UserId user) {
        if (!tables.isBarred(batch, stream, user)) {
            WriteSet bar = WriteSet.of(StreamBars.of(stream, user), "").add(StreamBars.count(stream), 1);
            rows.write(batch, stream.lane(), bar);
        }
    }

    private AppendResult.Stored store(
            Batch batch,
            AppendRequest append,
            List<Table> keyTables,
            Optional<InboxTrim.Plan> plan,
            WriteSet event,
            long now) {
        StreamName stream = append.stream();
        StreamMeta before = StreamMeta.in(currentRun(batch), tables.storedMeta(batch, stream));
        append.change()
                .ifPresent(change -> change.message() // before the trim, which may delete it
                        .ifPresent(read -> amend(batch, append, read, change.becomes(), before.head() + 1)));
        StreamMeta kept = plan.map(each -> trim.apply(batch, stream, before, each))
                .orElseGet(() -> before.from(
                        trim(
                                batch,
                                stream,
                                before,
                                append.window().of(before.retention().own())),
                        0));
        StreamMeta after = kept.appended(now, append.window()).archived(archived(before, append.window()));
        StreamEntry entry =
                new StreamEntry(stream, after.position(), append.timestamp(), append.body(), append.ended(), 0);
        append.barred().ifPresent(user -> bar(batch, stream, user));
        rows.write(
                batch,
                stream.lane(),
                event.and(ExpiringMessages.writes(append)).and(WriteSet.of(append.permit())),
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
        EntryRow row = EntryRow.of(after.touched(), entry, append);
        tables.put(batch, row);
        if (append.window().archived()) {
            leaveToArchive(batch, before, row);
        }
        if (stream.isInbox()) {
            tables.inboxes.addToConversation(batch, row);
        }
        plan.ifPresent(each -> trim.appended(batch, row, each));
        tables.expiry.move(batch, stream, before.dueAt(), after.dueAt());
        tables.put(batch, stream, after);
        append.idempotencyKey().ifPresent(key -> {
            byte[] known = storeKey(batch, keyTables.get(0), stream, key, entry.position());
            append.leaver().ifPresent(user -> batch.put(keyTables.get(0), RowKeys.lastLeave(stream, user), known));
            append.change()
                    .flatMap(MessageChange::elsewhere)
                    .ifPresent(place -> batch.put(
                            keyTables.get(0),
                            RowKeys.editPlace(
                                    stream, append.message().orElseThrow().id()),
                            EditPlace.encode(place)));
        });
        int lost = plan.map(InboxTrim.Plan::trimmed).orElse(0);
        trimmed.accept(lost);
        return new AppendResult.Stored(entry, lost);
    }

    /** What was written is replaced by that it was deleted, in the message and in all its edits that are still kept. */
    private void amend(Batch batch, AppendRequest append, StoredMessage read, EntryState becomes, long seq) {
        StreamName stream = append.stream();
        Optional<EntryRow> message =
                tables.entry(batch, stream, read.entry().position().seq());
        message.map(row -> row.amended(becomes, seq))
                .ifPresent(row -> tables.put(batch, append.deletes() ? row.saying(append.body()) : row));
        message.filter(any -> append.deletes())
                .ifPresent(row -> rows.write(
                        batch,
                        stream.lane(),
                        RemovedFiles.writes(stream, read.author(), row.entry().body())));
        Optional<EntryRow> edit = append.deletes() ? amendment(batch, stream, read.amendedBy()) : Optional.empty();
        while (edit.isPresent()) {
            edit.filter(row -> !row.isGap()).ifPresent(row -> tables.put(batch, row.saying(append.body())));
            edit = amendment(batch, stream, edit.get().amendment());
        }
    }

    private Optional<EntryRow> amendment(Batch batch, StreamName stream, long seq) {
        return seq > 0 ? tables.entry(batch, stream, seq) : Optional.empty();
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

    /** The position up to which the archive has the stream, from this append on; empty if no archive follows it. */
    private static Optional<Position> archived(StreamMeta before, StreamWindow window) {
        return window.archived() ? before.archived().or(() -> Optional.of(ArchivedHeads.NOTHING)) : Optional.empty();
    }

    private void leaveToArchive(Batch batch, StreamMeta before, EntryRow row) {
        StreamName stream = row.entry().stream();
        WriteSet waits = before.waitsForArchive() ? WriteSet.NONE : WriteSet.of(UnarchivedStreams.row(stream), "");
        rows.write(batch, stream.lane(), waits.add(UnarchivedStreams.BYTES, row.encode().length));
    }

    /** Trims entries, but none that waits for the archive. Returns the lowest seq that is kept. */
    private long trim(Batch batch, StreamName stream, StreamMeta meta, StreamWindow window) {
        long wanted = Math.min(meta.head() + 1 - window.entries(), meta.released(window)) + 1;
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
