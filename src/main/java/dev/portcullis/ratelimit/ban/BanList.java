package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * The bans that a node knows. Asked for each handshake: an address costs one look-up for each length of prefix in use. One
 * thread changes it, and pays for the change alone; every thread may ask.
 */
public final class BanList {
    private final List<AddressRange> allowed;
    private final Map<UserId, Ban> users = new ConcurrentHashMap<>();
    private final Map<Integer, Map<AddressRange, Ban>> ranges =
            new ConcurrentSkipListMap<>(); // by the bits of the prefix

    /** @param bans of two with the same target the later counts */
    public BanList(Collection<Ban> bans) {
        this(bans, List.of());
    }

    /** @param allowed ranges that bans of wider ranges leave out */
    BanList(Collection<Ban> bans, List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
        bans.forEach(this::put);
    }

    /** Returns the ban of the same target that it replaces. */
    Optional<Ban> put(Ban ban) {
        return ban.target()
                .fold(
                        user -> Optional.ofNullable(users.put(user, ban)),
                        range -> Optional.ofNullable(
                                ranges.computeIfAbsent(range.bits(), any -> new ConcurrentHashMap<>())
                                        .put(range, ban)));
    }

    void remove(BanTarget target) {
        Optional<Ban> unused = target.fold(
                user -> Optional.ofNullable(users.remove(user)),
                range -> Optional.ofNullable(ranges.get(range.bits())).map(bans -> bans.remove(range)));
    }

    public List<Ban> all() {
        return stream().toList();
    }

    int inForce(long now) {
        return (int) stream().filter(ban -> ban.isInForce(now)).count();
    }

    private Stream<Ban> stream() {
        return Stream.concat(users.values().stream(), ranges.values().stream().flatMap(bans -> bans.values().stream()));
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
