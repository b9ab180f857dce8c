package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file with one address or CIDR range a line. Reads it again when it has changed, and keeps the last good list while it
 * is missing, cut off or without any entry: what a failed download leaves would let all clients in, or none, without a word.
 * A line that is no entry is skipped: one mistake in a feed must not keep out all that is new in it. Blocks; read by one
 * thread at a time.
 */
final class ListFile {
    private static final int MAX_LINE = 256;
    private static final int V4_PREFIX = 96; // of an IPv4 address in its mapped form
    private static final int LONGEST_CUT_V4 = 3; // of /32
    private static final int LONGEST_CUT_V6 = 12; // of /128
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path path;
    private final long maxBytes;
    private final int maxLines;
    private final Consumer<Skipped> onSkipped;
    private volatile AddressTable table = AddressTable.EMPTY;
    private volatile int skipped;
    private @Nullable Stamp read; // the good version that the table is of

    /** Tells one version of a file from the next; an editor that replaces the file gives it another key. */
    private record Stamp(long modified, long size, @Nullable Object key) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(file.lastModifiedTime().toMillis(), file.size(), file.fileKey());
        }
    }

    /**
     * Lines of a good list that are no entries.
     *
     * @param first the number of the first of them
     */
    record Skipped(Path path, int lines, int first) {}

    private record Parsed(AddressTable table, Skipped skipped) {}

    /** The file can't be used as it is. */
    private static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    /** @param onSkipped called once for each version of the file with lines that are no entries */
    ListFile(Path path, long maxBytes, int maxLines, Consumer<Skipped> onSkipped) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxLines = maxLines;
        this.onSkipped = onSkipped;
    }

    Path path() {
        return path;
    }

    /** The last good list. */
    AddressTable table() {
        return table;
    }

    /** Lines of the last good list that are no entries. */
    int skipped() {
        return skipped;
    }

    /** Whether there ever was a good list. */
    boolean wasRead() {
        return read != null;
    }

    /**
     * Reads the file if it has changed.
     *
     * @return why it can't be used; empty if the list is as the file says
     */
    Optional<String> refresh() {
        try {
            Stamp now = Stamp.of(path);
            if (!now.equals(read)) {
                Parsed next = parse(read == null ? 0 : read.size());
                if (!now.equals(Stamp.of(path))) {
                    return Optional.of("changes while it is read");
                }
                table = next.table();
                skipped = next.skipped().lines();
                read = now;
                if (skipped > 0) {
                    onSkipped.accept(next.skipped());
                }
            }
            return Optional.empty();
        } catch (Unusable unusable) {
            return Optional.of(Objects.toString(unusable.getMessage()));
        } catch (NoSuchFileException missing) {
            return Optional.of("is missing");
        } catch (CharacterCodingException notText) {
            return Optional.of("is not UTF-8");
        } catch (IOException failure) {
            return Optional.of("can't be read: " + failure.getClass().getSimpleName());
        }
    }

    /** @param goodBytes the length of the last good version; 0 if there was none */
    private Parsed parse(long goodBytes) throws IOException {
        AddressTable.Builder ranges = new AddressTable.Builder();
        int bad = 0;
        int firstBad = 0;
        try (CountedInput in = new CountedInput(Files.newInputStream(path), maxBytes);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            int number = 0;
            boolean maybeCut = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String entry = entry(number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
                Optional<AddressRange> range = range(entry);
                maybeCut = !entry.isEmpty() && range.map(ListFile::mayBeCut).orElse(true);
                if (range.isPresent()) {
                    add(ranges, range.get());
                } else if (!entry.isEmpty()) {
                    firstBad = bad == 0 ? number : firstBad;
                    bad++;
                }
            }
            if (ranges.count() == 0) {
                throw new Unusable(
                        bad == 0
                                ? "has no entry"
                                : "has no address and no CIDR range in any line, such as " + firstBad);
            }
            if (!in.endsLine() && (maybeCut || in.count() < goodBytes)) {
                throw new Unusable(
                        "ends within line " + number + ", so it may be cut off: end that line with a line break");
            }
        }
        return new Parsed(ranges.build(), new Skipped(path, bad, firstBad));
    }

    private void add(AddressTable.Builder ranges, AddressRange range) throws Unusable {
        if (ranges.count() == maxLines) {
            throw new Unusable("has more than " + maxLines + " entries (reputation.entries)");
        }
        ranges.add(range);
    }

    /** Whether the end of its prefix may be missing: {@code 192.0.0.0/24} may become a quarter of all addresses. */
    private static boolean mayBeCut(AddressRange range) {
        boolean isV4 = range.base().isV4() && range.bits() >= V4_PREFIX;
        return isV4 ? range.bits() - V4_PREFIX <= LONGEST_CUT_V4 : range.bits() <= LONGEST_CUT_V6;
    }

    private static Optional<AddressRange> range(String entry) {
        if (entry.length() > MAX_LINE) {
            return Optional.empty();
        }
        return entry.indexOf('/') < 0
                ? IpAddress.parse(entry).map(address -> AddressRange.around(address, 2 * Long.SIZE))
                : AddressRange.parse(entry);
    }

    private static String entry(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    /** Ends a file that is too large, such as one that grows while it is read (CWE-400). */
    private static final class CountedInput extends FilterInputStream {
        private final long max;
        private long count;
        private int last;

        CountedInput(InputStream in, long max) {
            super(in);
            this.max = max;
        }

        /** The count of all bytes that were read. */
        long count() {
            return count;
        }

        boolean endsLine() {
            return last == '\n' || last == '\r';
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int more = super.read(into, offset, length);
            if (more > 0) {
                count += more;
                last = into[offset + more - 1];
            }
            if (count > max) {
                throw new Unusable("has more than " + max + " bytes (reputation.fileBytes)");
            }
            return more;
        }
    }
}
