package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Live;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.List;
import java.util.Optional;

/**
 * Decides which clients a rule may ban. An attacker chooses what a rule counts: so a rule must not be able to lock out
 * addresses that stand for many clients, nor users whom the operator exempts (CWE-645).
 */
public final class BanRules {
    private static final int NETWORK_BITS = 64;

    private final Live<BansConfig> config;
    private final SharedAddresses shared;

    /** @param proxies trusted ones, whose address stands for that of many clients */
    public BanRules(Live<BansConfig> config, List<AddressRange> proxies) {
        this.config = config;
        this.shared = new SharedAddresses(config::get, proxies);
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
        return shared.include(range)
                ? Optional.empty()
                : Optional.of(new Ban(
                        new BanTarget.OfAddresses(range),
                        asked.origin(),
                        asked.reason(),
                        asked.until(),
                        asked.decidedAt()));
    }
}
