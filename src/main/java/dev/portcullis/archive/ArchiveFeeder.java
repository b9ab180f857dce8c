package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Gives the archive what it does not have yet of the streams. A round looks at all lanes, feeds those that are this node's, and
 * those that no other node feeds. There is one for each node; it is used on its own context only, for one round at a time.
 */
final class ArchiveFeeder {
    /** Streams whose names, and whose entries, are read together. */
    static final int STREAMS_AT_ONCE = 64;

    /** Entries of one stream that are read together. */
    private static final Bounds PART = new Bounds(500, 64 << 10);

    private static final Bounds ONE = new Bounds(1, 1);

    /** Entries that are written together. */
    private static final Bounds BATCH = new Bounds(2_000, 1 << 20);

    /** Batches that are written at a time: while an archive writes one, the next one is prepared. */
    private static final int BATCHES_AT_ONCE = 2;

    /** How long the lane of another node must wait without being fed, until this node feeds it. */
    static final long ABANDONED_MS = 2 * FeederLease.LASTS_MS;

    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();
    private static final RowRange WAITING = UnarchivedStreams.first(STREAMS_AT_ONCE);
    private static final ReadSet LANE = new ReadSet(
            List.of(UnarchivedStreams.BYTES, FeederLease.ROW, ArchiveRestoration.RESTORED), List.of(WAITING));
    private static final ReadSet BACKLOG = ReadSet.of(UnarchivedStreams.BYTES);

    private final Source source;
    private final ArchiveStore archive;
    private final ArchiveBacklog backlog;
    private final ArchiveRestoration restoration;
    private final IntPredicate isOwn;
    private final FeedListener listener;
    private final String node;
    private final Map<Integer, Long> unfedSince = new HashMap<>();
    private final StalledFeed stalled = new StalledFeed();
    private boolean stopped;
    private boolean refused;

    /** The streams of a lane that wait, from some name on, and those among them that this node feeds. */
    private record Waiting(int lane, List<StreamName> names, List<StreamName> own) {
        boolean isFull() {
            return names.size() == STREAMS_AT_ONCE;
        }

        StreamName last() {
            return names.get(names.size() - 1);
        }
    }

    /**
     * The streams as the store has them.
     *
     * @param rows the rows that name the streams which wait, and the leases
     * @param retention what is kept of streams for which nothing was set
     * @param names some of the streams that have entries, behind one of them; none at the end
     */
    record Source(
            RowStore rows,
            ArchiveSource streams,
            WindowEntries windows,
            Supplier<RetentionConfig> retention,
            Function<Optional<StreamName>, Future<List<StreamName>>> names) {
        StreamRetention retention(UnarchivedPart part) {
            return retention.get().of(part.stream(), part.own());
        }
    }

    /** Is told what a feeder did. */
    interface FeedListener {
        /**
         * @param entries how many entries the archive got
         * @param missing how many before them it will never get
         */
        void fed(long entries, long missing);
    }

    /**
     * @param node this node, as the holder of leases
     * @param isOwn the lanes that this node should feed
     */
    ArchiveFeeder(
            Source source,
            ArchiveStore archive,
            ArchiveBacklog backlog,
            String node,
            IntPredicate isOwn,
            FeedListener listener) {
        this.source = source;
        this.archive = archive;
        this.backlog = backlog;
        this.restoration = new ArchiveRestoration(archive, source.rows(), source.names());
        this.node = node;
        this.isOwn = isOwn;
        this.listener = listener;
    }

    /** Asks whether the archive answers, and has what it got. A failed future means that it does not answer, or the store. */
    Future<Void> ask() {
        return restoration.look();
    }

