package dev.portcullis.edge.socketio;

import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.TcpCounters;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connection that one authenticated client polls on. The client counts among the connections of its address already, so
 * the polls of many users behind one address must not lock out others. One at a time: as many as clients with WebSockets have.
 */
final class PollConnection {
    private final PendingConnectionLimit pending;
    private @Nullable HttpChannel current;

    PollConnection(PendingConnectionLimit pending) {
        this.pending = pending;
    }

    void use(HttpChannel next) {
        if (next != current) {
            release();
            current = next;
        }
        pending.exempt(next, this); // another client of the same browser may have had it meanwhile
    }

    /** The client takes from it what is sent. */
    Optional<TcpCounters> counters() {
        return Optional.ofNullable(current).map(HttpChannel::counters);
    }

    /** The client has ended, or polls no more. */
    void release() {
        HttpChannel last = current;
        if (last != null) {
            current = null;
            pending.countAgain(last, this);
        }
    }
}
