package dev.portcullis.http.outgoing;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses a call may go to: public ones. An outside server that could choose another one, by its DNS, would
 * reach what only this network should, such as a cloud's metadata (CWE-918).
 */
final class AddressPolicy {
    /**
     * The ranges that are not public unicast (IANA special-purpose registries), and one address of a cloud that looks public.
     */
    static final List<AddressRange> NOT_PUBLIC = ranges(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "::/3", // only 2000::/3 is global unicast
            "4000::/2",
            "8000::/1",
            "2001::/23", // Teredo and others that contain an IPv4 address
            "2001:db8::/32",
            "2002::/16", // 6to4, likewise
            "3fff::/20");

    private final List<AddressRange> refused;
    private final Set<String> internalHosts;

    /** @param internalHosts hosts of the own network, which the configuration names; any address is theirs */
    AddressPolicy(List<AddressRange> refused, Set<String> internalHosts) {
        this.refused = List.copyOf(refused);
        this.internalHosts = Set.copyOf(internalHosts);
    }

    /** All addresses must pass: one that does not shows that the answer can't be trusted. */
    boolean permits(OutgoingUrl url, List<IpAddress> addresses) {
        return !addresses.isEmpty() && addresses.stream().allMatch(address -> permits(url, address));
    }

    private boolean permits(OutgoingUrl url, IpAddress address) {
        if (!url.secure()) {
            return OutgoingUrl.isLoopback(address);
        }
        return internalHosts.contains(url.host()) || !isRefused(address);
    }

    /** A range of IPv6 does not mean the IPv4 addresses that are kept in mapped form. */
    private boolean isRefused(IpAddress address) {
        return refused.stream().anyMatch(range -> range.base().isV4() == address.isV4() && range.contains(address));
    }

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts)
                .map(AddressRange::parse)
                .map(Optional::orElseThrow)
                .toList();
    }
}
