package dev.portcullis.edge.connection;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Limits the open connections of the node, in total, for each address and for anonymous clients. */
public final class ConnectionLimiter {
    private final ConnectionLimitsConfig config;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger anonymousCount = new AtomicInteger();
    private final AtomicInteger refusedCount = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    public ConnectionLimiter(ConnectionLimitsConfig config) {
        this.config = config;
    }

    /**
     * Acquires a slot, or returns the limit that is reached. Counts first and compares then, so that two connections
     * cannot both get the last slot (CWE-367).
     *
     * @param addresses the keys that an address counts under, narrowest first; each wider one may hold eight times as
     *     many
     * @param isAnonymous whether the connection brings no token
     */
    public Entry acquire(List<String> addresses, boolean isAnonymous) {
        if (total.incrementAndGet() > config.perNode()) {
            total.decrementAndGet();
            return Full.NODE;
        }
        if (isAnonymous && anonymousCount.incrementAndGet() > config.anonymous()) {
            anonymousCount.decrementAndGet();
            total.decrementAndGet();
            return Full.NODE;
        }
        Slot slot = new Slot(addresses, isAnonymous);
        int max = config.perAddress();
        for (int i = 0; i < addresses.size(); i++) {
            if (byAddress.merge(addresses.get(i), 1, Integer::sum) > max) {
                slot.release(i + 1);
                return Full.ADDRESS;
            }
            max *= 8;
        }
        return slot;
    }

    public int size() {
        return total.get();
    }

    public int unauthenticated() {
        return anonymousCount.get();
    }

    /** Addresses that hold a slot. */
    public int addresses() {
        return byAddress.size();
    }

    private void decrement(String address) {
        byAddress.computeIfPresent(address, (any, count) -> count == 1 ? null : count - 1);
    }

    /** The result of {@link #acquire}: a slot, or the limit that is reached. */
    public sealed interface Entry {
        <R> R fold(Function<Slot, R> slot, Function<Full, R> full);
    }

    /** The limit that is reached. */
    public enum Full implements Entry {
        NODE,
        ADDRESS;

        @Override
        public <R> R fold(Function<Slot, R> slot, Function<Full, R> full) {
            return full.apply(this);
        }
    }

    /** One connection's slot. Only the first release counts. */
    public final class Slot implements Entry {
        private final List<String> addresses;
        private boolean anonymous;
        private boolean refused;
        private boolean released;

        private Slot(List<String> addresses, boolean isAnonymous) {
            this.addresses = List.copyOf(addresses);
            this.anonymous = isAnonymous;
        }

        @Override
        public <R> R fold(Function<Slot, R> slot, Function<Full, R> full) {
            return slot.apply(this);
        }

        /** The narrowest key that its address counts under. */
        public String addressKey() {
            return addresses.get(0);
        }

        /** One more slot for the same address, of a client without a session. */
        public Entry another() {
            return acquire(addresses, true);
        }

        /** The connection no longer counts as anonymous. */
        void authenticated() {
            if (anonymous) {
                anonymous = false;
                anonymousCount.decrementAndGet();
            }
        }

        /**
         * Has the connection of a user who gets no session count for its address no more: else one user who comes again and
         * again would keep out the others there. False where too many wait for the end of such a connection.
         */
        public boolean refused() {
            if (refusedCount.incrementAndGet() > config.anonymous()) {
                refusedCount.decrementAndGet();
                return false;
            }
            refused = true;
            addresses.forEach(ConnectionLimiter.this::decrement);
            return true;
        }

        public void release() {
            release(refused ? 0 : addresses.size());
        }

        private void release(int counted) {
            if (!released) {
                released = true;
                authenticated();
                addresses.subList(0, counted).forEach(ConnectionLimiter.this::decrement);
                if (refused) {
                    refusedCount.decrementAndGet();
                }
                total.decrementAndGet();
            }
        }
    }
}
