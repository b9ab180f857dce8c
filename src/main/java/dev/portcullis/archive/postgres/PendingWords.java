package dev.portcullis.archive.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Has PostgreSQL sort into the index of words what was added lately. PostgreSQL first puts it on a list, which each search reads
 * from end to end; when the list is full, the part that comes next waits until all of it is sorted in. Used by all threads.
 */
final class PendingWords {
    /** The list of each month is full then. It is far from it, as long as a node comes to sort in. */
    static final String LIST_LIMIT = "32MB";

    private static final long REST_MS = 500;

    /** How long it waits while another node does it, or the server does not. */
    private static final long PAUSE_MS = 5_000;

    /** One node at a time: others would only wait for it. */
    private static final String TRY = "SELECT pg_try_advisory_xact_lock(" + (SchemaMigration.LOCK + 2) + ")";

    private static final String SORT_IN = """
            SELECT sum(gin_clean_pending_list(i.inhrelid))
            FROM pg_inherits i WHERE i.inhparent = 'portcullis.entry_words'::regclass""";

    private final Vertx vertx;
    private final ConnectionPool pool;
    private boolean changed;
    private boolean due;
    private boolean stopped;

    PendingWords(Vertx vertx, ConnectionPool pool) {
        this.vertx = vertx;
        this.pool = pool;
    }

    /** Notes that words of messages were written. */
    synchronized void changed() {
        changed = true;
        next(REST_MS);
    }

    synchronized void stop() {
        stopped = true;
    }

    private void next(long millis) {
        if (changed && !due && !stopped) {
            due = true;
            vertx.setTimer(millis, any -> run());
        }
    }

    private synchronized void run() {
        changed = false;
        Future<?> unused = pool.work(
                        "index", connection -> ConnectionPool.transaction(connection, PendingWords::sortIn))
                .onComplete(done -> ended(done.succeeded() && done.result()));
    }

    private synchronized void ended(boolean done) {
        due = false;
        changed |= !done;
        next(done ? REST_MS : PAUSE_MS);
    }

    /** Returns whether it did; not if another node does. */
    private static boolean sortIn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet locked = statement.executeQuery(TRY)) {
                if (!locked.next() || !locked.getBoolean(1)) {
                    return false;
                }
            }
            return statement.execute(SORT_IN);
        }
    }
}
