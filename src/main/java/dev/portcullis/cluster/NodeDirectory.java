package dev.portcullis.cluster;

import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The directory of nodes in the store: one row per node, renewed once a second. */
final class NodeDirectory {
    private static final String KEY = RedisKeys.of(0, "directory");
    private static final String READ_ONLY = "";

    private final RedisStore store;
    private final Script directoryScript;
    private final Script leaveScript;
    private final long directoryTtlMs;
    private final LongSupplier now;

    /** @param now milliseconds, or 0 for the clock of the store */
    NodeDirectory(RedisStore store, long directoryTtlMs, LongSupplier now) {
        this.store = store;
        this.directoryScript = store.script(NodeDirectory.class, "directory");
        this.leaveScript = store.script(NodeDirectory.class, "leave_directory");
        this.directoryTtlMs = directoryTtlMs;
        this.now = now;
    }

    static NodeDirectory of(RedisStore store, ClusterConfig config) {
        return new NodeDirectory(store, config.directoryTtlMs(), () -> 0);
    }

    /** The nodes whose rows have not expired, oldest first. */
    Future<List<NodeRow>> read() {
        return run("", READ_ONLY);
    }

    /** Writes this node's row and returns the same, this row included. */
    Future<List<NodeRow>> renew(NodeRow mine) {
        return run(mine.node(), mine.text());
    }

    /** Removes a node's row. */
    Future<Void> leave(String node) {
        return store.run(leaveScript.call().key(KEY).arg(node)).mapEmpty();
    }

    private Future<List<NodeRow>> run(String node, String row) {
        Script.Call call = directoryScript
                .call()
                .key(KEY)
                .arg(now.getAsLong())
                .arg(directoryTtlMs)
                .arg(node)
                .arg(row);
        return store.run(call).map(NodeDirectory::rows);
    }

    private static List<NodeRow> rows(Response answer) {
        List<NodeRow> rows = new ArrayList<>();
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            NodeRow.of(answer.get(i).toString(), answer.get(i + 1).toString()).ifPresent(rows::add);
        }
        return rows;
    }
}
