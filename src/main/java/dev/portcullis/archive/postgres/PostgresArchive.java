package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.archive.RecentErasures.Recent;
import dev.portcullis.archive.postgres.ConnectionPool.Work;
import dev.portcullis.archive.postgres.PartTransaction.Added;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
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
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/** The archive in PostgreSQL, which all nodes share. */
public final class PostgresArchive implements ArchiveStore {
    private final DataSource source;
    private final ConnectionPool pool;
    private final PostgresLog log;
    private final IndexFiller filler;
    private final PendingWords pending;
    private final MonthTables months = new MonthTables();
    private final IntConsumer superseded;
    private final long searchMs;
    private final ReentrantLock preparing = new ReentrantLock();
    private volatile boolean prepared;

    private PostgresArchive(Vertx vertx, PostgresConfig config, IntConsumer superseded) {
        this.superseded = superseded;
        this.searchMs = config.statementMs();
        this.source = PostgresDriver.of(config);
        this.log = new PostgresLog(LoggerFactory.getLogger(PostgresArchive.class), System::nanoTime);
        this.pool = new ConnectionPool(vertx, config, source, log);
        this.pending = new PendingWords(vertx, pool);
        this.filler = new IndexFiller(vertx, pool, source, () -> prepared, pending::changed, log);
    }

    /**
     * Opens the archive, and brings its tables to the version of this release. While the server does not answer, the archive opens
     * all the same, and the first call that it answers does that. Fails with a {@link StoreOpenException} where an operator has to
     * act.
     *
     * @param superseded is told how many entries of a stream were superseded
     */
    public static Future<PostgresArchive> open(Vertx vertx, PostgresConfig config, IntConsumer superseded) {
        PostgresArchive archive = new PostgresArchive(vertx, config, superseded);
        Future<Void> prepared = vertx.executeBlocking(
                () -> {
                    archive.prepare();
                    return null;
                },
                false);
        return prepared.timeout(2 * config.connectMs(), TimeUnit.MILLISECONDS).transform(done -> {
            Optional<StoreOpenException> refusal = done.failed() ? refusal(done.cause()) : Optional.empty();
            if (refusal.isPresent()) {
                return archive.close().transform(closed -> Future.failedFuture(refusal.get()));
            }
            if (done.failed()) {
                archive.log.callFailed("open", SqlFailure.of(done.cause()));
            }
            archive.filler.start();
            return Future.succeededFuture(archive);
        });
    }

    private static Optional<StoreOpenException> refusal(Throwable failure) {
        return failure instanceof StoreOpenException refused
                ? Optional.of(refused)
                : SqlFailure.of(failure).refusal().map(StoreOpenException::new);
    }

    /** Asks the server without changing anything. Fails with a {@link StoreOpenException} where an operator has to act. */
    public static Future<PostgresState> ask(Vertx vertx, PostgresConfig config) {
        return vertx.executeBlocking(() -> PostgresState.of(PostgresDriver.of(config)), false)
                .recover(failure -> Future.failedFuture(refusal(failure)
                        .orElseGet(() -> new StoreOpenException("PostgreSQL does not answer: "
                                + SqlFailure.of(failure).state()))));
    }

    @Override
    public Future<List<Position>> positions(List<StreamName> streams) {
        return pool.read("positions", prepared(connection -> ArchiveReader.positions(connection, streams)));
    }

