package dev.portcullis.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses, in CIDR notation or as a single address. {@code bits} counts within the 128. */
public record AddressRange(IpAddress base, int bits) {
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final int ADDRESS_BITS = 128;
    private static final int V4_PREFIX_BITS = 96;

    /** Also empty if the address has bits beyond the prefix, which is a mistake. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpAddress.parse(text).map(address -> new AddressRange(address, ADDRESS_BITS));
        }
        String prefix = text.substring(slash + 1);
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> BITS.matcher(prefix).matches())
                .map(address ->
                        new AddressRange(address, Integer.parseInt(prefix) + (address.isV4() ? V4_PREFIX_BITS : 0)))
                .filter(range -> range.bits <= ADDRESS_BITS && range.base.equals(range.masked(range.base)));
    }

    /**
     * The key under which limits count all its addresses: see {@link IpAddress#keys}. Empty for a range that is wider.
     */
    public Optional<String> key() {
        return bits >= (base.isV4() ? ADDRESS_BITS : Long.SIZE)
                ? Optional.of(base.keys().own())
                : Optional.empty();
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return bits == ADDRESS_BITS ? base.toString() : base + "/" + (base.isV4() ? bits - V4_PREFIX_BITS : bits);
    }

    public boolean contains(IpAddress address) {
        return masked(address).equals(base);
    }

    public boolean coversAllIpv4() {
        return bits <= V4_PREFIX_BITS;
    }

    private IpAddress masked(IpAddress address) {
        return new IpAddress(address.high() & mask(bits), address.low() & mask(bits - Long.SIZE));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << (Long.SIZE - ones);
    }
}
