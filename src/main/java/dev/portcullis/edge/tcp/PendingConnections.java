package dev.portcullis.edge.tcp;

import dev.portcullis.edge.tcp.EvictionOrder.Kind;
import dev.portcullis.edge.tcp.PendingDeadlines.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides which TCP connections may wait for their upgrade. At the limit of an address a new connection evicts one of that
 * address, at the limit of the node one of the address that has most of them: a client that holds sockets open locks out no
 * other (CWE-400). Connections that wait for a request, for the body of one, and all others each give way first where they are
 * most ({@link EvictionOrder}). One that has brought a request is safe for a grace period from its accept, and while its handshake or
 * request is being processed: if there are only such ones, the new connection is closed instead, whose client can try again.
 */
public final class PendingConnections<C> {
    private final PendingLimits limits;

    private final PendingDeadlines<C> deadlines;
    private final Map<C, Entry<C>> all = new HashMap<>();
    private final PendingCounts<C> counts = new PendingCounts<>();
    private final Map<C, Object> exempt = new HashMap<>();

    /** Connections that wait for a body, and whether that protects them once it has come. */
    private final Map<C, Boolean> arriving = new HashMap<>();

    /** A connection that must be closed. */
    public record Closed<C>(C connection, List<String> addresses, PendingEnd why) {}

    private record Entry<C>(C connection, List<String> addresses, long accepted) {
        /** All clients of a trusted proxy come on its connections, and are not counted under its address. */
        private boolean isOfProxy() {
            return addresses.isEmpty();
        }
    }

    public PendingConnections(PendingLimits limits) {
        this.limits = limits;
        this.deadlines = new PendingDeadlines<>();
    }

    /**
     * Adds a connection.
     *
     * @param addresses the keys that its address counts under, narrowest first; each wider key allows eight times as
     *     many. Empty for a trusted proxy, behind which all clients connect
     * @return the connection that must be closed for it, which is the new one if no other can be evicted
     */
    public synchronized Optional<Closed<C>> admit(C connection, List<String> addresses, long now) {
        Entry<C> entry = new Entry<>(connection, addresses, now);
        Optional<Closed<C>> closed = evictForAddress(entry)
                .or(() -> counts.size() >= limits.total()
                        ? Optional.of(evict(counts.ofAtLeastAsFull(addresses), entry, PendingEnd.NODE_LIMIT))
                        : Optional.empty());
        if (closed.filter(each -> each.connection() == connection).isEmpty()) {
            all.put(connection, entry);
            counts.add(addresses);
            deadlines.begin(connection, Phase.SILENT, now + limits.times().headMs());
            makeEvictable(entry);
        }
        return closed;
    }

    /**
     * Counts a connection under the address that was named for it. Its end stays.
     *
     * @return the connection that must be closed for it, which is itself if no other can be evicted
     */
    synchronized Optional<Closed<C>> identify(C connection, List<String> addresses) {
        Entry<C> before = all.get(connection);
        if (before == null) {
            return Optional.empty(); // evicted meanwhile
        }
        Entry<C> entry = new Entry<>(connection, addresses, before.accepted());
        Optional<Closed<C>> closed = evictForAddress(entry);
        if (closed.filter(each -> each.connection() == connection).isPresent()) {
            remove(connection);
        } else {
            all.replace(connection, entry);
            counts.remove(connection, before.addresses());
            counts.add(addresses);
            makeEvictable(entry);
        }
        return closed;
    }