    /**
     * Feeds each stream that waits, up to a part of it. Returns whether one has more. A failed future means that the store or the
     * archive failed.
     */
    Future<Boolean> round() {
        return source.rows().read(LANES, LANE).compose(lanes -> {
            seen(lanes);
            lanes.values().stream()
                    .mapToLong(Rows::now)
                    .max()
                    .ifPresent(now -> stalled.see(
                            lanes.values().stream()
                                    .anyMatch(rows -> !rows.get(WAITING).isEmpty()),
                            restoration.last(),
                            now));
            unfedSince
                    .keySet()
                    .removeIf(lane -> Optional.ofNullable(lanes.get(lane))
                            .filter(rows -> !rows.get(WAITING).isEmpty())
                            .isEmpty());
            return Future.all(lanes.entrySet().stream()
                            .filter(lane -> !lane.getValue().get(WAITING).isEmpty())
                            .map(lane -> waiting(lane.getKey(), lane.getValue(), WAITING))
                            .toList())
                    .map(CompositeFuture::<Waiting>list)
                    .compose(this::feedLanes)
                    .compose(more -> restoration.note().map(more))
                    .compose(more -> restore(lanes).map(more))
                    .onSuccess(any -> refused = false);
        });
    }

    /** Feeds all streams again that an archive lacks which was restored, those too that do not wait. */
    private Future<Void> restore(Map<Integer, Rows> lanes) {
        Optional<Rows> restored = Optional.ofNullable(lanes.get(ArchiveRestoration.LANE))
                .filter(rows -> rows.get(ArchiveRestoration.RESTORED).isPresent());
        return restored.isEmpty()
                ? Future.succeededFuture()
                : isFedHere(ArchiveRestoration.LANE, restored.get())
                        .onSuccess(here -> {
                            if (here) {
                                restoration.run(this::feedLost);
                            }
                        })
                        .mapEmpty();
    }

    private Future<Void> feedLost(List<StreamName> names) {
        if (stopped) {
            return Future.failedFuture(StoreFailure.notApplied("the node stops"));
        }
        List<List<StreamName>> pages = new ArrayList<>();
        for (int from = 0; from < names.size(); from += STREAMS_AT_ONCE) {
            pages.add(names.subList(from, Math.min(names.size(), from + STREAMS_AT_ONCE)));
        }
        return ChunkedCalls.run(pages, 1, this::feedLostOf).mapEmpty();
    }

    private Future<Void> feedLostOf(List<StreamName> names) {
        return archive.positions(names)
                .compose(has -> ChunkedCalls.run(
                        IntStream.range(0, names.size()).boxed().toList(), i -> feedLost(names.get(i), has.get(i))))
                .mapEmpty();
    }

    /** The retention that was set for the stream may be lost where no entry is. */
    private Future<Void> feedLost(StreamName stream, Position has) {
        return source.streams().read(stream, OptionalLong.empty(), ONE).compose(told -> {
            Future<Void> fed = ArchivePart.lost(told, has) ? feedAgain(stream) : Future.succeededFuture();
            return told.own().equals(OwnRetention.NONE) ? fed : fed.compose(any -> tellRetention(told));
        });
    }

    private Future<Void> tellRetention(UnarchivedPart part) {
        return source.streams()
                .now()
                .compose(now -> archive.retain(part.stream(), source.retention(part), part.hidden(), now));
    }

    /** Gives the archive part after part, as far as it was said to have the stream. What is newer waits, and comes by itself. */
    private Future<Void> feedAgain(StreamName stream) {
        return archive.positions(List.of(stream))
                .compose(has -> part(stream, has.get(0))
                        .compose(part -> part.isEmpty() || stopped
                                ? Future.succeededFuture()
                                : addToArchive(List.of(part.get())).compose(left -> {
                                    if (!left.isEmpty()) {
                                        return Future.succeededFuture(); // another feeder was faster
                                    }
                                    listener.fed(
                                            part.get().rows().size(), part.get().missing());
                                    return feedAgain(stream);
                                })));
    }

    /** Looks at how much waits without feeding: it must not pass its bound while the archive is away. */
    Future<Void> look() {
        return source.rows().read(LANES, BACKLOG).onSuccess(this::seen).mapEmpty();
    }

    private void seen(Map<Integer, Rows> lanes) {
        backlog.seen(lanes.values().stream()
                .mapToLong(rows -> rows.number(UnarchivedStreams.BYTES))
                .sum());
    }

