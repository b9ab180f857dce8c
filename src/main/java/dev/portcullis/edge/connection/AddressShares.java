package dev.portcullis.edge.connection;

import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Connections by address. An address has a number of connections, and as many shares: each user there takes one, however
 * many connections they have, and so does each connection whose user is not known. Places can be reserved beside them. The same
 * holds for each wider network. Not thread-safe.
 */
final class AddressShares<C> {
    private static final int WIDER_FACTOR = 8;

    private final int perAddress;
    private final Map<String, Holders<C>> byAddress = new HashMap<>();

    /** The holders of the connections of an address: users, and clients without a user. */
    private static final class Holders<C> {
        private final Map<UserId, Set<C>> users = new HashMap<>(2);
        private int unproved;
        private int all;
        private int reserved;

        private int shares() {
            return users.size() + unproved;
        }

        private int taken() {
            return all + reserved;
        }
    }

    /** @param perAddress of the narrowest key; each wider one may hold eight times as many */
    AddressShares(int perAddress) {
        this.perAddress = perAddress;
    }

    /** @param user empty while it is not known */
    void add(List<String> addresses, Optional<UserId> user, C connection) {
        for (String address : addresses) {
            Holders<C> holders = byAddress.computeIfAbsent(address, any -> new Holders<>());
            holders.all++;
            user.ifPresentOrElse(
                    known -> holders.users
                            .computeIfAbsent(known, any -> new HashSet<>(2))
                            .add(connection),
                    () -> holders.unproved++);
        }
    }

    /** @param user as it was added */
    void remove(List<String> addresses, Optional<UserId> user, C connection) {
        addresses.forEach(
                address -> byAddress.computeIfPresent(address, (any, holders) -> without(holders, user, connection)));
    }

    private static <C> @Nullable Holders<C> without(Holders<C> holders, Optional<UserId> user, C connection) {
        holders.all--;
        user.ifPresentOrElse(
                known -> holders.users.computeIfPresent(
                        known, (any, held) -> held.remove(connection) && held.isEmpty() ? null : held),
                () -> holders.unproved--);
        return holders.taken() == 0 ? null : holders;
    }

    /** Whether each of the networks has a place beside those that are reserved already. */
    boolean canReserve(List<String> addresses) {
        return atLimit(addresses, Holders::taken).isEmpty();
    }

    void reserve(List<String> addresses) {
        addresses.forEach(address -> byAddress.computeIfAbsent(address, any -> new Holders<>()).reserved++);
    }

    void unreserve(List<String> addresses) {
        addresses.forEach(address -> byAddress.computeIfPresent(address, (any, holders) -> {
            holders.reserved--;
            return holders.taken() == 0 ? null : holders;
        }));
    }

    /** The networks that have reached the limit of their connections. */
    List<String> full(List<String> addresses) {
        return atLimit(addresses, holders -> holders.all);
    }

    /** Whether all shares of one of the networks are taken: there is no place for one more user. */
    boolean areTaken(List<String> addresses) {
        return !atLimit(addresses, Holders::shares).isEmpty();
    }

    /** The connections of a user at an address, or in a wider network. A copy. */
    Set<C> held(String addressKey, UserId user) {
        return Optional.ofNullable(byAddress.get(addressKey))
                .map(holders -> holders.users.get(user))
                .map(Set::copyOf)
                .orElse(Set.of());
    }

    /** Addresses that hold a connection, or a place for one. */
    int size() {
        return byAddress.size();
    }

    private List<String> atLimit(List<String> addresses, ToIntFunction<Holders<C>> count) {
        List<String> full = new ArrayList<>(0);
        int max = perAddress;
        for (String address : addresses) {
            Holders<C> holders = byAddress.get(address);
            if (holders != null && count.applyAsInt(holders) >= max) {
                full.add(address);
            }
            max *= WIDER_FACTOR;
        }
        return full;
    }
}
