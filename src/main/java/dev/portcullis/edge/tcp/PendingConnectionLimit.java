package dev.portcullis.edge.tcp;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.edge.tcp.PendingConnections.Closed;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.IpAddress;
import dev.portcullis.resilience.MonotonicClock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits the TCP connections of a node that have not upgraded, from their accept on: their number, their number for
 * each address, and their age, whatever they send (CWE-400, CWE-770). Vert.x has no such limits. Used from all event
 * loops.
 */
public final class PendingConnectionLimit {
    /** The interval at which {@link #closeExpired} must be called, unless {@link #isEmpty}. */
    public static final long CHECK_INTERVAL_MS = 100;

    private static final int TRACKED_ADDRESSES = 10_000;

    /** Any client that is slow, or keeps its connection open after a response, meets these. */
    private static final Set<PendingEnd> EXPECTED = Set.of(PendingEnd.DEADLINE, PendingEnd.IDLE);

    private final PendingConnections<HttpChannel> pending;
    private final ClientAddress proxies;
    private final AcceptPace pace;
    private final Audit audit;
    private final EnumCounters<PendingEnd> ends;
    private final AtomicInteger waiting = new AtomicInteger();

    public PendingConnectionLimit(
            PendingLimits limits, ClientAddress proxies, Audit audit, EnumCounters<PendingEnd> ends) {
        this.pending = new PendingConnections<>(limits);
        this.proxies = proxies;
        this.pace = new AcceptPace(limits.perSecond(), TRACKED_ADDRESSES);
        this.audit = audit;
        this.ends = ends;
    }

    /** Counts an accepted connection; {@code false} if it must be closed. */
    public boolean accepted(HttpChannel channel) {
        if (pending.contains(channel)) {
            return true; // counted at its accept; its TLS handshake is now complete
        }
        if (channel.isClosing()) {
            return false; // evicted during its TLS handshake; it must not evict another one now
        }
        List<String> keys = keys(channel);
        long now = MonotonicClock.millis();
        if (!pace.admits(keys, now)) {
            close(new Closed<>(channel, keys, PendingEnd.ADDRESS_RATE));
            return false;
        }
        channel.onClose(() -> pending.remove(channel));
        Optional<Closed<HttpChannel>> closed = pending.admit(channel, keys, now);
        closed.ifPresent(this::close);
        return closed.filter(each -> each.connection() == channel).isEmpty();
    }

    /**
     * Whether a trusted proxy opened this connection. Any other peer could name whichever address it likes (CWE-290), so
     * its connection is refused.
     */
    public boolean isOfProxy(HttpChannel channel) {
        boolean trusted = channel.peer().filter(proxies::isTrusted).isPresent();
        if (!trusted) {
            close(new Closed<>(channel, List.of(), PendingEnd.UNTRUSTED_PROXY));
        }
        return trusted;
    }

    /** Whether the connection goes on, now that its proxy has named the client, or speaks for itself. */
    boolean identified(HttpChannel channel) {
        List<String> keys = keys(channel);
        if (!pace.admits(keys, MonotonicClock.millis())) {
            close(new Closed<>(channel, keys, PendingEnd.ADDRESS_RATE));
            return false;
        }
        Optional<Closed<HttpChannel>> closed = pending.identify(channel, keys);
        closed.ifPresent(this::close);
        return !channel.isClosing();
    }

    void headerRefused(HttpChannel channel) {
        close(new Closed<>(channel, List.of(), PendingEnd.PROXY_HEADER));
    }

    /** The widest network that its address counts under; empty for a trusted proxy, and for a peer that has gone. */
    Optional<String> network(HttpChannel channel) {
        List<String> keys = keys(channel);
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    /** A connection waits until an event loop takes it on. */
    void waits() {
        waiting.incrementAndGet();
    }

    /** Its turn has come: now its time begins. */
    void begins(HttpChannel channel) {
        waiting.decrementAndGet();
        pending.begins(channel, MonotonicClock.millis());
    }

    /** It is closed before its turn. */
    void dropped(HttpChannel channel) {
        waiting.decrementAndGet();
        pending.remove(channel);
    }

    public void handshakeReceived(HttpChannel channel) {
        pending.protect(channel);
    }

    public void begun(HttpChannel channel) {
        pending.begun(channel, MonotonicClock.millis());
    }

    public void requested(HttpChannel channel) {
        pending.requested(channel, MonotonicClock.millis());
    }

    /**
     * The request that has arrived has a body, which its client may take long to send: until it has {@link #arrived} the connection
     * is protected from no newer one.
     */
    public void arriving(HttpChannel channel) {
        pending.arriving(channel);
    }

    public void arrived(HttpChannel channel) {
        pending.arrived(channel);
    }

    public void answered(HttpChannel channel) {
        pending.answered(channel, MonotonicClock.millis());
    }

    /** The answer to the current request of this connection may take so long. */
    public void answering(HttpChannel channel, long withinMs) {
        pending.answering(channel, MonotonicClock.millis() + withinMs);
    }

    public boolean isAging(HttpChannel channel) {
        return pending.isAging(channel, MonotonicClock.millis());
    }

    /** The request of this connection is a poll: its answer may take so long. */
    public void polling(HttpChannel channel, long withinMs) {
        pending.waiting(channel, MonotonicClock.millis() + withinMs);
    }

    /** The current request of this connection is one of a client without a user: it protects the connection from no newer one. */
    public void unproved(HttpChannel channel) {
        pending.unproved(channel);
    }

    /** This connection carries the polls of a client that is counted by itself: it does not count here. */
    public void exempt(HttpChannel channel, Object client) {
        pending.exempt(channel, client);
    }

    public void countAgain(HttpChannel channel, Object client) {
        pending.countAgain(channel, client);
    }

    /** This connection transfers a file, and is closed after this time. */
    public void transferring(HttpChannel channel, long withinMs) {
        pending.extend(channel, MonotonicClock.millis() + withinMs);
    }

    /**
     * This connection has upgraded, and its client may go on by it later: until it is {@link #upgraded} it counts on. No client counts
     * for it.
     */
    public void probing(HttpChannel channel, long withinMs) {
        pending.waiting(channel, MonotonicClock.millis() + withinMs);
    }

    /** A client goes on by this connection, and counts for it. Any thread may call it. */
    public void upgraded(HttpChannel channel) {
        pending.remove(channel);
    }

    /** Closes the connections whose time is over. */
    public void closeExpired() {
        pending.removeExpired(MonotonicClock.millis()).forEach(this::close);
    }

    /** Whether a call is being processed; polls and transfers of files are none. */
    public boolean isAnswering() {
        return pending.isAnswering();
    }

    /** Whether there is no connection that may expire. A later one is {@link #accepted} first. */
    public boolean isEmpty() {
        return pending.isEmpty();
    }

    public int size() {
        return pending.size();
    }

    /** How many wait until an event loop takes them on. */
    public int waiting() {
        return waiting.get();
    }

    private void close(Closed<HttpChannel> closed) {
        ends.add(closed.why());
        if (!EXPECTED.contains(closed.why())) {
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
}
