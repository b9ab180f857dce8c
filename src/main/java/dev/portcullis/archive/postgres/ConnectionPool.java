package dev.portcullis.archive.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * The connections of a node to PostgreSQL, with a thread for each: the driver waits for its answers. Calls wait in a bounded queue.
 * While the server does not answer, a circuit breaker fails them at once, and lets one through now and then. Used by all threads.
 */
final class ConnectionPool {
    /** Calls of each rank that may wait, and their turns: clients wait for a read, and no client for a write. */
    private static final List<Integer> SHARES = List.of(3, 1);

    /** One of so many connections is for searches, which take long, and so keep no one waiting who reads. */
    private static final int SEARCHING_OF = 4;

    private static final int TRIES = 3;
    private static final long IDLE_MS = TimeUnit.MINUTES.toMillis(2);
    private static final long LIFETIME_MS = TimeUnit.MINUTES.toMillis(30);

    private final Vertx vertx;
    private final WorkerPool workers;
    private final WorkerPool searchers;
    private final HikariDataSource connections;
    private final CircuitBreaker breaker = new CircuitBreaker(CircuitBreaker.Config.STANDARD);
    private final PostgresLog log;

    /** Work with a connection, which is in the state of a new one. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** The rank of a call. */
    enum Rank {
        READ(0),
        WRITE(1);

        private final int number;

        Rank(int number) {
            this.number = number;
        }
    }

    ConnectionPool(Vertx vertx, PostgresConfig config, DataSource driver, PostgresLog log) {
        this.vertx = vertx;
        this.log = log;
        this.connections = new HikariDataSource(settings(config, driver));
        int searching = Math.max(1, config.connections() / SEARCHING_OF);
        this.workers = new WorkerPool(
                vertx,
                "archive",
                new WorkerPool.Config(config.connections() - searching, config.waiting(), config.statementMs()),
                () -> {},
                SHARES,
                false);
        this.searchers = new WorkerPool(
                vertx,
                "archive-search",
                new WorkerPool.Config(searching, config.waiting(), config.statementMs()),
                () -> {});
    }

    private static HikariConfig settings(PostgresConfig config, DataSource driver) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("archive");
        settings.setDataSource(driver);
        settings.setMaximumPoolSize(config.connections());
        settings.setMinimumIdle(1);
        settings.setIdleTimeout(IDLE_MS);
        settings.setMaxLifetime(LIFETIME_MS);
        settings.setConnectionTimeout(config.connectMs());
        settings.setValidationTimeout(config.connectMs());
        settings.setInitializationFailTimeout(-1); // a node starts while the server is away
        return settings;
    }

    /** Runs work that changes something. */
    <T> Future<T> work(String call, Work<T> work) {
        return run(call, workers, Rank.WRITE, work);
    }

    /** Runs work for which a client waits. */
    <T> Future<T> read(String call, Work<T> work) {
        return run(call, workers, Rank.READ, work);
    }

    /** Runs work that looks at much to find little. */
    <T> Future<T> search(String call, Work<T> work) {
        return run(call, searchers, Rank.READ, work);
    }

    /**
     * Runs work in a transaction, and again if others locked what it needs in another order.
     *
     * @param onMissingMonth runs where the table of a month is missing, before a second try is made by the next call
     */
    <T> T transactions(Connection connection, Work<T> work, Runnable onMissingMonth) throws SQLException {
        return transactions(connection, TRIES, work, onMissingMonth);
    }

    /** Runs work whose statements all read at one moment. */
    static <T> T atOnce(Connection connection, Work<T> work) throws SQLException {
        return transaction(connection, each -> {
            try (Statement statement = each.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
            return work.run(each);
        });
    }

    private <T> Future<T> run(String call, WorkerPool threads, Rank rank, Work<T> work) {
        Pass pass = breaker.pass(System.nanoTime());
        if (pass == Pass.OPEN) {
            return Future.failedFuture(StoreFailure.notApplied("the archive does not answer"));
        }
        return threads.run(rank.number, 0, () -> {
                    try (Connection connection = connections.getConnection()) {
                        return work.run(connection);
                    }
                })
                .transform(done -> {
                    if (done.failed()) {
                        return failed(call, pass, done.cause());
                    }
                    return done.result()
                            .fold(
                                    value -> {
                                        breaker.recordSuccess();
                                        return Future.succeededFuture(value);
                                    },
                                    notRun -> {
                                        breaker.recordCancelled(pass);
                                        return Future.failedFuture(
                                                StoreFailure.notApplied("too many calls to the archive are under way"));
                                    });
                });
    }

    private <T> Future<T> failed(String call, Pass pass, Throwable failure) {
        if (failure instanceof StoreFailure) {
            breaker.recordCancelled(pass);
            return Future.failedFuture(failure);
        }
        SqlFailure why = SqlFailure.of(failure);
        boolean unused =
                breaker.recordFailure(why.isAway() ? Failure.NO_ANSWER : Failure.ANSWERED, pass, System.nanoTime());
        log.callFailed(call, why);
        String message = call + " of the archive failed: " + why.state();
        return Future.failedFuture(why.isNotApplied() ? StoreFailure.notApplied(message) : new StoreFailure(message));
    }

    private static <T> T transactions(Connection connection, int tries, Work<T> work, Runnable onMissingMonth)
            throws SQLException {
        try {
            return transaction(connection, work);
        } catch (SQLException failure) {
            SqlFailure why = SqlFailure.of(failure);
            if (why.lacksMonth()) {
                onMissingMonth.run();
            }
            if (tries > 1 && why.isConflict()) {
                return transactions(connection, tries - 1, work, onMissingMonth);
            }
            throw failure;
        }
    }

    static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            T result = work.run(connection);
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done && !connection.isClosed()) {
                rollBack(connection);
            }
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    /** The failure that led here is the one to tell. */
    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException ended) {
            // the connection is no more, and its transaction with it
        }
    }

    /** Whether the last calls were answered. */
    boolean answers() {
        return breaker.state() == CircuitBreaker.State.CLOSED;
    }

    /** Connections that run a statement. */
    int busy() {
        return Optional.ofNullable(connections.getHikariPoolMXBean())
                .map(HikariPoolMXBean::getActiveConnections)
                .orElse(0);
    }

    /** Calls that wait for a connection. */
    int waiting() {
        return workers.queued() + searchers.queued();
    }

    /** Drops what waits. Calls under way fail. */
    Future<Void> close() {
        workers.close();
        searchers.close();
        return vertx.executeBlocking(() -> {
            connections.close();
            return null;
        });
    }
}
