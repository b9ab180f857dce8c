package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.config.crypto.Sha256;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One line of a chain: a JSON object in ASCII, which begins with {@code n} and {@code prev} and ends with {@code hash}.
 * The hash is SHA-256 over the bytes of the line before {@code ,"hash":}. {@code prev} is among these bytes, so no line
 * can change without all that follow.
 *
 * @param n its number in the chain, from 1
 * @param prev the hash of the line before; of the first line 64 zeros
 * @param hash as the line says
 * @param computed of its bytes
 */
public record ChainLine(long n, String prev, String hash, String computed) {
    /** Events are far shorter: their texts are bounded. */
    public static final int MAX_BYTES = 32_768;

    public static final String NO_LINE = "0".repeat(64);

    private static final byte[] BEGIN = "{\"n\":".getBytes(US_ASCII);
    private static final byte[] PREV = ",\"prev\":\"".getBytes(US_ASCII);
    private static final byte[] HASH = ",\"hash\":\"".getBytes(US_ASCII);
    private static final byte[] END = "\"}".getBytes(US_ASCII);
    private static final int DIGITS = 64;
    static final int TAIL = HASH.length + DIGITS + END.length;
    private static final int MAX_NUMBER_DIGITS = 16;

    /** Whether the line is what was written. */
    public boolean isIntact() {
        return hash.equals(computed);
    }

    /** Reads a line without its line break. Empty if it does not have the form of one. */
    public static Optional<ChainLine> read(byte[] line) {
        Optional<Long> n = numberOf(line);
        if (n.isEmpty() || line.length > MAX_BYTES) {
            return Optional.empty();
        }
        int prev = BEGIN.length + Long.toString(n.get()).length();
        int body = line.length - TAIL;
        if (body < prev + PREV.length + DIGITS
                || !has(line, prev, PREV)
                || !has(line, body, HASH)
                || !has(line, line.length - END.length, END)) {
            return Optional.empty();
        }
        byte[] computed = Sha256.begin().digest(Arrays.copyOf(line, body));
        return Optional.of(new ChainLine(
                n.get(),
                new String(line, prev + PREV.length, DIGITS, US_ASCII),
                new String(line, body + HASH.length, DIGITS, US_ASCII),
                HexFormat.of().formatHex(computed)));
    }

    /** The number with which a line begins; empty if it begins with none. */
    static Optional<Long> numberOf(byte[] line) {
        if (!has(line, 0, BEGIN)) {
            return Optional.empty();
        }
        int at = BEGIN.length;
        long n = 0;
        while (at < line.length && line[at] >= '0' && line[at] <= '9' && at - BEGIN.length < MAX_NUMBER_DIGITS) {
            n = n * 10 + (line[at++] - '0');
        }
        boolean canonical = at > BEGIN.length && line[BEGIN.length] != '0';
        return canonical ? Optional.of(n) : Optional.empty();
    }

    /** A line that was made, with its line break. */
    static final class Made {
        private final String hash;
        private final byte[] bytes;

        private Made(String hash, byte[] bytes) {
            this.hash = hash;
            this.bytes = bytes;
        }

        String hash() {
            return hash;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** @param mac of the bytes before it */
    static Made make(long n, String prev, String node, ChainEntry entry, Function<byte[], String> mac) {
        StringBuilder text = new StringBuilder(512);
        text.append("{\"n\":").append(n).append(",\"prev\":\"").append(prev).append('"');
        append(text, "timestamp", Instant.ofEpochMilli(entry.at()).toString());
        append(text, "severity", entry.severity());
        append(text, "node", node);
        append(text, "event", entry.event());
        for (Map.Entry<String, Object> field : entry.fields().entrySet()) {
            append(text, field.getKey(), field.getValue());
        }
        append(text, "mac", mac.apply(text.toString().getBytes(US_ASCII)));
        byte[] body = text.toString().getBytes(US_ASCII);
        String hash = HexFormat.of().formatHex(Sha256.begin().digest(body));
        byte[] bytes = Arrays.copyOf(body, body.length + TAIL + 1);
        System.arraycopy((",\"hash\":\"" + hash + "\"}\n").getBytes(US_ASCII), 0, bytes, body.length, TAIL + 1);
        return new Made(hash, bytes);
    }

    private static void append(StringBuilder text, String name, Object value) {
        text.append(",\"").append(name).append("\":");
        if (value instanceof Number) {
            text.append(value);
        } else {
            appendQuoted(text, String.valueOf(value));
        }
    }

    /** Writes ASCII only, so that no viewer acts on the text of a client (CWE-117), and each tool reads the same bytes. */
    private static void appendQuoted(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (each == '"' || each == '\\') {
                text.append('\\').append(each);
            } else if (each < ' ' || each > '~') {
                text.append("\\u").append(HexFormat.of().toHexDigits(each));
            } else {
                text.append(each);
            }
        }
        text.append('"');
    }

    private static boolean has(byte[] line, int at, byte[] part) {
        return at >= 0
                && line.length >= at + part.length
                && Arrays.equals(line, at, at + part.length, part, 0, part.length);
    }
}
