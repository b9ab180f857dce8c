package dev.portcullis.edge.connection;

import dev.portcullis.edge.tcp.PendingConnections;
import dev.portcullis.edge.tcp.PendingConnections.Closed;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.MonotonicClock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Limits the open connections of the node, in total, for each address and for anonymous clients. Used from all event loops.
 *
 * <p>If an address has all of its connections, users with a connection there keep out no user without one: only one connection
 * of each user counts against such a newcomer ({@link AddressShares}). So whatever a few accounts hold, an address has as many
 * users as it may have connections. It never has more than twice as many connections, beside those for which a place was
 * reserved before. A user with connections there is refused, and these are {@linkplain Slot#onContested checked}: a connection
 * whose client is gone is not worth more than its user.
 *
 * <p>A client with a token counts apart while the token is checked, and an address may have as many such clients as connections:
 * so handshakes under way take no place from users. If its address has room, a place is reserved for the client, so that its
 * session can be opened at once. If not, its user is found out first, and only a client that gets a place opens a session, which
 * may end another one of the user.
 *
 * <p>{@link Openings} have a tenth of the node, apart from clients of which nothing is known. Clients on trial do not count for
 * their address; once such a client has proved its user it counts as any other.
 */
public final class ConnectionLimiter {
    private final ConnectionLimitsConfig config;
    private final AddressShares<Slot> shares;
    private final AddressShares<Slot> checks;
    private final Openings openings;
    /** At addresses that are refused otherwise. They give way to newer ones, so that who proves nothing keeps out no one who will. */
    private final PendingConnections<Slot> trials;

    private final LongSupplier millis;
    private int total;
    private int anonymousCount;
    private int endingCount;

    public ConnectionLimiter(ConnectionLimitsConfig config) {
        this(config, MonotonicClock::millis);
    }

    /** @param millis of a monotonic clock */
    ConnectionLimiter(ConnectionLimitsConfig config, LongSupplier millis) {
        this.config = config;
        this.shares = new AddressShares<>(config.perAddress());
        this.checks = new AddressShares<>(config.perAddress());
        this.openings = new Openings(config.anonymous());
        this.trials = new PendingConnections<>(config.trials());
        this.millis = millis;
    }

    /**
     * Acquires a slot, or returns the limit that is reached. Compares and counts in one step, so that two connections
     * cannot both get the last slot (CWE-367).
     *
     * @param addresses the keys that an address counts under, narrowest first; each wider one may hold eight times as
     *     many
     * @param isAnonymous whether the connection brings no token. Of one that brings some {@link Slot#admit} judges whether its
     *     address has a place for its user, once that is known
     */
    public synchronized Result<Slot, Full> acquire(List<String> addresses, boolean isAnonymous) {
        if (total >= config.perNode() || (isAnonymous && anonymousCount >= config.anonymous())) {
            return Result.refused(Full.NODE);
        }
        return (isAnonymous ? placeOfAnonymous(addresses) : placeOfCheck(addresses))
                .map(place -> {
                    Slot slot = new Slot(addresses, isAnonymous, isAnonymous);
                    slot.begin(place);
                    return Result.<Slot, Full>done(slot);
                })
                .orElse(Result.refused(Full.ADDRESS));
    }

    private Optional<Place> placeOfAnonymous(List<String> addresses) {
        return Optional.of(Place.AT_ADDRESS)
                .filter(any -> shares.full(addresses).isEmpty());
    }

    private Optional<Place> placeOfCheck(List<String> addresses) {
        return shares.canReserve(addresses)
                ? Optional.of(Place.RESERVED)
                : Optional.of(Place.IN_CHECK)
                        .filter(any -> checks.full(addresses).isEmpty());
    }

    /**
     * Acquires a slot for a client that has shown whose it will be, and connects later. Until then it counts as such, for this
     * user. Empty where there is no place for it; it may be let in as one of anybody.
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
    public Result<Slot, Full> tryOut(List<String> addresses) {
        Slot slot = new Slot(addresses, true, false);
        Optional<Runnable> close;
        synchronized (this) {
            if (total >= config.perNode()
                    || (anonymousCount >= config.anonymous() && trials.size() < config.anonymousOnTrial())) {
                return Result.refused(Full.NODE);
            }
            Optional<Closed<Slot>> closed = trials.admit(slot, addresses, millis.getAsLong());
            if (closed.filter(each -> each.connection() == slot).isPresent()) {
                return Result.refused(closed.get().why() == PendingEnd.NODE_LIMIT ? Full.NODE : Full.ADDRESS);
            }
            slot.begin(Place.ON_TRIAL);
            close = closed.flatMap(gone -> gone.connection().displace());
        }
        close.ifPresent(Runnable::run);
        return Result.done(slot);
    }

    /** The connections of a user at an address, or in a wider network. */
    synchronized int held(String addressKey, UserId user) {
        return shares.held(addressKey, user).size();
    }

    public synchronized int size() {
        return total;
    }

    public synchronized int unauthenticated() {
        return anonymousCount + openings.size();
    }

    /** Addresses that hold a connection, apart from those on trial. */
    public synchronized int addresses() {
        return shares.size();
    }

    /** The limit that is reached. */
    public enum Full {
        NODE,
        ADDRESS
    }

    /** The count that a slot belongs to. */
    private enum Place {
        /** Its token is being checked, and it has a place at its address if that is right. */
        RESERVED,
        /** Its token is being checked, and may give it no place. */
        IN_CHECK,
        AT_ADDRESS,
        ON_TRIAL,
        /** Its connection is about to end. */
        NONE
    }

    /** One connection's slot. Only the first release counts. */
    public final class Slot {
        private final List<String> addresses;
        private final boolean isAttempt;
        private Place place = Place.NONE;
        private boolean anonymous;
        private boolean ending;
        private boolean displaced;
        private boolean released;
        private boolean vacated;
        private Optional<UserId> user = Optional.empty();
        private Optional<UserId> opener = Optional.empty();
        private @Nullable Runnable onDisplaced;
        private @Nullable Runnable onContested;

        private Slot(List<String> addresses, boolean isAnonymous, boolean isAttempt) {
            this.addresses = List.copyOf(addresses);
            this.anonymous = isAnonymous;
            this.isAttempt = isAttempt;
        }

        /** The narrowest key that its address counts under. */
        public String addressKey() {
            return addresses.get(0);
        }

        /** Whether its client came without a proof, and not on trial: its attempt counted for its address. */
        public boolean isAttempt() {
            return isAttempt;
        }

        /** Acquires a further slot for the same address, for a client without a session. */
        public Result<Slot, Full> another() {
            return acquire(addresses, true);
        }

        /** Whether the client gets the place whichever user it proves to be; otherwise {@link #admit} decides for each user. */
        public boolean isAssured() {
            synchronized (ConnectionLimiter.this) {
                return user.isEmpty() && (place == Place.AT_ADDRESS || place == Place.RESERVED);
            }
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
                if (!user.equals(Optional.of(as))) {
                    if (!isAssured() && !takesPlaceFor(as)) {
                        return false;
                    }
                    move(Place.NONE); // under which it was counted before
                    user = Optional.of(as);
                    move(Place.AT_ADDRESS);
                    authenticated();
                }
                uncountOpening();
                return true;
            }
        }

        /**
         * Gives users who have no connection at a full address a place there, or one of the user's own places whose connection
         * is gone. The user's other connections are checked.
         */
        private boolean takesPlaceFor(UserId as) {
            List<String> full = shares.full(addresses);
            if (full.isEmpty()) {
                return true;
            }
            Set<Slot> own = full.stream()
                    .flatMap(network -> shares.held(network, as).stream())
                    .collect(Collectors.toSet());
            Optional<Slot> gone = own.stream()
                    .filter(each -> each.vacated && each.addresses.containsAll(full))
                    .findAny();
            gone.ifPresentOrElse(each -> each.move(Place.NONE), () -> own.forEach(Slot::contest));
            return gone.isPresent() || (own.isEmpty() && !shares.areTaken(addresses));
        }

        /**
         * Ends the slot like {@link #ending}, but its place is kept for a further connection of its user.
         *
         * @return to be run when that had the time to come
         */
        public Runnable vacate() {
            synchronized (ConnectionLimiter.this) {
                Slot kept = new Slot(addresses, false, false);
                if (place == Place.AT_ADDRESS && ending()) {
                    kept.user = user;
                    kept.vacated = true;
                    kept.move(Place.AT_ADDRESS);
                }
                return kept::giveUp;
            }
        }

        private void giveUp() {
            synchronized (ConnectionLimiter.this) {
                move(Place.NONE);
            }
        }

        /**
         * Its connection ends soon, and counts for its address no more: neither does a user who comes again and again without
         * getting a session keep out the others there, nor a peer that answers no close. False where too many wait for their end.
         */
        public boolean ending() {
            synchronized (ConnectionLimiter.this) {
                if (released || ending || endingCount >= config.anonymous()) {
                    return ending;
                }
                endingCount++;
                ending = true;
                move(Place.NONE);
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

        /**
         * @param check runs on any thread, and must not wait, each time when a further client of the same user is refused because
         *     of this one, which may be gone without a word
         */
        public void onContested(Runnable check) {
            synchronized (ConnectionLimiter.this) {
                if (!released) {
                    onContested = check;
                }
            }
        }

        public void release() {
            synchronized (ConnectionLimiter.this) {
                if (!released) {
                    released = true;
                    onDisplaced = null;
                    onContested = null;
                    uncountOpening();
                    move(Place.NONE);
                    authenticated();
                    if (ending) {
                        endingCount--;
                    }
                    total--;
                }
            }
        }

        private void begin(Place first) {
            total++;
            if (anonymous) {
                anonymousCount++;
            }
            move(first);
        }

        private void move(Place next) {
            switch (place) {
                case RESERVED -> shares.unreserve(addresses);
                case IN_CHECK -> checks.remove(addresses, user, this);
                case AT_ADDRESS -> shares.remove(addresses, user, this);
                case ON_TRIAL -> trials.remove(this);
                case NONE -> {}
            }
            place = next;
            switch (next) {
                case RESERVED -> shares.reserve(addresses);
                case IN_CHECK -> checks.add(addresses, user, this);
                case AT_ADDRESS -> shares.add(addresses, user, this);
                case ON_TRIAL, NONE -> {}
            }
        }

        private void contest() {
            if (onContested != null) {
                onContested.run();
            }
        }

        private void countOpening(UserId of) {
            opener = Optional.of(of);
            openings.add(of);
        }

        private void uncountOpening() {
            opener.ifPresent(openings::remove);
            opener = Optional.empty();
        }

        /** @return the step that ends its connection, if that is open already */
        private Optional<Runnable> displace() {
            Optional<Runnable> close = Optional.ofNullable(onDisplaced);
            displaced = true;
            release();
            return close;
        }

        private void authenticated() {
            if (anonymous) {
                anonymous = false;
                anonymousCount--;
            }
        }
    }
}
