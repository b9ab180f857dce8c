package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveExtent;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.RecentErasures;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The archive in the store of a single node. It shares the store's one writer and its log with the streams, so it writes in small
 * steps, one after another: appends that wait meanwhile are committed with the next step. Superseded entries are deleted.
 */
public final class EmbeddedArchive implements ArchiveStore {
    /** The rows and bytes of one step. A step takes about 1 ms, for which the appends of the node wait. */
    private static final int ROWS_AT_ONCE = 64;

    private static final int BYTES_AT_ONCE = 256 << 10;

    /** The folder of the index, in that of the store: what takes the store's place takes that of the index too. */
    private static final String INDEX = "search";

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final ArchiveSteps steps;
    private final SizeSweep sweep;
    private final RetentionSteps retention;
    private final ErasureSteps erasures;
    private final HeldRows held;
    private final RecentErasures recent = new RecentErasures();
    private final Optional<MessageIndex> index;

    /** Opens an archive without an index. Call it while starting: it blocks while it creates tables. */
    EmbeddedArchive(EmbeddedStore store, long mostBytes) {
        this(store, new ArchiveTables(store), mostBytes, Optional.empty());
    }

    /**
     * Opens the archive and its index. Call it while starting: it blocks while it creates tables.
     *
     * @param mostBytes the most bytes of entries; see {@link #sweep}
     */
    public static EmbeddedArchive open(EmbeddedStore store, long mostBytes) {
        ArchiveTables tables = new ArchiveTables(store);
        Path folder = store.folder().resolve(INDEX);
        return new EmbeddedArchive(store, tables, mostBytes, Optional.of(EmbeddedIndex.open(store, tables, folder)));
    }

    private EmbeddedArchive(EmbeddedStore store, ArchiveTables tables, long mostBytes, Optional<MessageIndex> index) {
        this.store = store;
        this.tables = tables;
        this.index = index;
        this.retention = new RetentionSteps(store, tables);
        this.steps = new ArchiveSteps(tables, retention);
        this.erasures = new ErasureSteps(store, tables);
        this.held = new HeldRows(tables);
        this.sweep = new SizeSweep(store, tables, steps, mostBytes);
    }

    @Override
    public Future<List<Position>> positions(List<StreamName> streams) {
        return store.read(
                streams.size(),
                reader -> streams.stream()
                        .map(name -> tables.stream(reader, name).head())
                        .toList());
    }

    @Override
    public Future<Set<StreamName>> add(List<ArchivePart> parts) {
        Set<StreamName> leftOut = new HashSet<>();
        return withoutSuperseded(parts, leftOut).compose(rest -> addAll(rest, leftOut));
    }

    private Future<Set<StreamName>> addAll(List<ArchivePart> parts, Set<StreamName> leftOut) {
        PartQueue queue = new PartQueue(parts, ROWS_AT_ONCE, BYTES_AT_ONCE);
        return RepeatedStep.untilDone(() -> {
            List<ArchivePart> some = queue.next();
            return some.isEmpty()
                    ? Future.succeededFuture(Optional.of(Set.copyOf(leftOut)))
                    : store.write(batch -> add(batch, some, leftOut)).map(stale -> {
                        leftOut.addAll(stale);
                        return Optional.empty();
                    });
        });
    }

    private List<StreamName> add(Batch batch, List<ArchivePart> parts, Set<StreamName> leftOut) {
        return steps.add(
                batch,
                recent.applied(parts.stream()
                        .filter(part -> !leftOut.contains(part.stream()))
                        .toList()));
    }

    /** Removes superseded entries first. The parts then go on from a position without them. */
    private Future<List<ArchivePart>> withoutSuperseded(List<ArchivePart> parts, Set<StreamName> leftOut) {
        Future<List<ArchivePart>> all = Future.succeededFuture(new ArrayList<>());
        for (ArchivePart part : parts) {
            all = part.shared() == part.from().seq()
                    ? all.onSuccess(rest -> rest.add(part))
                    : all.compose(rest -> supersede(part).map(found -> {
                        found.ifPresentOrElse(rest::add, () -> leftOut.add(part.stream()));
                        return rest;
                    }));
        }
        return all;
    }

