package dev.portcullis.uploads.transfer;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Gives the places of a node to transfers, so that no user, no address and no number of them holds all places (CWE-770). Used by
 * all threads.
 *
 * <p>A user without a transfer is a newcomer, and gets one of the last places. If all places are taken, the user with most
 * transfers loses one, unless each user has only one. Then the slowest transfer below the least speed goes, or if there is none,
 * one in the reserve. So a user on a slow line with one transfer does not pay for users with several. A user with transfers gets
 * a further place from users with more, but never the place of a transfer that keeps the least speed.
 *
 * <p>The reserve is the last places in the order of their begin, of the node and of an address. A user who came when only these
 * were left is sure of the place for a time, moves up as others end, and gives way to the next newcomer after that time. So a
 * transfer from before is never ended for a newcomer while it progresses, and no newcomer waits for the end of a long file, not
 * even at a busy address.
 *
 * <p>A user whose transfer was cut off, displaced as a slow one or broken off is no newcomer for a minute: otherwise many users
 * could use this right repeatedly. A phone in a tunnel breaks off too, so such a user still gets a place from a user with three
 * or more. A user who had a time in the reserve ends no other one there for a minute: otherwise users with one transfer each
 * would take turns there, and leave no place to users who come for the first time.
 */
public final class TransferPlaces {
    private static final long REMEMBERED_MS = TimeUnit.MINUTES.toMillis(1);
    private static final int MOST_REMEMBERED = 10_000;

    /** A wider network of IPv6 has as many times the share of an address. */
    private static final int WIDER = 8;

    /** With so many transfers a user gives one up for a newcomer. */
    private static final int SEVERAL = 2;

    /** A user with so many gives one up for a user who broke off: the last two are safe from users who do that repeatedly. */
    private static final int MANY = 3;

    private static final long CHECK_MS = 500;

    /** So that many transfers ask a hundred times a second together. */
    private static final long CHECK_MS_EACH = 10;

    private final TransferShares shares;
    private final TransferConfig config;
    private final Predicate<AddressRange> shared;
    private final LongSupplier millis;
    private final Set<TransferPlace> taken = new LinkedHashSet<>();
    private final Map<UserId, Integer> byUser = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final Map<UserId, Long> unfinished = new LinkedHashMap<>();
    private final Map<UserId, Long> hadReserve = new LinkedHashMap<>();

    /**
     * @param shared whether an address is one of many users, who would pay for each other by its share (CWE-645)
     * @param millis of a monotonic clock
     */
    public TransferPlaces(
            TransferShares shares, TransferConfig config, Predicate<AddressRange> shared, LongSupplier millis) {
        this.shares = shares;
        this.config = config;
        this.shared = shared;
        this.millis = millis;
    }

    /**
     * Takes a place; empty if there is none for this user. {@link #leave} must follow.
     *
     * @param address the keys that it counts under, narrowest first
     */
    public synchronized Optional<TransferPlace> enter(UserId user, List<String> address) {
        return admit(user, isShared(address) ? List.of() : address);
    }

    private Optional<TransferPlace> admit(UserId user, List<String> address) {
        int own = byUser.getOrDefault(user, 0);
        if (own >= shares.perUser()
                || (!isFree(own, user, address)
                        && !displaceFor(own, user, address)
                        && !isFreeBeyondShare(own, user, address))) {
            return Optional.empty();
        }
        TransferPlace place = new TransferPlace(
                user, List.copyOf(address), new TransferPace(config), this::checkMs, millis.getAsLong());
        taken.add(place);
        byUser.merge(user, 1, Integer::sum);
        place.address().forEach(key -> byAddress.merge(key, 1, Integer::sum));
        return Optional.of(place);
    }

    /** @param finished whether the client got or gave what it came for, or was refused that; not whether it went away */
    public synchronized void leave(TransferPlace place, boolean finished) {
        if (!finished && !place.isDisplaced()) {
            remember(place.user(), unfinished);
        }
        release(place);
    }

    /** Transfers at present. */
    public synchronized int count() {
        return taken.size();
    }

    /**
     * The time between two questions whether a transfer may go on: so many that all of a node ask no more than the store bears.
     */
    long checkMs() {
        return Math.max(CHECK_MS, count() * CHECK_MS_EACH);
    }

    private boolean isFree(int own, UserId user, List<String> address) {
        boolean beyond = isBeyondShare(address);
        boolean newcomer = own == 0 && !isUnfinished(user);
        return taken.size() < shares.shared()
                ? newcomer || !beyond
                : taken.size() < shares.node() && newcomer && !beyond;
    }

    /**
     * Where no transfer at a crowded address goes for a newcomer. One address with many users must not have all of the last
     * places.
     */
    private boolean isFreeBeyondShare(int own, UserId user, List<String> address) {
        return own == 0
                && !isUnfinished(user)
                && (taken.size() < shares.crowded() || (taken.size() < shares.node() && !isInReserve(address)));
    }

