package dev.portcullis.edge.connection;

import dev.portcullis.edge.tcp.PendingConnections.Closed;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the open connections of the node, in total, for each address and for anonymous clients. Used from all event loops.
 *
 * <p>Where an address has all of its connections, users who have one there already keep out no user who has none: only one of
 * each user counts against such a newcomer ({@link AddressShares}). So whatever a few accounts hold, an address has as many users
 * as it may have connections, and never more than twice as many connections.
 *
 * <p>{@link Openings} have a tenth of the node apart from clients of which nothing is known. {@link Trials} are no part of their
 * address; once such a client has proved its user it counts as any other.
 */
public final class ConnectionLimiter {
    private final ConnectionLimitsConfig config;
    private final AddressShares shares;
    private final Openings openings;
    private final Trials<Slot> trials;
    private int total;
    private int anonymousCount;
    private int refusedCount;

    public ConnectionLimiter(ConnectionLimitsConfig config) {
        this(config, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    /** @param millis of a monotonic clock */
    ConnectionLimiter(ConnectionLimitsConfig config, LongSupplier millis) {
        this.config = config;
        this.shares = new AddressShares(config.perAddress());
        this.openings = new Openings(config.anonymous());
        this.trials = new Trials<>(config, millis);
    }

    /**
     * Acquires a slot, or returns the limit that is reached. Compares and counts in one step, so that two connections
     * cannot both get the last slot (CWE-367).
     *
     * @param addresses the keys that an address counts under, narrowest first; each wider one may hold eight times as
     *     many
     * @param isAnonymous whether the connection brings no token. One that brings some may get a slot beyond those of its address,
     *     which {@link Slot#admit} judges once its user is known
     */
    public synchronized Entry acquire(List<String> addresses, boolean isAnonymous) {
        if (total >= config.perNode() || (isAnonymous && anonymousCount >= config.anonymous())) {
            return Full.NODE;
        }
        List<String> full = shares.full(addresses);
        if (!full.isEmpty() && (isAnonymous || shares.areTaken(addresses))) {
            return Full.ADDRESS;
        }
        Slot slot = new Slot(addresses, isAnonymous, full, isAnonymous);
        slot.count();
        return slot;
    }

    /**
     * Acquires a slot for a client that has shown whose it will be, and connects later. Until then it counts as such, for this user.
     * Empty where there is no place for it; it may be let in as one of anybody.
     */
    public synchronized Optional<Slot> open(List<String> addresses, UserId user) {
        if (openings.isFull(user)) {
            return Optional.empty();
        }
        return acquire(addresses, false)
                .fold(
                        slot -> {
                            if (slot.admit(user)) {
                                slot.countOpening(user);
                                return Optional.of(slot);
                            }
                            slot.release();
                            return Optional.empty();
                        },
                        full -> Optional.empty());
    }

    /** Acquires a slot on trial, for which an older one may have to go, or returns the limit that is reached. */
    public Entry tryOut(List<String> addresses) {
        Slot slot = new Slot(addresses, true, List.of(), false);
        Optional<Runnable> close;
        synchronized (this) {
            if (total >= config.perNode() || (anonymousCount >= config.anonymous() && !trials.isFull())) {
                return Full.NODE;
            }
            Optional<Closed<Slot>> closed = trials.begin(slot, addresses);
            if (closed.filter(each -> each.connection() == slot).isPresent()) {
                return closed.get().why() == PendingEnd.NODE_LIMIT ? Full.NODE : Full.ADDRESS;
            }
            slot.countOnTrial();
            close = closed.flatMap(gone -> gone.connection().displace());
        }
        close.ifPresent(Runnable::run);
        return slot;
    }

    /** The connections of a user at an address, or in a wider network. */
    synchronized int held(String addressKey, UserId user) {
        return shares.held(addressKey, user);
    }

    public synchronized int size() {
        return total;
    }

    public synchronized int unauthenticated() {
        return anonymousCount + openings.size();
    }

    /** Addresses that hold a slot, apart from those on trial. */
    public synchronized int addresses() {
        return shares.size();
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
        private final boolean isAttempt;
        private boolean anonymous;
        private List<String> beyond;
        private boolean onTrial;
        private boolean atAddress;
        private boolean refused;
        private boolean displaced;
        private boolean released;
        private @Nullable UserId user;
        private @Nullable UserId opener;
        private @Nullable Runnable onDisplaced;

        /** @param beyond those of its networks that are full without it */
        private Slot(List<String> addresses, boolean isAnonymous, List<String> beyond, boolean isAttempt) {
            this.addresses = List.copyOf(addresses);
            this.anonymous = isAnonymous;
            this.beyond = beyond;
            this.isAttempt = isAttempt;
        }

        @Override
        public <R> R fold(Function<Slot, R> slot, Function<Full, R> full) {
            return slot.apply(this);
        }

        /** The narrowest key that its address counts under. */
        public String addressKey() {
            return addresses.get(0);
        }

        /** Whether its client came without a proof, and not on trial: its attempt counted for its address. */
        public boolean isAttempt() {
            return isAttempt;
        }

        /** One more slot for the same address, of a client without a session. */
        public Entry another() {
            return acquire(addresses, true);
        }

        /**
         * The client has proved to be this user, for whom the connection counts from now on. False if there is no place for it,
         * or if it had to give way meanwhile.
         */
        public boolean admit(UserId as) {
            synchronized (ConnectionLimiter.this) {
                if (released || displaced) {
                    return false;
                }
                if (as.equals(user)) {
                    uncountOpening();
                    return true;
                }
                if (onTrial) {
                    beyond = shares.full(addresses);
                    if (!beyond.isEmpty() && shares.areTaken(addresses)) {
                        return false;
                    }
                }
                if (beyond.stream().anyMatch(network -> shares.held(network, as) > 0)) {
                    return false;
                }
                uncountOpening();
                leaveTrial();
                uncountAtAddress();
                user = as;
                countAtAddress();
                authenticated();
                return true;
            }
        }

        /**
         * Has the connection of a user who gets no session count for its address no more: else one user who comes again and
         * again would keep out the others there. False where too many wait for the end of such a connection.
         */
        public boolean refused() {
            synchronized (ConnectionLimiter.this) {
                if (refusedCount >= config.anonymous()) {
                    return false;
                }
                refusedCount++;
                refused = true;
                uncountAtAddress();
                return true;
            }
        }

        /** @param close runs once, on any thread, if this slot goes to a newer client */
        public void onDisplaced(Runnable close) {
            synchronized (ConnectionLimiter.this) {
                if (!displaced) {
                    onDisplaced = close;
                    return;
                }
            }
            close.run();
        }

        public void release() {
            synchronized (ConnectionLimiter.this) {
                if (!released) {
                    released = true;
                    onDisplaced = null;
                    uncountOpening();
                    leaveTrial();
                    uncountAtAddress();
                    authenticated();
                    if (refused) {
                        refusedCount--;
                    }
                    total--;
                }
            }
        }

        private void count() {
            total++;
            if (anonymous) {
                anonymousCount++;
            }
            countAtAddress();
        }

        private void countOnTrial() {
            total++;
            anonymousCount++;
            onTrial = true;
        }

        private void countOpening(UserId of) {
            opener = of;
            openings.add(of);
        }

        private void uncountOpening() {
            UserId of = opener;
            if (of != null) {
                opener = null;
                openings.remove(of);
            }
        }

        /** @return what ends its connection, if that is open already */
        private Optional<Runnable> displace() {
            Optional<Runnable> close = Optional.ofNullable(onDisplaced);
            displaced = true;
            release();
            return close;
        }

        private void leaveTrial() {
            if (onTrial) {
                onTrial = false;
                trials.end(this);
            }
        }

        private void authenticated() {
            if (anonymous) {
                anonymous = false;
                anonymousCount--;
            }
        }

        private void countAtAddress() {
            atAddress = true;
            shares.add(addresses, Optional.ofNullable(user));
        }

        private void uncountAtAddress() {
            if (atAddress) {
                atAddress = false;
                shares.remove(addresses, Optional.ofNullable(user));
            }
        }
    }
}