    /**
     * Whether the archive did not take what it was given last, by this node or by others: it may answer reads, and have no room or no
     * right to write.
     */
    boolean isRefused() {
        return refused || stalled.isThere();
    }

    /** Ends the round that runs with what it feeds now. */
    void stop() {
        stopped = true;
    }

    private Future<Boolean> feedLanes(List<Waiting> lanes) {
        Future<Boolean> fed =
                feed(lanes.stream().flatMap(lane -> lane.own().stream()).toList());
        for (Waiting lane : lanes) {
            fed = fed.compose(more -> feedBehind(lane).map(left -> more || left));
        }
        return fed;
    }

    /** Feeds the other streams of a lane: those with the first names must not keep them waiting. */
    private Future<Boolean> feedBehind(Waiting fed) {
        if (!fed.isFull() || fed.own().isEmpty() || stopped) {
            return Future.succeededFuture(false);
        }
        RowRange behind = UnarchivedStreams.after(fed.last(), STREAMS_AT_ONCE);
        return source.rows()
                .read(fed.lane(), new ReadSet(List.of(FeederLease.ROW), List.of(behind)))
                .compose(rows -> waiting(fed.lane(), rows, behind))
                .compose(next ->
                        feed(next.own()).compose(more -> feedBehind(next).map(left -> more || left)));
    }

    private Future<Waiting> waiting(int lane, Rows rows, RowRange range) {
        List<StreamName> names =
                rows.get(range).stream().map(row -> new StreamName(row.key())).toList();
        return isFedHere(lane, rows).map(here -> new Waiting(lane, names, here ? names : List.of()));
    }

    private Future<Boolean> isFedHere(int lane, Rows rows) {
        Optional<FeederLease> lease = FeederLease.of(rows);
        boolean mine = lease.filter(held -> held.node().equals(node)).isPresent();
        boolean wanted = isOwn.test(lane) || (lease.isEmpty() && isAbandoned(lane, rows.now()));
        if (lease.isPresent()) {
            unfedSince.remove(lane);
        }
        if (!wanted || (lease.isPresent() && !mine)) {
            return Future.succeededFuture(false);
        }
        return mine && lease.orElseThrow().isFresh(rows.now())
                ? Future.succeededFuture(true)
                : FeederLease.acquire(source.rows(), lane, node);
    }

    private boolean isAbandoned(int lane, long now) {
        return now - unfedSince.computeIfAbsent(lane, any -> now) > ABANDONED_MS;
    }

    /** Feeds a part of each of these streams. Returns whether one of them has more. */
    private Future<Boolean> feed(List<StreamName> names) {
        Future<Boolean> fed = Future.succeededFuture(false);
        for (int from = 0; from < names.size(); from += STREAMS_AT_ONCE) {
            List<StreamName> some = names.subList(from, Math.min(names.size(), from + STREAMS_AT_ONCE));
            fed = fed.compose(more ->
                    stopped ? Future.succeededFuture(more) : feedSome(some).map(left -> more || left));
        }
        return fed;
    }

    private Future<Boolean> feedSome(List<StreamName> names) {
        return Future.all(names.stream()
                        .map(stream -> source.streams().read(stream, OptionalLong.empty(), PART))
                        .toList())
                .map(CompositeFuture::<UnarchivedPart>list)
                .compose(parts -> {
                    List<ArchivePart> next = new ArrayList<>();
                    List<UnarchivedPart> empty = new ArrayList<>();
                    for (UnarchivedPart part : parts) {
                        if (part.rows().isEmpty()) {
                            empty.add(part);
                        } else {
                            next.add(new ArchivePart(
                                    part.stream(),
                                    part.archived(),
                                    part.archived().seq(),
                                    part.rows(),
                                    source.retention(part),
                                    part.hidden()));
                        }
                    }
                    boolean more = parts.stream().anyMatch(UnarchivedPart::more);
                    return Future.all(
                                    addBatches(next),
                                    Future.all(empty.stream().map(this::retain).toList()))
                            .map(more);
                });
    }

