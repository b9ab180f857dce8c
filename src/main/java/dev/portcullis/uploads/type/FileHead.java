package dev.portcullis.uploads.type;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The first bytes of a file. */
public final class FileHead {
    /** As many are looked at. */
    public static final int MAX_BYTES = 4_096;

    private static final int BOX_HEADER = 8;
    private static final int BRAND = 4;

    private final byte[] bytes;
    private final boolean whole;

    /** @param whole whether the file has no more bytes than these */
    public FileHead(byte[] bytes, boolean whole) {
        this.bytes = Arrays.copyOf(bytes, Math.min(bytes.length, MAX_BYTES));
        this.whole = whole && bytes.length <= MAX_BYTES;
    }

    boolean hasHex(int at, String hex) {
        return has(at, HexFormat.of().parseHex(hex));
    }

    boolean hasText(int at, String text) {
        return has(at, text.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean has(int at, byte[] expected) {
        return bytes.length >= at + expected.length
                && Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length);
    }

    /** Whether a text is anywhere in the first bytes. */
    boolean holdsText(int within, String text) {
        String begin = new String(bytes, 0, Math.min(within, bytes.length), StandardCharsets.ISO_8859_1);
        return begin.contains(text);
    }

    /** Whether the first box of an ISO base media file (ISO/IEC 14496-12, section 4.3) names one of these brands. */
    boolean hasBrand(List<String> brands) {
        if (!hasText(BRAND, "ftyp") || bytes.length < 2 * BOX_HEADER) {
            return false;
        }
        long box = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
        if (box < 2 * BOX_HEADER || box > bytes.length) {
            return false;
        }
        for (int at = BOX_HEADER; at + BRAND <= box; at += BRAND) {
            int place = at;
            boolean isVersion = at == BOX_HEADER + BRAND;
            if (!isVersion && brands.stream().anyMatch(brand -> hasText(place, brand))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it begins with a frame of MPEG audio, layer III (ISO/IEC 11172-3, section 2.4.1.3). */
    boolean hasMp3Frame() {
        return bytes.length >= 4
                && bytes[0] == (byte) 0xFF
                && (bytes[1] & 0xE6) == 0xE2
                && (bytes[1] & 0x18) != 0x08
                && (bytes[2] & 0xF0) != 0xF0
                && (bytes[2] & 0x0C) != 0x0C;
    }

    /** Whether it is UTF-8 without bytes that no text has (WHATWG MIME Sniffing, section 3, "binary data byte"). */
    boolean isText() {
        for (byte each : bytes) {
            if (each >= 0
                    && each < ' '
                    && each != '\t'
                    && each != '\n'
                    && each != '\f'
                    && each != '\r'
                    && each != 0x1B) {
                return false;
            }
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length), whole);
        return !result.isError();
    }
}
