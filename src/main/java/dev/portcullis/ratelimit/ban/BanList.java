package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The bans that a node knows. Immutable, and asked for each handshake: an address costs one look-up for each length of prefix in use. */
public final class BanList {
    public static final BanList NONE = new BanList(List.of());

    private final List<Ban> all;
    private final Map<UserId, Ban> users = new HashMap<>();
    private final Map<Integer, Map<AddressRange, Ban>> ranges = new TreeMap<>(); // by the bits of the prefix

    public BanList(Collection<Ban> bans) {
        this.all = List.copyOf(bans);
        for (Ban ban : all) {
            ban.target()
                    .fold(
                            user -> users.put(user, ban),
                            range -> ranges.computeIfAbsent(range.bits(), any -> new HashMap<>())
                                    .put(range, ban));
        }
    }

    public List<Ban> all() {
        return all;
    }

    public Optional<Ban> ofUser(UserId user, long now) {
        return Optional.ofNullable(users.get(user)).filter(ban -> ban.isInForce(now));
    }

    /** The ban that holds for most clients: one that holds for all goes before one by a rule. */
    public Optional<Ban> ofAddress(IpAddress address, long now) {
        List<Ban> found = new ArrayList<>();
        ranges.forEach((bits, bans) -> Optional.ofNullable(bans.get(AddressRange.around(address, bits)))
                .filter(ban -> ban.isInForce(now))
                .ifPresent(found::add));
        return found.stream()
                .filter(Ban::holdsForAll)
                .findFirst()
                .or(() -> found.stream().findFirst());
    }
}
