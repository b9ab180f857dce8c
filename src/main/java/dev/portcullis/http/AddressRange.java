package dev.portcullis.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses, in CIDR notation or as a single address. {@code bits} counts within the 128. */
public record AddressRange(IpAddress base, int bits) {
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final int ALL = 128;
    private static final int BEFORE_V4 = 96;

    /** Empty too where the address has bits beyond the prefix: then one of the two is a mistake. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpAddress.parse(text).map(address -> new AddressRange(address, ALL));
        }
        String prefix = text.substring(slash + 1);
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> BITS.matcher(prefix).matches())
                .map(address -> new AddressRange(address, Integer.parseInt(prefix) + (address.isV4() ? BEFORE_V4 : 0)))
                .filter(range -> range.bits <= ALL && range.base.equals(range.masked(range.base)));
    }

    public boolean contains(IpAddress address) {
        return masked(address).equals(base);
    }

    /** All of IPv4, or more. */
    public boolean isAnybody() {
        return bits <= BEFORE_V4;
    }

    private IpAddress masked(IpAddress address) {
        return new IpAddress(address.high() & mask(bits), address.low() & mask(bits - Long.SIZE));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << (Long.SIZE - ones);
    }
}