    /** Protects a connection from eviction: its handshake is being checked. */
    synchronized void protect(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null && !exempt.containsKey(connection)) {
            counts.protect(connection, entry.addresses());
        }
    }

    /**
     * The connection belongs to a client that is counted by itself: it counts here no more. Its time goes on.
     *
     * @param client who has it; the last one does
     */
    synchronized void exempt(C connection, Object client) {
        Entry<C> entry = all.get(connection);
        if (entry != null && exempt.put(connection, client) == null) {
            counts.remove(connection, entry.addresses());
        }
    }

    /** This client has it no more. Until it closes, it may be one too many. */
    synchronized void countAgain(C connection, Object client) {
        Entry<C> entry = all.get(connection);
        if (entry != null && exempt.remove(connection, client)) {
            counts.add(entry.addresses());
            if (!deadlines.is(connection, Phase.ANSWER) && !deadlines.is(connection, Phase.TRANSFER)) {
                makeEvictable(entry);
            }
        }
    }

    /** The connection transfers a file: it may stay until then, counts on, and is protected from eviction. */
    synchronized void extend(C connection, long until) {
        if (all.containsKey(connection)) {
            deadlines.begin(connection, Phase.TRANSFER, until);
            protect(connection);
        }
    }

    /** The first byte of a request has arrived. Before the first request the time from the accept goes on. */
    synchronized void begun(C connection, long now) {
        Entry<C> entry = all.get(connection);
        if (entry == null) {
            return;
        }
        if (deadlines.is(connection, Phase.NEXT_REQUEST)) {
            await(entry, Phase.HEAD, now + limits.times().headMs());
        } else if (deadlines.is(connection, Phase.SILENT)) {
            deadlines.turn(connection, Phase.HEAD);
            makeEvictable(entry);
        }
    }

    /** The head of a request has arrived: the connection is protected from eviction while that is processed. */
    synchronized void requested(C connection, long now) {
        if (all.containsKey(connection)) {
            deadlines.begin(connection, Phase.ANSWER, now + limits.times().callMs());
            protect(connection);
        }
    }

    /** What was asked for is answered until then, since it comes from others: the connection is protected from eviction. */
    synchronized void waiting(C connection, long until) {
        if (all.containsKey(connection)) {
            deadlines.begin(connection, Phase.ANSWER, until);
            protect(connection);
        }
    }

    /** The connection has upgraded, and its client does not use it yet: it counts on, and may be evicted. */
    synchronized void probing(C connection, long until) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            deadlines.begin(connection, Phase.ANSWER, until);
            makeEvictable(entry);
        }
    }

    /** What was asked for proves nothing of its client, who may take long: the connection may be evicted meanwhile. */
    synchronized void unproved(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            arriving.replace(connection, false);
            makeEvictable(entry);
        }
    }

    /** The body of what was asked for is on its way, and its client may take long: the connection may be evicted meanwhile. */
    synchronized void arriving(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            arriving.put(connection, true);
            makeEvictable(entry);
        }
    }

    /** It has arrived: the connection is protected from eviction, unless it was answered or found to prove nothing meanwhile. */
    synchronized void arrived(C connection) {
        Boolean proves = arriving.remove(connection);
        Entry<C> entry = all.get(connection);
        if (proves == null || entry == null) {
            return;
        }
        if (proves) {
            protect(connection);
        } else {
            makeEvictable(entry);
        }
    }

    /**
     * The response was given: the connection waits for its next request, behind all others. A transfer is the last one. The
     * peer of an aging connection takes its last response.
     */
    public synchronized void answered(C connection, long now) {
        arriving.remove(connection);
        Entry<C> entry = all.get(connection);
        if (entry == null || deadlines.is(connection, Phase.TRANSFER)) {
            return;
        }
        if (isAging(connection, now)) {
            deadlines.begin(connection, Phase.NEXT_REQUEST, now + limits.times().headMs());
            makeEvictable(entry);
        } else {
            await(entry, Phase.NEXT_REQUEST, now + limits.times().idleMs());
        }
    }

    /**
     * Whether the answer that is given now should be the connection's last. It is so from the half of its time on: else a
     * client would often send its next request just as the connection is closed (RFC 9112 section 9.6).
     */
    synchronized boolean isAging(C connection, long now) {
        Entry<C> entry = all.get(connection);
        return entry != null
                && !entry.isOfProxy()
                && now - entry.accepted() >= limits.times().requestsMs() / 2;
    }

    /** Removes a connection that has upgraded or closed. */
    public synchronized void remove(C connection) {
        Entry<C> entry = all.remove(connection);
        arriving.remove(connection);
        if (entry != null) {
            deadlines.remove(connection);
            if (exempt.remove(connection) == null) {
                counts.remove(connection, entry.addresses());
            }
        }
    }

    synchronized boolean contains(C connection) {
        return all.containsKey(connection);
    }

    /** Removes and returns the connections whose time is over. */
    synchronized List<Closed<C>> removeExpired(long now) {
        List<Closed<C>> expired = deadlines.expired(now).stream()
                .flatMap(connection -> Stream.ofNullable(all.get(connection)))
                .map(entry -> new Closed<>(
                        entry.connection(),
                        entry.addresses(),
                        deadlines.is(entry.connection(), Phase.NEXT_REQUEST) ? PendingEnd.IDLE : PendingEnd.DEADLINE))
                .toList();
        expired.forEach(each -> remove(each.connection()));
        return expired;
    }

    /** How many count. */
    public synchronized int size() {
        return counts.size();
    }

    private Optional<Closed<C>> evictForAddress(Entry<C> newcomer) {
        return counts.ofFull(newcomer.addresses(), limits.perAddress())
                .map(order -> evict(Stream.of(order), newcomer, PendingEnd.ADDRESS_LIMIT));
    }

    private Closed<C> evict(Stream<EvictionOrder<C>> orders, Entry<C> newcomer, PendingEnd why) {
        Entry<C> gone = orders.flatMap(order -> order.first(each -> hasWaited(each, newcomer)).stream())
                .findFirst()
                .map(all::get)
                .orElse(newcomer);
        remove(gone.connection());
        return new Closed<>(gone.connection(), gone.addresses(), why);
    }

    private boolean hasWaited(C connection, Entry<C> newcomer) {
        Entry<C> entry = all.get(connection);
        return entry != null && newcomer.accepted() - entry.accepted() >= limits.graceMs();
    }

    private void await(Entry<C> entry, Phase phase, long end) {
        long last = entry.isOfProxy() ? end : entry.accepted() + limits.times().requestsMs();
        deadlines.begin(entry.connection(), phase, Math.min(end, last));
        makeEvictable(entry);
    }

    private Kind kindOf(C connection) {
        if (arriving.containsKey(connection)) {
            return Kind.BODY;
        }
        return deadlines.is(connection, Phase.SILENT) || deadlines.is(connection, Phase.HEAD) ? Kind.HEAD : Kind.OTHER;
    }

    /** Behind all others. */
    private void makeEvictable(Entry<C> entry) {
        if (!exempt.containsKey(entry.connection())) {
            counts.makeEvictable(entry.connection(), entry.addresses(), kindOf(entry.connection()));
        }
    }
}
