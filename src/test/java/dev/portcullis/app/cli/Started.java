package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.ProcessEnd;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts nodes in this process as {@code run} does: temporary failures are retried, because the machine may be busy.
 */
public final class Started {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Started() {}

    public static Node node(NodeConfig config) throws StartupException {
        return new StartRetries(
                        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                        () -> LockSupport.parkNanos(PAUSE_NANOS),
                        failure -> {})
                .start(() -> Node.start(config, EmbeddedStore::open, ProcessEnd.NONE));
    }
}
