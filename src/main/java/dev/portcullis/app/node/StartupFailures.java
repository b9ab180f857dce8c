package dev.portcullis.app.node;

import dev.portcullis.cluster.ClusterJoinException;
import dev.portcullis.protocol.codec.UnsupportedSchemaException;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Says in one line why a start failed, and whether a retry makes sense. */
final class StartupFailures {
    private StartupFailures() {}

    /**
     * Empty for a bug.
     *
     * @param timeoutSeconds how long each step of the start may take
     */
    static Optional<StartupException> explain(Exception failure, long timeoutSeconds) {
        if (failure instanceof StartupException known) {
            return Optional.of(known);
        }
        if (failure instanceof UnsupportedSchemaException) {
            return Optional.of(new StartupException(line(failure)));
        }
        if (failure instanceof StoreOpenException storeFailure) {
            return Optional.of(ofLine(failure, storeFailure.isTemporary()));
        }
        if (failure instanceof ClusterJoinException joinFailure) {
            return Optional.of(ofLine(failure, joinFailure.isTemporary()));
        }
        if (failure instanceof InterruptedException) {
            return Optional.of(new StartupException("told to stop before the node was ready"));
        }
        if (failure instanceof TimeoutException) {
            return Optional.of(
                    StartupException.temporary("the store or the cluster did not answer within " + timeoutSeconds
                            + " s while the node started: see their logs, or give the machine more resources"));
        }
        if (failure instanceof StoreFailure) {
            return Optional.of(
                    StartupException.temporary("the store went away, or was too slow, while the node started ("
                            + failure.getMessage() + "); fix it and start again"));
        }
        return Optional.empty();
    }

    private static StartupException ofLine(Exception failure, boolean temporary) {
        return temporary ? StartupException.temporary(line(failure)) : new StartupException(line(failure));
    }

    private static String line(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    /** @param awaited the step that the start was waiting for */
    static StartupException notReady(String awaited, long seconds) {
        return StartupException.temporary("the node was not ready within " + seconds + " s; it was waiting for "
                + awaited + ", which did not answer: see its log, or give the machine more resources");
    }
}
