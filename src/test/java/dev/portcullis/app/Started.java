package dev.portcullis.app;

import dev.portcullis.store.EmbeddedStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Nodes in this process, started as {@code run} does it: what may pass is tried again, since the machine may be busy. */
final class Started {
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Started() {}

    static Node node(NodeConfig config) throws StartupException {
        return new StartRetries(
                        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                        () -> LockSupport.parkNanos(REST_NANOS),
                        failure -> {})
                .start(() -> Node.start(config, EmbeddedStore::open, () -> {}));
    }
}
