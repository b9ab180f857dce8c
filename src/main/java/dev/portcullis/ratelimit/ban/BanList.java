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
    private final List<AddressRange> allowed;
    private final Map<UserId, Ban> users = new HashMap<>();
    private final Map<Integer, Map<AddressRange, Ban>> ranges = new TreeMap<>(); // by the bits of the prefix

    /** @param bans of two with the same target the later counts */
    public BanList(Collection<Ban> bans) {
        this(bans, List.of());
    }

    /** @param allowed ranges that bans of wider ranges leave out */
    BanList(Collection<Ban> bans, List<AddressRange> allowed) {
        this.all = List.copyOf(bans);
        this.allowed = List.copyOf(allowed);
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

    int inForce(long now) {
        return (int) all.stream().filter(ban -> ban.isInForce(now)).count();
    }

    public Optional<Ban> ofUser(UserId user, long now) {
        return Optional.ofNullable(users.get(user)).filter(ban -> ban.isInForce(now));
    }

    /** The ban that holds for most clients: one that holds for all goes before one by a rule. */
    public Optional<Ban> ofAddress(IpAddress address, long now) {
        List<Ban> found = new ArrayList<>();
        ranges.forEach((bits, bans) -> Optional.ofNullable(bans.get(AddressRange.around(address, bits)))
                .filter(ban -> ban.isInForce(now) && !isLeftOut(address, bits))
                .ifPresent(found::add));
        return found.stream()
                .filter(Ban::holdsForAll)
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    private boolean isLeftOut(IpAddress address, int bits) {
        return allowed.stream().anyMatch(range -> range.bits() > bits && range.contains(address));
    }
}
