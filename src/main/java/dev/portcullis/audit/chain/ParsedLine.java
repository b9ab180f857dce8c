package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.chain.ChainKey.LineMac;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An intact line that a file has.
 *
 * @param own whether this node has written it
 */
record ParsedLine(ChainLine line, String text, boolean own) {
    private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\":\"([^\"]{20,30})\"");

    /** Empty if it is no line, or was changed. */
    static Optional<ParsedLine> of(byte[] bytes, LineMac mac) {
        return ChainLine.read(bytes)
                .filter(ChainLine::isIntact)
                .map(line -> new ParsedLine(line, new String(bytes, US_ASCII), mac.isOf(bytes)));
    }

    /** The first line of a file, if it is the one after which the file is named. */
    static Optional<ParsedLine> first(ChainFile file, LineMac mac) throws IOException {
        try (LineScanner lines = LineScanner.open(file.path())) {
            Optional<byte[]> bytes = lines.next().filter(any -> lines.isComplete());
            return bytes.flatMap(each -> of(each, mac)).filter(seen -> seen.n() == file.first());
        }
    }

    /**
     * The last line of a file.
     *
     * @param end where it ends
     * @param length of the file
     */
    record Last(ParsedLine line, long end, long length) {}

    /** Empty if the file has no line, or if its last one was changed. */
    static Optional<Last> last(ChainFile file, LineMac mac) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.path().toFile(), "r")) {
            long length = bytes.length();
            byte[] end = new byte[(int) Math.min(length, 2L * ChainLine.MAX_BYTES)];
            bytes.seek(length - end.length);
            bytes.readFully(end);
            int last = lastBreak(end, end.length);
            if (last < 0) {
                return Optional.empty();
            }
            byte[] line = Arrays.copyOfRange(end, lastBreak(end, last) + 1, last);
            return of(line, mac).map(seen -> new Last(seen, length - end.length + last + 1, length));
        }
    }

    private static int lastBreak(byte[] bytes, int before) {
        int at = before - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }

    long n() {
        return line.n();
    }

    String hash() {
        return line.hash();
    }

    boolean names(ChainKey key) {
        return text.contains("\"key\":\"" + key.encoded() + '"');
    }

    boolean isOf(ChainEvent event) {
        return text.contains("\"event\":\"" + event.id() + '"'); // a quote in what a client sent has a backslash
    }

    /** The time in milliseconds. */
    OptionalLong timestamp() {
        Matcher time = TIMESTAMP.matcher(text);
        try {
            return time.find() ? OptionalLong.of(Instant.parse(time.group(1)).toEpochMilli()) : OptionalLong.empty();
        } catch (DateTimeException | ArithmeticException unreadable) {
            return OptionalLong.empty();
        }
    }
}
