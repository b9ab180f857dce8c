package dev.portcullis.edge.tcp;

import dev.portcullis.edge.tcp.PendingDeadlines.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides which TCP connections may wait for their upgrade. At the limit of an address a new connection evicts the oldest of
 * that address, at the limit of the node the oldest of the address that has most of them: a client that holds sockets open
 * locks out no other (CWE-400). Its age counts from its accept, and nothing that its peer does makes it younger: otherwise
 * attackers would keep theirs young. A connection whose handshake or request is being processed is safe: if there are only such
 * ones, the new connection is closed instead, and its client can try again.
 */
public final class PendingConnections<C> {
    private final PendingLimits limits;

    private final PendingDeadlines<C> deadlines;
    private final Map<C, Entry<C>> all = new HashMap<>();
    private final PendingCounts<C> counts = new PendingCounts<>();
    private final Map<C, Object> exempt = new HashMap<>();

    /** Connections whose handshake or request is being processed, whether they count or not. */
    private final Set<C> safe = new HashSet<>();

    /** Connections that wait for a body, which protects them once it has come. */
    private final Set<C> arriving = new HashSet<>();

    private long places;

    /** A connection that must be closed. */
    public record Closed<C>(C connection, List<String> addresses, PendingEnd why) {}

    /**
     * @param accepted when it was accepted, or had its turn
     * @param place lower for an older one
     */
    private record Entry<C>(C connection, List<String> addresses, long accepted, long place) {
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
        Entry<C> entry = new Entry<>(connection, addresses, now, places++);
        Optional<Closed<C>> closed = evictForAddress(entry)
                .or(() -> counts.size() >= limits.total()
                        ? Optional.of(evict(counts.ofAtLeastAsFull(addresses), entry, PendingEnd.NODE_LIMIT))
                        : Optional.empty());
        if (closed.filter(each -> each.connection() == connection).isEmpty()) {
            all.put(connection, entry);
            counts.add(addresses);
            deadlines.begin(connection, Phase.HEAD, now + limits.times().headMs());
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
        Entry<C> entry = new Entry<>(connection, addresses, before.accepted(), before.place());
        Optional<Closed<C>> closed = evictForAddress(entry);
        if (closed.filter(each -> each.connection() == connection).isPresent()) {
            remove(connection);
        } else {
            all.replace(connection, entry);
            counts.remove(before.place(), before.addresses());
            counts.add(addresses);
            makeEvictable(entry);
        }
        return closed;
    }

