package dev.portcullis.http;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * An IP address as 128 bits. IPv4 is kept in its mapped form, and a NAT64 address counts as the IPv4 address in it, so
 * that one host has one address however it is spelled. Parses literals only: names are never resolved.
 */
public record IpAddress(long high, long low) {
    private static final long MAPPED = 0xFFFFL;
    private static final long NAT64_HIGH = 0x0064_FF9B_0000_0000L;
    private static final int BYTES = 16;
    private static final int LONGEST = 45;

    /** The keys that limits count by: the address itself, and for IPv6 a wider network with eight times the limit. */
    public record Keys(String own, Optional<String> wide) {
        public List<String> narrowestFirst() {
            return wide.map(network -> List.of(own, network)).orElseGet(() -> List.of(own));
        }
    }

    public static Optional<IpAddress> parse(String literal) {
        int colon = literal.lastIndexOf(':');
        if (literal.length() > LONGEST || literal.indexOf('%') >= 0 || literal.indexOf('[') >= 0) {
            return Optional.empty();
        }
        return colon < 0 || literal.indexOf('.') < 0
                ? bytes(literal).map(IpAddress::of)
                : bytes(literal.substring(colon + 1)) // IPv6 that ends in dotted form
                        .flatMap(v4 -> bytes(literal.substring(0, colon + 1) + hexadecimal(v4)))
                        .map(IpAddress::of);
    }

    /** Parses a socket's peer address, without the zone of a link-local address. */
    public static Optional<IpAddress> ofPeer(String hostAddress) {
        int zone = hostAddress.indexOf('%');
        return parse(zone < 0 ? hostAddress : hostAddress.substring(0, zone));
    }

    private static Optional<byte[]> bytes(String literal) {
        return hasLeadingZero(literal)
                ? Optional.empty()
                : Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(literal));
    }

    private static String hexadecimal(byte[] v4) {
        ByteBuffer groups = ByteBuffer.wrap(v4);
        return Integer.toHexString(Short.toUnsignedInt(groups.getShort()))
                + ":"
                + Integer.toHexString(Short.toUnsignedInt(groups.getShort()));
    }

    private static IpAddress of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length < BYTES) {
            return new IpAddress(0, MAPPED << 32 | Integer.toUnsignedLong(buffer.getInt()));
        }
        long high = buffer.getLong();
        long low = buffer.getLong();
        return high == NAT64_HIGH && low >>> 32 == 0
                ? new IpAddress(0, MAPPED << 32 | low) // RFC 6052, the well-known prefix
                : new IpAddress(high, low);
    }

    public boolean isV4() {
        return high == 0 && low >>> 32 == MAPPED;
    }

    public Keys keys() {
        return isV4()
                ? new Keys(toString(), Optional.empty())
                : new Keys(text(high, 0) + "/64", Optional.of(text(high & -1L << 16, 0) + "/48"));
    }

    /** The range that one customer of a provider gets at most: for IPv6 a /56 (RFC 6177). It stands between the two keys. */
    public String site() {
        return isV4() ? toString() : text(high & -1L << 8, 0) + "/56";
    }

    /** In canonical form (RFC 5952). */
    @Override
    public String toString() {
        return isV4() ? NetUtil.intToIpAddress((int) low) : text(high, low);
    }

    private static String text(long high, long low) {
        byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
        return NetUtil.bytesToIpAddress(bytes);
    }

    /** Some parsers read {@code 010.0.0.1} as octal, others don't (CVE-2021-29923), so it is refused. */
    private static boolean hasLeadingZero(String literal) {
        if (literal.indexOf('.') < 0) {
            return false;
        }
        boolean begins = true;
        for (int i = 0; i < literal.length(); i++) {
            boolean alone = i + 1 == literal.length() || literal.charAt(i + 1) == '.';
            if (begins && literal.charAt(i) == '0' && !alone) {
                return true;
            }
            begins = literal.charAt(i) == '.';
        }
        return false;
    }
}
