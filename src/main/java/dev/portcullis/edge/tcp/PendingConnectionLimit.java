package dev.portcullis.edge.tcp;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.edge.tcp.PendingConnections.Closed;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the TCP connections of a node that have not upgraded, from their accept on: how many, how many of one address,
 * and for how long, whatever they send (CWE-400, CWE-770). Vert.x has no such bounds. Used from all event loops.
 */
public final class PendingConnectionLimit {
    /** How often {@link #closeExpired} is to be called. */
    public static final long CHECK_INTERVAL_MS = 100;

    private final PendingConnections<HttpChannel> pending;
    private final ClientAddress proxies;
    private final Floods floods;
    private final Audit audit;
    private final EnumCounters<PendingEnd> ends;

    /** Which addresses had their fill of refusals. */
    public interface Floods {
        /**
         * @param keys of the address, narrowest first
         * @param now milliseconds of a clock that is never set
         * @return whether a connection of this address is closed unread
         */
        boolean isFlooding(List<String> keys, long now);
    }

    public PendingConnectionLimit(
            PendingLimits limits, ClientAddress proxies, Floods floods, Audit audit, EnumCounters<PendingEnd> ends) {
        this.pending = new PendingConnections<>(limits);
        this.proxies = proxies;
        this.floods = floods;
        this.audit = audit;
        this.ends = ends;
    }

    /** A connection was accepted; {@code false}: it may not stay. */
    public boolean accepted(HttpChannel channel) {
        if (pending.contains(channel)) {
            return true; // known since its accept, and now through with TLS
        }
        if (channel.isClosing()) {
            return false; // it had to go before it was through, and takes nobody else's place now
        }
        List<String> keys = keys(channel);
        long now = millis();
        if (floods.isFlooding(keys, now)) { // TLS and a refusal would cost far more
            close(new Closed<>(channel, keys, PendingEnd.REQUEST_LIMIT));
            return false;
        }
        channel.onClose(() -> pending.remove(channel));
        Optional<Closed<HttpChannel>> closed = pending.admit(channel, keys, now);
        closed.ifPresent(this::close);
        return closed.filter(each -> each.connection() == channel).isEmpty();
    }

    /** Its handshake is complete, and judged now. */
    public void handshakeReceived(HttpChannel channel) {
        pending.protect(channel);
    }

    /** For listeners without upgrades, whose connections may go on as long as they bring requests. */
    public void requested(HttpChannel channel) {
        pending.requested(channel, millis());
    }

    public void answered(HttpChannel channel) {
        pending.answered(channel, millis());
    }

    public void upgraded(HttpChannel channel) {
        pending.remove(channel);
    }

    /** Closes those that have had their time. */
    public void closeExpired() {
        pending.removeExpired(millis()).forEach(this::close);
    }

    public int size() {
        return pending.size();
    }

    private void close(Closed<HttpChannel> closed) {
        ends.add(closed.why());
        if (closed.why() != PendingEnd.DEADLINE) { // which any client meets that keeps its connection after an answer
            AuditEvent event = AuditEvent.of(EventName.HTTP_CONNECTION_EVICTED)
                    .reason(closed.why().id());
            audit.event(closed.connection()
                    .peer()
                    .map(IpAddress::toString)
                    .map(event::ip)
                    .orElse(event));
        }
        closed.connection().abort();
    }

    private List<String> keys(HttpChannel channel) {
        return channel.peer()
                .filter(peer -> !proxies.isTrusted(peer))
                .map(peer -> peer.keys().narrowestFirst())
                .orElse(List.of());
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
