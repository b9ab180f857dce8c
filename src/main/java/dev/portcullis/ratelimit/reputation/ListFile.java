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
import org.jspecify.annotations.Nullable;

/**
 * A file with one address or CIDR range a line. Reads it again when it has changed, and keeps the last good list while it
 * is missing, empty, broken or cut off: what a failed download leaves would let all clients in, or none, without a word.
 * Blocks; read by one thread at a time.
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
    private volatile AddressTable table = AddressTable.EMPTY;
    private @Nullable Stamp read; // the good version that the table is of

    /** What tells one version of a file from the next; an editor that replaces the file gives it another key. */
    private record Stamp(long modified, long size, @Nullable Object key) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(file.lastModifiedTime().toMillis(), file.size(), file.fileKey());
        }
    }

    /** The file can't be used as it is. */
    private static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    ListFile(Path path, long maxBytes, int maxLines) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxLines = maxLines;
    }

    Path path() {
        return path;
    }

    /** The last good list. */
    AddressTable table() {
        return table;
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
                AddressTable next = parse(read == null ? 0 : read.size());
                if (!now.equals(Stamp.of(path))) {
                    return Optional.of("changes while it is read");
                }
                table = next;
                read = now;
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
    private AddressTable parse(long goodBytes) throws IOException {
        AddressTable.Builder ranges = new AddressTable.Builder();
        try (CountedInput in = new CountedInput(Files.newInputStream(path), maxBytes);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            int number = 0;
            boolean wide = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String entry = entry(number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
                wide = !entry.isEmpty() && mayBeCut(add(ranges, entry, number));
            }
            if (ranges.count() == 0) {
                throw new Unusable("has no entry");
            }
            if (!in.endsLine() && (wide || in.count() < goodBytes)) {
                throw new Unusable(
                        "ends within line " + number + ", so it may be cut off: end that line with a line break");
            }
        }
        return ranges.build();
    }

    private AddressRange add(AddressTable.Builder ranges, String entry, int number) throws Unusable {
        if (ranges.count() == maxLines) {
            throw new Unusable("has more than " + maxLines + " entries (reputation.entries)");
        }
        AddressRange range =
                range(entry).orElseThrow(() -> new Unusable("has no address and no CIDR range in line " + number));
        ranges.add(range);
        return range;
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

        /** Of all bytes that were read. */
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
