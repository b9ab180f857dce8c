package dev.portcullis.archive.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Why a call failed, by the five characters of SQLSTATE. The message of the server is not kept: it may quote what is stored.
 *
 * @param connected whether there was a connection to send the call on
 */
record SqlFailure(String state, boolean connected) {
    private static final String CONNECTION = "08";
    private static final String AUTHORIZATION = "28";
    private static final String SHUTDOWN = "57P0";
    private static final String FULL = "53300";
    private static final String NO_PARTITION = "23514";
    private static final Set<String> NO_TABLES = Set.of("3F000", "42P01");
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
    private static final String UNCONNECTED = "unconnected";
    private static final int LENGTH = 5;

    static SqlFailure of(Throwable failure) {
        if (failure instanceof SQLTransientConnectionException pool) { // no connection came in time
            return new SqlFailure(pool.getCause() instanceof SQLException cause ? stateOf(cause) : UNCONNECTED, false);
        }
        return failure instanceof SQLException sql
                ? new SqlFailure(stateOf(sql), true)
                : new SqlFailure(failure.getClass().getSimpleName().toLowerCase(Locale.ROOT), true);
    }

    private static String stateOf(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && state.length() == LENGTH ? state : UNCONNECTED;
    }

    /** Whether the server did not answer. */
    boolean isAway() {
        return !connected || state.startsWith(CONNECTION) || state.startsWith(SHUTDOWN) || state.equals(FULL);
    }

    boolean isNotApplied() {
        return !connected;
    }

    /** What an operator has to do, where the server will answer so until then. */
    Optional<String> refusal() {
        if (state.startsWith(AUTHORIZATION)) {
            return Optional.of("PostgreSQL refuses the user of archive.postgres or its password");
        }
        return switch (state) {
            case "3D000" -> Optional.of("PostgreSQL has no such database as archive.postgres.uri names: create it");
            case "42501" ->
                Optional.of(
                        "the user of archive.postgres may not make the tables: let it own the database, or give it a schema"
                                + " portcullis of its own");
            default -> Optional.empty();
        };
    }

    /** Whether another transaction was in the way, so that the same work may succeed now. */
    boolean isConflict() {
        return CONFLICTS.contains(state);
    }

    /** Whether the tables are missing: an operator may have put an empty database in the place of a lost one. */
    boolean lacksTables() {
        return NO_TABLES.contains(state);
    }

    /** Whether the table of a month is missing: an operator may have removed it. */
    boolean lacksMonth() {
        return state.equals(NO_PARTITION);
    }
}