    /** A stream that waits without entries was given another retention, which no part brings. */
    private Future<Void> retain(UnarchivedPart part) {
        return tellRetention(part).compose(any -> confirm(part.stream(), part.head(), 0));
    }

    /** No two batches have entries of one stream. */
    private Future<Void> addBatches(List<ArchivePart> parts) {
        List<List<ArchivePart>> batches = new ArrayList<>();
        List<ArchivePart> batch = new ArrayList<>();
        int entries = 0;
        long bytes = 0;
        for (ArchivePart part : parts) {
            batch.add(part);
            entries += part.rows().size();
            bytes += part.bytes();
            if (entries >= BATCH.entries() || bytes >= BATCH.bytes()) {
                batches.add(batch);
                batch = new ArrayList<>();
                entries = 0;
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return ChunkedCalls.run(batches, BATCHES_AT_ONCE, this::add).mapEmpty();
    }

    private Future<Void> add(List<ArchivePart> batch) {
        return addToArchive(batch).compose(left -> {
            Future<Void> confirmed = confirm(
                    batch.stream().filter(part -> !left.contains(part.stream())).toList());
            List<ArchivePart> others =
                    batch.stream().filter(part -> left.contains(part.stream())).toList();
            return left.isEmpty() ? confirmed : confirmed.compose(any -> resume(others));
        });
    }

    private Future<Set<StreamName>> addToArchive(List<ArchivePart> parts) {
        return archive.add(parts).onComplete(added -> refused = added.failed());
    }

    /**
     * Goes on from where the archive is: another node has fed it, it was restored to an earlier state, or the store has lost what
     * it was told, or entries that the archive has.
     */
    private Future<Void> resume(List<ArchivePart> refused) {
        List<StreamName> streams = refused.stream().map(ArchivePart::stream).toList();
        return archive.positions(streams).compose(positions -> {
            List<Future<Optional<ArchivePart>>> parts = new ArrayList<>();
            boolean lost = false;
            for (int i = 0; i < streams.size(); i++) {
                parts.add(part(streams.get(i), positions.get(i)));
                lost |= positions.get(i).seq() < refused.get(i).from().seq();
            }
            return (lost ? restoration.found() : Future.<Void>succeededFuture())
                    .compose(any -> Future.all(parts))
                    .map(CompositeFuture::<Optional<ArchivePart>>list)
                    .compose(found -> {
                        List<ArchivePart> again =
                                found.stream().flatMap(Optional::stream).toList();
                        return again.isEmpty()
                                ? Future.succeededFuture()
                                : addToArchive(again)
                                        .compose(left -> confirm(again.stream()
                                                .filter(part -> !left.contains(part.stream()))
                                                .toList()));
                    });
        });
    }

    /** The part that the archive needs next; empty if it has all entries that the store has, which the store is told. */
    private Future<Optional<ArchivePart>> part(StreamName stream, Position archived) {
        return source.streams().read(stream, OptionalLong.empty(), PART).compose(told -> {
            long shared = ArchivePart.shared(told, archived);
            Future<UnarchivedPart> read = shared == told.archived().seq()
                    ? Future.succeededFuture(told)
                    : source.streams().read(stream, OptionalLong.of(shared), PART);
            return read.compose(part -> part.rows().isEmpty()
                    ? confirm(stream, part.head(), 0).map(Optional.empty())
                    : Future.succeededFuture(Optional.of(new ArchivePart(
                            stream, archived, shared, part.rows(), source.retention(part), part.hidden()))));
        });
    }

    private Future<Void> confirm(List<ArchivePart> parts) {
        parts.forEach(part -> {
            listener.fed(part.rows().size(), part.missing());
            restoration.fed(part.stream(), part.to());
        });
        return Future.all(parts.stream()
                        .map(part -> confirm(part.stream(), part.to(), part.bytes()))
                        .toList())
                .mapEmpty();
    }

    private Future<Void> confirm(StreamName stream, Position upTo, long bytes) {
        return source.streams().confirm(stream, upTo, bytes, source.windows().of(stream));
    }
}
