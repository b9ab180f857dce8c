package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.http.AddressRange;
import java.util.List;

/**
 * The networks that a client's address counts for where one customer of a provider must not use up what is for all of them. Of
 * IPv6 a /56 stands between the two networks of the keys of an address, and has a quarter of what the /48 has.
 */
public final class ClientNetworks {
    /** The number of different /56 that are needed to use up the share of a /48. */
    public static final int SITES = 4;

    private ClientNetworks() {}

    /**
     * Narrowest first.
     *
     * @param address the keys of an address
     */
    public static List<String> of(List<String> address) {
        String own = address.get(0);
        return address.stream()
                .skip(1)
                .findFirst()
                .flatMap(wide -> AddressRange.parse(own)
                        .map(network -> List.of(own, network.base().site(), wide)))
                .orElse(List.of(own));
    }
}