    @Override
    public Future<Set<StreamName>> add(List<ArchivePart> parts) {
        if (parts.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return pool.work("add", prepared(connection -> {
                    Map<String, Integer> numbers = Epochs.of(connection, epochsOf(parts));
                    months.ensure(connection, monthsOf(parts));
                    return pool.transactions(
                            connection,
                            each -> new PartTransaction(each, numbers).add(RecentErasureTable.applied(each, parts)),
                            months::forget);
                }))
                .onSuccess(any -> pending.changed())
                .map(this::told);
    }

    private Set<StreamName> told(Added added) {
        added.superseded().forEach((stream, entries) -> {
            superseded.accept(entries);
            log.superseded(stream.value(), entries);
        });
        return added.leftOut();
    }

    private static Set<String> epochsOf(List<ArchivePart> parts) {
        Set<String> all = new HashSet<>();
        all.add(NOTHING.epoch());
        parts.forEach(part -> {
            all.add(part.from().epoch());
            part.rows().forEach(row -> all.add(row.entry().position().epoch()));
        });
        return all;
    }

    private static Set<Integer> monthsOf(List<ArchivePart> parts) {
        Set<Integer> all = new TreeSet<>();
        parts.forEach(part -> part.rows().forEach(row -> all.add(Months.of(row.stored()))));
        return all;
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return pool.read("latest", prepared(connection -> StreamPage.latest(connection, stream, before, bounds)));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return pool.read("after", prepared(connection -> StreamPage.after(connection, stream, after, bounds)));
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        return pool.read(
                "conversation",
                prepared(connection ->
                        ConnectionPool.atOnce(connection, each -> ArchiveReader.conversation(each, read, bounds))));
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId) {
        return pool.read("find", prepared(connection -> ArchiveReader.find(connection, stream, messageId)));
    }

    @Override
    public Optional<MessageIndex> index() {
        return Optional.of(new MessageIndex() {
            @Override
            public Future<List<Place>> find(Query query, int most) {
                return search(query, most);
            }

            @Override
            public boolean isWhole() {
                return filler.isFilled();
            }
        });
    }

    private Future<List<Place>> search(Query query, int most) {
        return pool.search(
                "search",
                prepared(connection -> ConnectionPool.atOnce(
                        connection,
                        each -> new PostgresIndex(each, query, most, searchMs).find(System.currentTimeMillis()))));
    }

    @Override
    public Future<List<LatestEntry>> messages(List<Place> places) {
        return pool.read(
                "messages",
                prepared(connection -> ConnectionPool.atOnce(connection, each -> PlacedMessages.read(each, places))));
    }

    @Override
    public Future<Disowned> erase(Erasure erasure, long notAfter) {
        Recent recent = new Recent(erasure, notAfter);
        return pool.work("erase", prepared(connection -> {
                    if (!RecentErasureTable.has(connection, recent)) {
                        pool.transactions(
                                connection,
                                each -> {
                                    RecentErasureTable.note(each, recent);
                                    return true;
                                },
                                months::forget);
                    }
                    return pool.transactions(
                            connection, each -> new ErasureTransaction(each).erase(erasure), months::forget);
                }))
                .onSuccess(any -> pending.changed());
    }

    @Override
    public Future<Long> clear(StreamName inbox, Position head, HoldReader holds) {
        return clear(inbox, head, holds, 0);
    }

    private Future<Long> clear(StreamName inbox, Position head, HoldReader holds, long before) {
        return holds.read()
                .compose(inForce -> pool.work("clear", prepared(connection -> {
                    Map<String, Integer> numbers =
                            Epochs.of(connection, new HashSet<>(List.of(NOTHING.epoch(), head.epoch())));
                    return pool.transactions(
                            connection,
                            each -> new ErasureTransaction(each)
                                    .clear(inbox, head, number(numbers, NOTHING), number(numbers, head), inForce),
                            months::forget);
                })))
                .compose(cleared -> cleared.last()
                        ? Future.succeededFuture(before + cleared.removed())
                        : clear(inbox, head, holds, before + cleared.removed()));
    }

    @Override
    public Future<Void> retain(StreamName stream, StreamRetention retention, long hidden, long now) {
        return pool.work(
                        "retain",
                        prepared(connection -> pool.transactions(
                                connection,
                                each -> new RetentionTransaction(each).retain(stream, retention, hidden, now),
                                months::forget)))
                .mapEmpty();
    }

    /** Nodes that do so at the same time share the streams. */
    @Override
    public Future<Long> expire(long now, HoldReader holds) {
        Promise<Long> done = Promise.promise();
        expire(now, holds, 0, done);
        return done.future();
    }

    private void expire(long now, HoldReader holds, long before, Promise<Long> done) {
        holds.read()
                .compose(inForce -> pool.work(
                        "expire",
                        prepared(connection -> pool.transactions(
                                connection,
                                each -> new RetentionTransaction(each, inForce).expire(now),
                                months::forget))))
                .onFailure(done::fail)
                .onSuccess(expired -> {
                    if (expired.more()) {
                        expire(now, holds, before + expired.removed(), done);
                    } else {
                        done.complete(before + expired.removed());
                    }
                });
    }

    @Override
    public Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most) {
        return pool.work(
                "retained", prepared(connection -> new RetentionTransaction(connection).retained(after, most)));
    }

