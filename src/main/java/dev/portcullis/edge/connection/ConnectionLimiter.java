package dev.portcullis.edge.connection;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Counts the node's open connections, so that neither one address nor the nameless can fill it. */
public final class ConnectionLimiter {
    private final ConnectionLimitsConfig config;
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger anonymous = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    public ConnectionLimiter(ConnectionLimitsConfig config) {
        this.config = config;
    }

    /**
     * Takes a place, or says which one is missing. It is taken first and looked at then: of two who come at once for the
     * last one, not both may have it (CWE-367).
     *
     * @param addresses the keys an address counts under, narrowest first; wider ones may hold eight times as many
     * @param nameless whether the connection brings no token
     */
    public Entry acquire(List<String> addresses, boolean nameless) {
        if (all.incrementAndGet() > config.perNode()) {
            all.decrementAndGet();
            return Full.NODE;
        }
        if (nameless && anonymous.incrementAndGet() > config.anonymous()) {
            anonymous.decrementAndGet();
            all.decrementAndGet();
            return Full.NODE;
        }
        Slot slot = new Slot(addresses, nameless);
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
        return all.get();
    }

    public int unauthenticated() {
        return anonymous.get();
    }

    /** Addresses that hold a place. */
    public int addresses() {
        return byAddress.size();
    }

    private void forget(String address) {
        byAddress.computeIfPresent(address, (any, count) -> count == 1 ? null : count - 1);
    }

    /** Whether there was room. */
    public sealed interface Entry {
        <R> R fold(Function<Slot, R> slot, Function<Full, R> full);
    }

    /** What there is no room in. */
    public enum Full implements Entry {
        NODE,
        ADDRESS;

        @Override
        public <R> R fold(Function<Slot, R> slot, Function<Full, R> full) {
            return full.apply(this);
        }
    }

    /** One connection's place. Given back once. */
    public final class Slot implements Entry {
        private final List<String> addresses;
        private boolean nameless;
        private boolean left;

        private Slot(List<String> addresses, boolean nameless) {
            this.addresses = List.copyOf(addresses);
            this.nameless = nameless;
        }

        @Override
        public <R> R fold(Function<Slot, R> slot, Function<Full, R> full) {
            return slot.apply(this);
        }

        /** It is known now who this is. */
        void authenticated() {
            if (nameless) {
                nameless = false;
                anonymous.decrementAndGet();
            }
        }

        public void release() {
            release(addresses.size());
        }

        private void release(int counted) {
            if (!left) {
                left = true;
                authenticated();
                addresses.subList(0, counted).forEach(ConnectionLimiter.this::forget);
                all.decrementAndGet();
            }
        }
    }
}
