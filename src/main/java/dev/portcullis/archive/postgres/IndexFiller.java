package dev.portcullis.archive.postgres;

import dev.portcullis.archive.postgres.UnindexedMonths.Month;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/**
 * Indexes what the archive had before it had an index, in small steps with rests between them. It ends once there is nothing left.
 */
final class IndexFiller {
    private static final long FIRST_MS = 100;
    private static final long SHORTEST_REST_MS = 5;

    /** How long it waits while another node does it, or the server is away. */
    private static final long PAUSE_MS = 10_000;

    private final Vertx vertx;
    private final ConnectionPool pool;
    private final DataSource source;
    private final BooleanSupplier isReady;
    private final Runnable onChange;
    private final PostgresLog log;
    private volatile Optional<Connection> making = Optional.empty();
    private volatile boolean stopped;
    private volatile boolean filled;

    private enum Step {
        DONE,
        WAIT,
        GO_ON
    }

    /**
     * @param source makes connections for what takes longer than a call may
     * @param isReady whether the archive has its tables
     * @param onChange runs when it has written words
     */
    IndexFiller(
            Vertx vertx,
            ConnectionPool pool,
            DataSource source,
            BooleanSupplier isReady,
            Runnable onChange,
            PostgresLog log) {
        this.vertx = vertx;
        this.pool = pool;
        this.source = source;
        this.isReady = isReady;
        this.onChange = onChange;
        this.log = log;
    }

    void start() {
        next(FIRST_MS);
    }

    /** Whether nothing is left. */
    boolean isFilled() {
        return filled;
    }

    /** Ends at once. What is half done is done again later. */
    void stop() {
        stopped = true;
        making.ifPresent(IndexFiller::abort);
    }

    private void next(long millis) {
        vertx.setTimer(millis, any -> {
            if (!stopped) {
                run();
            }
        });
    }

    private void run() {
        if (!isReady.getAsBoolean()) {
            next(PAUSE_MS);
            return;
        }
        long begun = System.nanoTime();
        Future<Step> unused = pool.work("index", connection -> new UnindexedMonths(connection).next())
                .compose(month -> month.map(this::step).orElseGet(() -> Future.succeededFuture(Step.DONE)))
                .onComplete(step -> {
                    filled = step.succeeded() && step.result() == Step.DONE;
                    if (step.failed() || step.result() == Step.WAIT) {
                        next(PAUSE_MS);
                    } else if (step.result() == Step.GO_ON) {
                        next(Math.max(SHORTEST_REST_MS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
                    }
                });
    }

    private Future<Step> step(Month month) {
        Future<Boolean> done = month.ready()
                ? pool.work(
                                "index",
                                connection -> pool.transactions(
                                        connection, each -> new UnindexedMonths(each).fill(month.number()), () -> {}))
                        .onSuccess(any -> onChange.run())
                : vertx.executeBlocking(() -> makeIndex(month.number()), false)
                        .onFailure(failure -> log.callFailed("index", SqlFailure.of(failure)));
        return done.map(own -> own ? Step.GO_ON : Step.WAIT);
    }

    private boolean makeIndex(int month) throws SQLException {
        try (Connection connection = source.getConnection()) {
            making = Optional.of(connection);
            if (stopped) {
                return false;
            }
            connection.setNetworkTimeout(Runnable::run, 0);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET statement_timeout = 0");
            }
            return new UnindexedMonths(connection).makeIndex(month);
        } finally {
            making = Optional.empty();
        }
    }

    /** The server goes on until it is done, or finds that no one listens. */
    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException ended) {
            // it is no more
        }
    }
}