    /**
     * The part from the position at which the archive is without superseded entries; empty if another feeder was faster. Each step
     * leaves the archive at a lower position of the stream, from which any feeder can go on.
     */
    private Future<Optional<ArchivePart>> supersede(ArchivePart part) {
        Position[] at = {part.from()};
        return RepeatedStep.untilDone(() -> store.write(
                        batch -> steps.supersede(batch, part.stream(), at[0], part.shared(), ROWS_AT_ONCE))
                .map(reached -> {
                    reached.ifPresent(head -> at[0] = head);
                    return reached.filter(head -> head.seq() > part.shared()).isPresent()
                            ? Optional.empty()
                            : Optional.of(reached.map(head -> part.of(head, head.seq(), part.rows())));
                }));
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return query(stream, query -> query.latest(before, bounds));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return query(stream, query -> query.after(after, bounds));
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        return query(read.of().inbox(), query -> query.conversation(read, bounds));
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId) {
        return query(stream, query -> query.find(messageId));
    }

    @Override
    public Future<List<LatestEntry>> messages(List<Place> places) {
        return store.readCold(reader -> places.stream()
                .map(place -> new ArchiveQuery(tables, reader, place.stream()).at(place.seq()))
                .flatMap(Optional::stream)
                .toList());
    }

    @Override
    public Optional<MessageIndex> index() {
        return index;
    }

    /** What a feeder of this process has read is in no other one, so memory is the place to remember whom it still names. */
    @Override
    public Future<Disowned> erase(Erasure erasure, long notAfter) {
        recent.add(new RecentErasures.Recent(erasure, notAfter));
        return erasures.erase(erasure);
    }

    @Override
    public Future<Long> clear(StreamName inbox, Position head, HoldReader holds) {
        return erasures.clear(inbox, head, holds);
    }

    @Override
    public Future<Void> retain(StreamName stream, StreamRetention kept, long hidden, long now) {
        return store.write(batch -> retention.retain(batch, stream, kept, hidden, now))
                .mapEmpty();
    }

    /** One run at a time, and one that finds nothing due reads one row. */
    @Override
    public Future<Long> expire(long now, HoldReader holds) {
        return retention.expire(now, holds);
    }

    @Override
    public Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most) {
        return retention.retained(after, most);
    }

    @Override
    public Future<String> applied() {
        return store.read(tables::applied);
    }

    @Override
    public Future<Void> applied(String configuration) {
        return store.write(batch -> {
                    tables.putApplied(batch, configuration);
                    return true;
                })
                .mapEmpty();
    }

    /** The bytes of all entries and their keys, before they are compressed. */
    public Future<Long> bytes() {
        return store.read(reader -> totals(reader).bytes());
    }

    /** The number of all entries. */
    public Future<Long> entries() {
        return store.read(reader -> totals(reader).entries());
    }

    /** Removes them in small steps. One sweep runs at a time, and one that finds nothing to remove reads two rows. */
    @Override
    public Future<Long> sweep(HoldReader holds) {
        return sweep.run(holds);
    }

    @Override
    public Future<List<EntryRow>> rows(StreamName stream, String messageId) {
        return store.readCold(reader -> tables.rows(reader, stream, messageId));
    }

    @Override
    public Future<Void> keep(List<HeldMessage> copies) {
        return store.write(batch -> {
                    held.keep(batch, copies);
                    return true;
                })
                .mapEmpty();
    }

    @Override
    public Future<List<HeldMessage>> held(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        return store.readCold(reader -> held.read(reader, hold, after, bounds));
    }

    @Override
    public Future<Long> release(PlacedHold hold) {
        return store.write(batch -> (long) held.release(batch, hold, ROWS_AT_ONCE));
    }

    @Override
    public Future<Long> heldBytes() {
        return store.read(reader -> held.totals(reader).bytes());
    }

    @Override
    public Future<Set<Hold>> holding(UserId author, Holds holds) {
        return store.readCold(reader -> held.holding(reader, author, holds));
    }

    @Override
    public Future<List<RemovedFile>> removedFiles(int most) {
        return store.read(reader -> tables.removedFiles(reader, most));
    }

    @Override
    public Future<Void> filesTaken(List<RemovedFile> files) {
        return store.write(batch -> {
                    tables.forget(batch, files);
                    return true;
                })
                .mapEmpty();
    }

    @Override
    public ArchiveExtent extent() {
        return sweep.extent();
    }

    private ArchiveTotals totals(Reader reader) {
        return tables.totals(reader);
    }

    private <T> Future<T> query(StreamName stream, Function<ArchiveQuery, T> query) {
        return store.readCold(reader -> query.apply(new ArchiveQuery(tables, reader, stream)));
    }
}
