package dev.portcullis.edge.tcp;

import dev.portcullis.http.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, in which a proxy names the client of the connection that it
 * forwards. The address decides limits and bans, so whatever the specification does not define is refused (CWE-20).
 */
final class ProxyHeader {
    private static final byte[] TEXT_BEGIN = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT_MAX = 107;
    private static final String UNKNOWN = "UNKNOWN";
    private static final Pattern TEXT = Pattern.compile(
            "TCP([46]) ([0-9A-Fa-f:.]{2,39}) ([0-9A-Fa-f:.]{2,39}) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})");
    private static final int MAX_PORT = 65_535;

    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int FIXED_BYTES = SIGNATURE.length + 4;

    /** The specification names no bound but that of its length, 64 KiB. Certificates of clients may be among it. */
    private static final int BINARY_MAX = 8_192;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int PORTS_BYTES = 4;
    private static final int EXTENSION_HEAD_BYTES = 3;
    private static final int TLS_EXTENSION = 0x20;
    private static final int CLIENT_TLS = 0x01;

    private ProxyHeader() {}

    /** The result of reading the bytes received so far. */
    sealed interface Result {
        /**
         * @param named the client's address, and whether it spoke TLS with the proxy
         * @param own the proxy speaks for itself, or does not know its client
         */
        <R> R fold(
                BiFunction<IpAddress, Boolean, R> named,
                Supplier<R> own,
                Supplier<R> incomplete,
                Supplier<R> malformed);
    }

    private record Named(IpAddress client, boolean tls) implements Result {
        @Override
        public <R> R fold(
                BiFunction<IpAddress, Boolean, R> named,
                Supplier<R> own,
                Supplier<R> incomplete,
                Supplier<R> malformed) {
            return named.apply(client, tls);
        }
    }

    private enum Other implements Result {
        OWN,
        INCOMPLETE,
        MALFORMED;

        @Override
        public <R> R fold(
                BiFunction<IpAddress, Boolean, R> named,
                Supplier<R> own,
                Supplier<R> incomplete,
                Supplier<R> malformed) {
            return switch (this) {
                case OWN -> own.get();
                case INCOMPLETE -> incomplete.get();
                case MALFORMED -> malformed.get();
            };
        }
    }

    /** Skips the header if all of it has arrived. An incomplete one is shorter than its bound. */
    static Result read(ByteBuf in) {
        if (begins(in, SIGNATURE)) {
            return in.readableBytes() < FIXED_BYTES ? Other.INCOMPLETE : readBinary(in);
        }
        return begins(in, TEXT_BEGIN) ? readText(in) : Other.MALFORMED;
    }

    /** Whether all that has arrived of this beginning is right. */
    private static boolean begins(ByteBuf in, byte[] beginning) {
        int present = Math.min(in.readableBytes(), beginning.length);
        for (int i = 0; i < present; i++) {
            if (in.getByte(in.readerIndex() + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    private static Result readText(ByteBuf in) {
        int begin = in.readerIndex();
        int within = Math.min(in.readableBytes(), TEXT_MAX);
        int end = in.indexOf(begin, begin + within, (byte) '\n');
        if (end < 0) {
            return within == TEXT_MAX ? Other.MALFORMED : Other.INCOMPLETE;
        }
        if (end <= begin + TEXT_BEGIN.length || in.getByte(end - 1) != '\r') {
            return Other.MALFORMED;
        }
        String line = in.toString(
                begin + TEXT_BEGIN.length, end - 1 - begin - TEXT_BEGIN.length, StandardCharsets.ISO_8859_1);
        in.readerIndex(end + 1);
        return line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ") ? Other.OWN : ofText(line);
    }

    private static Result ofText(String line) {
        Matcher parts = TEXT.matcher(line);
        if (!parts.matches()
                || Integer.parseInt(parts.group(4)) > MAX_PORT
                || Integer.parseInt(parts.group(5)) > MAX_PORT) {
            return Other.MALFORMED;
        }
        boolean v6 = parts.group(1).equals("6");
        return address(parts.group(3), v6)
                .flatMap(to -> address(parts.group(2), v6))
                .<Result>map(from -> new Named(from, false))
                .orElse(Other.MALFORMED);
    }

    private static Optional<IpAddress> address(String text, boolean v6) {
        return text.indexOf(':') >= 0 == v6 ? IpAddress.parse(text) : Optional.empty();
    }

    private static Result readBinary(ByteBuf in) {
        int fixed = in.readerIndex() + SIGNATURE.length;
        int command = in.getUnsignedByte(fixed);
        int family = in.getUnsignedByte(fixed + 1);
        int length = in.getUnsignedShort(fixed + 2);
        if ((command != LOCAL && command != PROXY) || FIXED_BYTES + length > BINARY_MAX) {
            return Other.MALFORMED;
        }
        if (in.readableBytes() < FIXED_BYTES + length) {
            return Other.INCOMPLETE;
        }
        ByteBuf rest = in.skipBytes(FIXED_BYTES).readSlice(length);
        if (command == LOCAL || family == UNSPECIFIED) {
            return Other.OWN; // section 2.2: the rest is skipped
        }
        return switch (family) {
            case TCP4 -> ofBinary(rest, NetUtil.LOCALHOST4.getAddress().length);
            case TCP6 -> ofBinary(rest, NetUtil.LOCALHOST6.getAddress().length);
            default -> Other.MALFORMED; // datagrams and Unix sockets carry no client of ours
        };
    }

    private static Result ofBinary(ByteBuf rest, int addressBytes) {
        if (rest.readableBytes() < 2 * addressBytes + PORTS_BYTES) {
            return Other.MALFORMED;
        }
        byte[] from = ByteBufUtil.getBytes(rest.readSlice(addressBytes));
        rest.skipBytes(addressBytes + PORTS_BYTES);
        return tls(rest)
                .flatMap(tls ->
                        IpAddress.parse(NetUtil.bytesToIpAddress(from)).<Result>map(client -> new Named(client, tls)))
                .orElse(Other.MALFORMED);
    }

    /** Whether the client spoke TLS with the proxy; empty if the extensions are malformed. */
    private static Optional<Boolean> tls(ByteBuf extensions) {
        boolean tls = false;
        while (extensions.isReadable()) {
            if (extensions.readableBytes() < EXTENSION_HEAD_BYTES) {
                return Optional.empty();
            }
            int type = extensions.readUnsignedByte();
            int length = extensions.readUnsignedShort();
            if (length > extensions.readableBytes() || (type == TLS_EXTENSION && length == 0)) {
                return Optional.empty();
            }
            ByteBuf value = extensions.readSlice(length);
            tls |= type == TLS_EXTENSION && (value.readByte() & CLIENT_TLS) != 0;
        }
        return Optional.of(tls);
    }
}
