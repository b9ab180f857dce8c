package dev.portcullis.edge.connection;

import dev.portcullis.edge.tcp.PendingConnections;
import dev.portcullis.edge.tcp.PendingConnections.Closed;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The clients that could not prove yet who they are, at addresses that are refused otherwise. They give way to newer ones as
 * connections do that have not upgraded, so that those who prove nothing do not keep out those who will.
 */
final class Trials<C> {
    private final int max;
    private final PendingConnections<C> pending;
    private final LongSupplier millis;

    /** @param millis of a monotonic clock */
    Trials(ConnectionLimitsConfig config, LongSupplier millis) {
        this.max = config.anonymousOnTrial();
        this.pending = new PendingConnections<>(config.trials());
        this.millis = millis;
    }

    /** Whether an older one has to go for a further one, so that there are no more of them than before. */
    boolean isFull() {
        return pending.size() >= max;
    }

    /** @return the one that has to go for it, which is itself if no other can */
    Optional<Closed<C>> begin(C client, List<String> addresses) {
        return pending.admit(client, addresses, millis.getAsLong());
    }

    void end(C client) {
        pending.remove(client);
    }
}
