package dev.portcullis.http;

import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses, in CIDR notation or as a single address. {@code bits} counts within the 128. */
public record AddressRange(IpAddress base, int bits) {
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern TEXT = Pattern.compile("[0-9A-Fa-f.:/]{2,49}");
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
                .filter(range -> range.bits <= ADDRESS_BITS && range.base.equals(masked(range.base, range.bits)));
    }

    /** The range of this length that has the address in it. */
    public static AddressRange around(IpAddress address, int bits) {
        return new AddressRange(masked(address, bits), bits);
    }

    /** Reads a list of addresses and ranges from the configuration. */
    public static List<AddressRange> list(Section section, String key, String about) {
        List<String> texts = section.texts(key, List.of(), TEXT, about);
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String path = key + "[" + i + "]";
            parse(texts.get(i))
                    .ifPresentOrElse(
                            ranges::add,
                            () -> section.problem(
                                    path,
                                    "is no address and no CIDR range",
                                    "write 10.0.0.7 or 10.0.0.0/8, without bits beyond the prefix"));
        }
        return List.copyOf(ranges);
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
        return masked(address, bits).equals(base);
    }

    /** Whether an address is in both. */
    public boolean overlaps(AddressRange other) {
        return bits <= other.bits ? contains(other.base) : other.contains(base);
    }

    public boolean coversAllIpv4() {
        return bits <= V4_PREFIX_BITS;
    }

    private static IpAddress masked(IpAddress address, int bits) {
        return new IpAddress(address.high() & mask(bits), address.low() & mask(bits - Long.SIZE));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << (Long.SIZE - ones);
    }
}
