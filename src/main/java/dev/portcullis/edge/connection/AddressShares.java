package dev.portcullis.edge.connection;

import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The open connections by address. An address has a number of connections, and as many shares: each user there takes one, however
 * many connections they have, and so does each connection whose user is not known. The same holds for each wider network. Not
 * thread-safe.
 */
final class AddressShares {
    private static final int WIDER_FACTOR = 8;

    private final int perAddress;
    private final Map<String, Holders> byAddress = new HashMap<>();

    /** Who holds the connections of an address. */
    private static final class Holders {
        private final Map<UserId, Integer> users = new HashMap<>(2);
        private int unproved;
        private int all;

        private int shares() {
            return users.size() + unproved;
        }
    }

    /** @param perAddress of the narrowest key; each wider one may hold eight times as many */
    AddressShares(int perAddress) {
        this.perAddress = perAddress;
    }

    /** @param user empty while it is not known */
    void add(List<String> addresses, Optional<UserId> user) {
        for (String address : addresses) {
            Holders holders = byAddress.computeIfAbsent(address, any -> new Holders());
            holders.all++;
            user.ifPresentOrElse(known -> holders.users.merge(known, 1, Integer::sum), () -> holders.unproved++);
        }
    }

    /** @param user as it was added */
    void remove(List<String> addresses, Optional<UserId> user) {
        addresses.forEach(address -> byAddress.computeIfPresent(address, (any, holders) -> without(holders, user)));
    }

    private static @Nullable Holders without(Holders holders, Optional<UserId> user) {
        holders.all--;
        user.ifPresentOrElse(
                known -> holders.users.computeIfPresent(known, (any, count) -> count == 1 ? null : count - 1),
                () -> holders.unproved--);
        return holders.all == 0 ? null : holders;
    }

    /** Those of the networks that have all of their connections. */
    List<String> full(List<String> addresses) {
        return atLimit(addresses, holders -> holders.all);
    }

    /** Whether all shares of one of the networks are taken: there is no place for one more user. */
    boolean areTaken(List<String> addresses) {
        return !atLimit(addresses, Holders::shares).isEmpty();
    }

    /** The connections of a user at an address, or in a wider network. */
    int held(String addressKey, UserId user) {
        return Optional.ofNullable(byAddress.get(addressKey))
                .map(holders -> holders.users.getOrDefault(user, 0))
                .orElse(0);
    }

    /** Addresses that hold a connection. */
    int size() {
        return byAddress.size();
    }

    private List<String> atLimit(List<String> addresses, ToIntFunction<Holders> count) {
        List<String> full = new ArrayList<>(0);
        int max = perAddress;
        for (String address : addresses) {
            Holders holders = byAddress.get(address);
            if (holders != null && count.applyAsInt(holders) >= max) {
                full.add(address);
            }
            max *= WIDER_FACTOR;
        }
        return full;
    }
}
