package dev.portcullis.admin;

import dev.portcullis.config.SettingChange;
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
public record NodeControl(Runnable stop, Reload reload, long reloadMs) {
    /** Reads the configuration again. */
    @FunctionalInterface
    public interface Reload {
        /** @param cluster all nodes of the cluster, or this one alone */
        Future<Result<List<SettingChange>, ReloadRefusal>> run(boolean cluster);
    }
}