    @Override
    public Future<String> applied() {
        return pool.work("applied", prepared(connection -> new RetentionTransaction(connection).applied()));
    }

    @Override
    public Future<Void> applied(String configuration) {
        return pool.work(
                        "applied",
                        prepared(connection -> pool.transactions(
                                connection,
                                each -> new RetentionTransaction(each).applied(configuration),
                                months::forget)))
                .mapEmpty();
    }

    @Override
    public Future<List<EntryRow>> rows(StreamName stream, String messageId) {
        return pool.read("rows", prepared(connection -> ArchiveReader.rows(connection, stream, messageId)));
    }

    @Override
    public Future<Void> keep(List<HeldMessage> copies) {
        return pool.work(
                        "keep",
                        prepared(connection -> pool.transactions(
                                connection, each -> new HeldTable(each).keep(copies), months::forget)))
                .mapEmpty();
    }

    @Override
    public Future<List<HeldMessage>> held(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        return pool.read("held", prepared(connection -> new HeldTable(connection).read(hold, after, bounds)));
    }

    @Override
    public Future<Long> release(PlacedHold hold) {
        return pool.work(
                "release",
                prepared(connection ->
                        pool.transactions(connection, each -> new HeldTable(each).release(hold), months::forget)));
    }

    @Override
    public Future<Long> heldBytes() {
        return pool.read("held bytes", prepared(connection -> new HeldTable(connection).bytes()));
    }

    @Override
    public Future<Set<Hold>> holding(UserId author, Holds holds) {
        return pool.read(
                "holding",
                prepared(connection ->
                        ConnectionPool.atOnce(connection, each -> new HeldTable(each).holding(author, holds))));
    }

    @Override
    public Future<List<RemovedFile>> removedFiles(int most) {
        return pool.work("removed_files", prepared(connection -> new RemovedFileTable(connection).some(most)));
    }

    @Override
    public Future<Void> filesTaken(List<RemovedFile> files) {
        return pool.work(
                        "files_taken",
                        prepared(connection -> pool.transactions(
                                connection,
                                each -> {
                                    new RemovedFileTable(each).forget(files);
                                    return true;
                                },
                                months::forget)))
                .mapEmpty();
    }

    private static int number(Map<String, Integer> epochs, Position of) {
        return Optional.ofNullable(epochs.get(of.epoch())).orElseThrow();
    }

    /** Whether the server has answered the last calls, and has the tables. */
    public boolean answers() {
        return prepared && pool.answers();
    }

    /** Calls that wait for a connection. */
    public int waiting() {
        return pool.waiting();
    }

    /** Closes the connections. Calls under way fail. */
    public Future<Void> close() {
        filler.stop();
        pending.stop();
        return pool.close();
    }

    private <T> Work<T> prepared(Work<T> work) {
        return connection -> {
            if (!prepared) {
                try {
                    prepare();
                } catch (StoreOpenException refused) {
                    log.refused(String.valueOf(refused.getMessage()));
                    throw StoreFailure.notApplied("the archive can't be used");
                }
            }
            try {
                return work.run(connection);
            } catch (SQLException failure) {
                if (SqlFailure.of(failure).lacksTables()) {
                    months.forget();
                    prepared = false; // the next call makes them
                }
                throw failure;
            }
        };
    }

    /** One call at a time prepares the tables, and others fail meanwhile. */
    private void prepare() throws SQLException, StoreOpenException {
        if (!preparing.tryLock()) {
            throw StoreFailure.notApplied("the archive is being prepared");
        }
        try {
            if (!prepared) {
                SchemaMigration.run(source);
                prepared = true;
            }
        } finally {
            preparing.unlock();
        }
    }
}
