package dev.portcullis.admin;

import dev.portcullis.config.SettingChange;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.List;

/**
 * What an operator may do with this node.
 *
 * @param stop drains it and ends its process, as a signal does; returns at once
 * @param reload reads its configuration again and puts what has changed in force, all of it or nothing; never fails
 * @param reloadMs how long that may take, over all nodes
 */
public record NodeControl(Runnable stop, Reload reload, long reloadMs, Checkpoints checkpoints) {
    /** Reads the configuration again. */
    @FunctionalInterface
    public interface Reload {
        /** @param cluster all nodes of the cluster, or this one alone */
        Future<Result<List<SettingChange>, ReloadRefusal>> run(boolean cluster);
    }

    /** Copies of all that the node keeps on its disk, which a program on the same machine takes away. */
    public interface Checkpoints {
        /** Those of a node that keeps nothing on its disk that lasts. */
        Checkpoints NONE = new Checkpoints() {
            @Override
            public Future<Result<Checkpoint, HttpRefusal>> make() {
                return Future.succeededFuture(Result.refused(HttpRefusal.UNSUPPORTED));
            }

            @Override
            public boolean keep(String id) {
                return false;
            }

            @Override
            public Future<Boolean> end(String id, boolean copied) {
                return Future.succeededFuture(false);
            }
        };

        /** Refused with {@code CONFLICT} while there is one. A failure leaves none. */
        Future<Result<Checkpoint, HttpRefusal>> make();

        /** Keeps it for another {@link Checkpoint#keptMs}. False if it is not there. */
        boolean keep(String id);

        /**
         * Removes it. False if it is not there.
         *
         * @param copied whether all of it was taken away: then it counts as a backup
         */
        Future<Boolean> end(String id, boolean copied);

        /**
         * A checkpoint that is there.
         *
         * @param at the time of which it is
         * @param files uploaded files in it
         * @param keptMs how long it is kept without a further word
         */
        record Checkpoint(String id, String at, long files, long tookMs, long keptMs) {}
    }
}
