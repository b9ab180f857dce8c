package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Live;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a rule may ban. An attacker chooses what a rule counts: so a rule must not be able to lock out the proxies in front
 * of this server, the machine itself, or an office full of people (CWE-645).
 */
public final class BanRules {
    private static final int NETWORK_BITS = 64;
    private static final List<AddressRange> LOOPBACK = Stream.of("127.0.0.0/8", "::1")
            .flatMap(text -> AddressRange.parse(text).stream())
            .toList();

    private final Live<BansConfig> config;
    private final List<AddressRange> proxies;

    /** @param proxies trusted ones, whose address stands for that of many clients */
    public BanRules(Live<BansConfig> config, List<AddressRange> proxies) {
        this.config = config;
        this.proxies = List.copyOf(proxies);
    }

    /** The ban as it is to be kept; empty if a rule asks for one that no rule may decide. Others pass as they are. */
    Optional<Ban> permitted(Ban asked) {
        return asked.origin() == Origin.RULE
                ? asked.target()
                        .fold(
                                user -> config.get().allowed().hasUser(user) ? Optional.empty() : Optional.of(asked),
                                range -> byRule(asked, network(range)))
                : Optional.of(asked);
    }

    /** One client of IPv6 has all addresses of a /64. */
    private static AddressRange network(AddressRange range) {
        return range.base().isV4() || range.bits() <= NETWORK_BITS
                ? range
                : AddressRange.around(range.base(), NETWORK_BITS);
    }

    private Optional<Ban> byRule(Ban asked, AddressRange range) {
        BansConfig current = config.get();
        boolean exempt = Stream.of(
                        LOOPBACK,
                        proxies,
                        current.sharedRanges(),
                        current.allowed().ranges())
                .flatMap(List::stream)
                .anyMatch(range::overlaps);
        return exempt
                ? Optional.empty()
                : Optional.of(new Ban(
                        new BanTarget.OfAddresses(range),
                        asked.origin(),
                        asked.reason(),
                        asked.until(),
                        asked.decidedAt()));
    }
}
