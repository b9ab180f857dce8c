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
    private static final AddressRange ALL_IPV4 = parse("0.0.0.0/0").orElseThrow();
    private static final AddressRange PUBLIC_IPV6 = parse("2000::/3").orElseThrow();

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

    /** Whether every address of IPv4, or every public one of IPv6, is in one of these. */
    public static boolean coverAll(List<AddressRange> ranges) {
        return ALL_IPV4.isCoveredBy(ranges) || PUBLIC_IPV6.isCoveredBy(ranges);
    }

    private boolean isCoveredBy(List<AddressRange> ranges) {
        List<AddressRange> near = ranges.stream().filter(this::overlaps).toList();
        return near.stream().anyMatch(each -> each.bits <= bits)
                || (!near.isEmpty() && half(0).isCoveredBy(near) && half(1).isCoveredBy(near));
    }

    private AddressRange half(long upper) {
        long bit = upper << (Long.SIZE - 1 - bits % Long.SIZE);
        return new AddressRange(
                bits < Long.SIZE
                        ? new IpAddress(base.high() | bit, base.low())
                        : new IpAddress(base.high(), base.low() | bit),
                bits + 1);
    }

    private static IpAddress masked(IpAddress address, int bits) {
        return new IpAddress(address.high() & mask(bits), address.low() & mask(bits - Long.SIZE));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << (Long.SIZE - ones);
    }
}
