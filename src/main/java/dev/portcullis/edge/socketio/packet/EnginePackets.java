package dev.portcullis.edge.socketio.packet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The packets of Engine.IO: a character for the kind, and what follows it. Several of them are a payload. */
public final class EnginePackets {
    public static final byte OPEN = '0';
    public static final byte CLOSE = '1';
    public static final byte PING = '2';
    public static final byte PONG = '3';
    public static final byte MESSAGE = '4';
    public static final byte UPGRADE = '5';
    public static final byte NOOP = '6';
    public static final byte BINARY = 'b';

    private static final byte SEPARATOR = 0x1e;
    private static final byte[] PROBE = "2probe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROBED = "3probe".getBytes(StandardCharsets.US_ASCII);

    private EnginePackets() {}

    public static byte[] of(byte kind) {
        return new byte[] {kind};
    }

    /** The first packet of a session. */
    public static byte[] open(String sid, boolean upgradable, long pingIntervalMs, long pingTimeoutMs, int maxPayload) {
        return ("0{\"sid\":\"" + sid + "\",\"upgrades\":[" + (upgradable ? "\"websocket\"" : "") + "],\"pingInterval\":"
                        + pingIntervalMs + ",\"pingTimeout\":" + pingTimeoutMs + ",\"maxPayload\":" + maxPayload + "}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    public static boolean isProbe(byte[] packet) {
        return Arrays.equals(packet, PROBE);
    }

    public static byte[] probed() {
        return PROBED.clone();
    }

    public static boolean isUpgrade(byte[] packet) {
        return packet.length == 1 && packet[0] == UPGRADE;
    }

    /** RFC 3629: overlong forms and surrogates are none. Decoders replace what is none, each in its own way (CWE-436). */
    public static boolean isUtf8(byte[] payload) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return true;
        } catch (CharacterCodingException none) {
            return false;
        }
    }

    /** The kind of a packet, if it has one. */
    public static Optional<Byte> kind(byte[] packet) {
        return packet.length == 0 ? Optional.empty() : Optional.of(packet[0]);
    }

    /**
     * The packets of a payload, in order. JSON never holds the separator unescaped (RFC 8259 section 7).
     *
     * @return empty if there are more than {@code max}
     */
    public static Optional<List<byte[]>> split(byte[] payload, int max) {
        List<byte[]> packets = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= payload.length; i++) {
            if (i == payload.length || payload[i] == SEPARATOR) {
                if (packets.size() == max) {
                    return Optional.empty();
                }
                packets.add(Arrays.copyOfRange(payload, begin, i));
                begin = i + 1;
            }
        }
        return Optional.of(packets);
    }

    /** The packets as one payload. */
    public static byte[] join(List<byte[]> packets) {
        int length = packets.size() - 1;
        for (byte[] each : packets) {
            length += each.length;
        }
        byte[] payload = new byte[Math.max(0, length)];
        int at = 0;
        for (byte[] each : packets) {
            if (at > 0) {
                payload[at++] = SEPARATOR;
            }
            System.arraycopy(each, 0, payload, at, each.length);
            at += each.length;
        }
        return payload;
    }
}
