package dev.portcullis.client.selfaudit.attack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of one frame of a client, correct or not (RFC 6455 section 5.2). */
public final class WireFrame {
    public static final int FIN = 0x80;
    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /** A constant key: what masking protects against, a proxy that is confused, is not the concern of an auditor. */
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    private WireFrame() {}

    public static byte[] text(String text) {
        return masked(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] ping(String payload) {
        return masked(FIN | PING, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** @param head the first byte: FIN, the reserved bits and the opcode */
    public static byte[] masked(int head, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(head, payload.length, MASKED));
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ MASK[i % MASK.length]);
        }
        return out.toByteArray();
    }

    public static byte[] unmasked(int head, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(head, payload.length, 0));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** The header of a frame that announces a length, of which nothing follows. */
    public static byte[] announcing(int head, long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(head, length, MASKED));
        out.writeBytes(MASK);
        return out.toByteArray();
    }

    private static byte[] header(int head, long length, int masked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head);
        if (length < TWO_BYTES) {
            out.write(masked | (int) length);
        } else if (length < 1 << 16) {
            out.write(masked | TWO_BYTES);
            out.write((int) (length >> 8));
            out.write((int) length);
        } else {
            out.write(masked | EIGHT_BYTES);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) (length >> shift));
            }
        }
        return out.toByteArray();
    }
}