    private boolean displaceFor(int own, UserId user, List<String> address) {
        boolean beyond = isBeyondShare(address);
        Predicate<TransferPlace> near = beyond ? place -> sharesAddress(place, address) : place -> true;
        Optional<TransferPlace> gone = gone(own, user, address, near);
        gone.ifPresent(this::displace);
        return gone.isPresent();
    }

    private Optional<TransferPlace> gone(int own, UserId user, List<String> address, Predicate<TransferPlace> near) {
        if (isUnfinished(user)) {
            return own > 0 ? Optional.empty() : ofLargest(near, MANY);
        }
        return own > 0
                ? slowest(near.and(place -> transfersOf(place) >= own + 2))
                : ofLargest(near, SEVERAL).or(() -> slowest(near)).or(() -> dueInReserve(user, address, near));
    }

    private void displace(TransferPlace place) {
        place.displace();
        if (place.pace().isSlow()) {
            remember(place.user(), unfinished);
        } else if (transfersOf(place) == 1) {
            remember(place.user(), hadReserve);
        }
        release(place);
    }

    private Optional<TransferPlace> slowest(Predicate<TransferPlace> among) {
        return taken.stream()
                .filter(among)
                .filter(place -> place.pace().isSlow())
                .min(Comparator.comparingDouble(place -> place.pace().bytesPerSecond()));
    }

    /**
     * The slowest or the newest transfer of the user who has most. Otherwise users who have several each would keep out all who
     * have none, or cost users on a slow line their only place.
     */
    private Optional<TransferPlace> ofLargest(Predicate<TransferPlace> near, int least) {
        int most = taken.stream().filter(near).mapToInt(this::transfersOf).max().orElse(0);
        Predicate<TransferPlace> largest = near.and(place -> transfersOf(place) == most);
        return most < least
                ? Optional.empty()
                : slowest(largest).or(() -> taken.stream().filter(largest).reduce((one, later) -> later));
    }

    private Optional<TransferPlace> dueInReserve(UserId user, List<String> address, Predicate<TransferPlace> near) {
        return isRecent(user, hadReserve)
                ? Optional.empty()
                : longestInReserve(taken.size() < shares.node() || isInReserve(address) ? near : place -> true);
    }

    private int transfersOf(TransferPlace place) {
        return byUser.getOrDefault(place.user(), 0);
    }

    private Optional<TransferPlace> longestInReserve(Predicate<TransferPlace> near) {
        long now = millis.getAsLong();
        return inReserve().stream()
                .filter(near)
                .filter(place -> now - place.enteredAt() >= config.baseMs())
                .findFirst();
    }

    /**
     * The transfers behind the shared places of the node, or behind the share of their address, in the order of their begin.
     */
    private List<TransferPlace> inReserve() {
        List<TransferPlace> reserve = new ArrayList<>();
        Map<String, Integer> before = new HashMap<>();
        int number = 0;
        for (TransferPlace place : taken) {
            if (number++ >= shares.shared() || isBeyondShare(place.address(), before)) {
                reserve.add(place);
            }
            place.address().forEach(key -> before.merge(key, 1, Integer::sum));
        }
        return reserve;
    }

    private boolean isInReserve(List<String> address) {
        return inReserve().stream().anyMatch(place -> sharesAddress(place, address));
    }

    private boolean isBeyondShare(List<String> address) {
        return isBeyondShare(address, byAddress);
    }

    private boolean isBeyondShare(List<String> address, Map<String, Integer> counts) {
        int share = shares.perAddress();
        for (String key : address) {
            if (counts.getOrDefault(key, 0) >= share) {
                return true;
            }
            share *= WIDER;
        }
        return false;
    }

    /** It does not count for its wider networks either, whose other addresses may not be shared. */
    private boolean isShared(List<String> address) {
        return address.stream()
                .limit(1)
                .flatMap(key -> AddressRange.parse(key).stream())
                .anyMatch(shared);
    }

    private static boolean sharesAddress(TransferPlace place, List<String> address) {
        return place.address().stream().anyMatch(address::contains);
    }

    /** A displaced transfer has left already. */
    private void release(TransferPlace place) {
        if (taken.remove(place)) {
            byUser.computeIfPresent(place.user(), (any, count) -> count == 1 ? null : count - 1);
            place.address().forEach(key -> byAddress.computeIfPresent(key, (any, n) -> n == 1 ? null : n - 1));
        }
    }

    private void remember(UserId user, Map<UserId, Long> among) {
        among.remove(user); // else it would keep its old place in the order
        among.put(user, millis.getAsLong());
        while (among.size() > MOST_REMEMBERED) {
            among.remove(among.keySet().iterator().next());
        }
    }

    private boolean isUnfinished(UserId user) {
        return isRecent(user, unfinished);
    }

    private boolean isRecent(UserId user, Map<UserId, Long> among) {
        Long at = among.get(user);
        return at != null && millis.getAsLong() - at < REMEMBERED_MS;
    }

    /** How many transfers may run at a time. */
    public record TransferShares(int node, int perUser, int perAddress) {
        /** The last places are for users who have none. */
        int shared() {
            return node - node / 4;
        }

        /** Half of the last places are for users at addresses that have less than their share. */
        int crowded() {
            return node - node / 8;
        }
    }
}
