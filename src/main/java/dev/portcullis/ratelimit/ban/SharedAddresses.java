package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Addresses that stand for many clients: this machine, trusted proxies, and ranges that the operator names. The acts of one
 * client there must not count against the others (CWE-645).
 */
public final class SharedAddresses {
    private static final int ADDRESS_BITS = 128;
    private static final List<AddressRange> LOOPBACK = Stream.of("127.0.0.0/8", "::1")
            .map(AddressRange::parse)
            .map(Optional::orElseThrow)
            .toList();

    private final Supplier<BansConfig> config;
    private final List<AddressRange> proxies;

    public SharedAddresses(Supplier<BansConfig> config, List<AddressRange> proxies) {
        this.config = config;
        this.proxies = List.copyOf(proxies);
    }

    public boolean include(IpAddress address) {
        return include(new AddressRange(address, ADDRESS_BITS));
    }

    /** Whether one of these addresses is among them: what counts for all of these would count for that one. */
    public boolean include(AddressRange range) {
        BansConfig current = config.get();
        return Stream.of(
                        LOOPBACK,
                        proxies,
                        current.sharedRanges(),
                        current.allowed().ranges())
                .flatMap(List::stream)
                .anyMatch(range::overlaps);
    }

    /** Whether the operator says of one of these addresses that many users share it. Of loopback and proxies that is not said. */
    public boolean named(AddressRange range) {
        return config.get().sharedRanges().stream().anyMatch(range::overlaps);
    }
}