    /** The connection waited for its turn, and its time begins. It goes before those that were accepted after it. */
    synchronized void begins(C connection, long now) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            all.replace(connection, new Entry<>(connection, entry.addresses(), now, entry.place()));
            deadlines.begin(connection, Phase.HEAD, now + limits.times().headMs());
        }
    }

    /** Protects a connection from eviction: its handshake is being checked. */
    synchronized void protect(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            safe.add(connection);
            if (!exempt.containsKey(connection)) {
                counts.protect(entry.place(), entry.addresses());
            }
        }
    }

    /**
     * The connection belongs to a client that is counted by itself: it counts here no more. Its time goes on.
     *
     * @param client the client that has the connection; the last one counts
     */
    synchronized void exempt(C connection, Object client) {
        Entry<C> entry = all.get(connection);
        if (entry != null && exempt.put(connection, client) == null) {
            counts.remove(entry.place(), entry.addresses());
        }
    }

    /** This client has it no more. Until it closes, it may be one too many. */
    synchronized void countAgain(C connection, Object client) {
        Entry<C> entry = all.get(connection);
        if (entry != null && exempt.remove(connection, client)) {
            counts.add(entry.addresses());
            if (!safe.contains(connection)) {
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
        if (entry != null && deadlines.is(connection, Phase.NEXT_REQUEST)) {
            await(entry, Phase.HEAD, now + limits.times().headMs());
        }
    }

    /** The head of a request has arrived: the connection is protected from eviction while that is processed. */
    synchronized void requested(C connection, long now) {
        if (all.containsKey(connection)) {
            deadlines.begin(connection, Phase.ANSWER, now + limits.times().callMs());
            protect(connection);
        }
    }

    /** The answer to the request that is being processed may come until then. */
    synchronized void answering(C connection, long until) {
        if (deadlines.is(connection, Phase.ANSWER)) {
            deadlines.begin(connection, Phase.ANSWER, until);
        }
    }

    /**
     * The answer to the request comes from others until then, or the connection has upgraded and its client does not use it yet: it
     * may be evicted, unless it is exempt.
     */
    synchronized void waiting(C connection, long until) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            deadlines.begin(connection, Phase.ANSWER_OF_OTHERS, until);
            makeEvictable(entry);
        }
    }

    /** The request proves nothing about its client, and may take long: the connection may be evicted meanwhile. */
    synchronized void unproved(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            arriving.remove(connection);
            makeEvictable(entry);
        }
    }

    /** The body of what was asked for is on its way, and its client may take long: the connection may be evicted meanwhile. */
    synchronized void arriving(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            arriving.add(connection);
            makeEvictable(entry);
        }
    }

    /** It has arrived: the connection is protected from eviction, unless it was answered or found to prove nothing meanwhile. */
    synchronized void arrived(C connection) {
        if (arriving.remove(connection)) {
            protect(connection);
        }
    }

    /**
     * The response was given: the connection waits for its next request. A transfer is the last one. The peer of an aging
     * connection takes its last response.
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
            await(used(entry), Phase.NEXT_REQUEST, now + limits.times().idleMs());
        }
    }

    /**
     * Whether the answer that is given now should be the connection's last. It is the last from the half of the connection's
     * time on, and where its address or the node is nearly full, so that an old connection goes soon: otherwise a client would
     * often send its next request just as the connection is closed (RFC 9112 section 9.6).
     */
    synchronized boolean isAging(C connection, long now) {
        Entry<C> entry = all.get(connection);
        return entry != null
                && !entry.isOfProxy()
                && (now - entry.accepted() >= limits.times().requestsMs() / 2
                        || (!exempt.containsKey(connection)
                                && counts.isNearlyFull(entry.addresses(), limits.perAddress(), limits.total())));
    }

    /**
     * A connection of a trusted proxy carries the requests of all clients: there the one that was used least recently goes
     * first.
     */
    private Entry<C> used(Entry<C> entry) {
        if (!entry.isOfProxy()) {
            return entry;
        }
        counts.protect(entry.place(), entry.addresses());
        Entry<C> next = new Entry<>(entry.connection(), entry.addresses(), entry.accepted(), places++);
        all.replace(entry.connection(), next);
        return next;
    }

    /** Removes a connection that has upgraded or closed. */
    public synchronized void remove(C connection) {
        Entry<C> entry = all.remove(connection);
        arriving.remove(connection);
        safe.remove(connection);
        if (entry != null) {
            deadlines.remove(connection);
            if (exempt.remove(connection) == null) {
                counts.remove(entry.place(), entry.addresses());
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

    /** Whether a request is being processed, which may have taken effect: its client would not know. */
    synchronized boolean isAnswering() {
        return deadlines.hasAny(Phase.ANSWER);
    }

    /** Whether no connection has a deadline, counted or exempt. */
    synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    /** How many count. */
    public synchronized int size() {
        return counts.size();
    }

    private Optional<Closed<C>> evictForAddress(Entry<C> newcomer) {
        return counts.ofFull(newcomer.addresses(), limits.perAddress())
                .map(order -> evict(Stream.of(order), newcomer, PendingEnd.ADDRESS_LIMIT));
    }

    private Closed<C> evict(Stream<NavigableMap<Long, C>> orders, Entry<C> newcomer, PendingEnd why) {
        Entry<C> gone = orders.flatMap(order -> Stream.ofNullable(order.firstEntry()))
                .flatMap(eldest -> Stream.ofNullable(all.get(eldest.getValue())))
                .filter(eldest -> newcomer.accepted() - eldest.accepted() >= limits.graceMs())
                .findFirst()
                .orElse(newcomer);
        remove(gone.connection());
        return new Closed<>(gone.connection(), gone.addresses(), why);
    }

    private void await(Entry<C> entry, Phase phase, long end) {
        long last = entry.isOfProxy() ? end : entry.accepted() + limits.times().requestsMs();
        deadlines.begin(entry.connection(), phase, Math.min(end, last));
        makeEvictable(entry);
    }

    private void makeEvictable(Entry<C> entry) {
        safe.remove(entry.connection());
        if (!exempt.containsKey(entry.connection())) {
            counts.makeEvictable(entry.connection(), entry.place(), entry.addresses());
        }
    }
}
