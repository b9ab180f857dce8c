package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.io.BufferedReader;
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
 * is missing or broken: an empty file in its place would let everybody in without a word. Blocks; read by one thread at a
 * time.
 */
final class ListFile {
    private static final int MAX_LINE = 256;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path path;
    private final long maxBytes;
    private final int maxLines;
    private volatile AddressTable table = AddressTable.EMPTY;
    private @Nullable Stamp read;

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

    /**
     * Reads the file if it has changed.
     *
     * @return why it can't be used; empty if the list is as the file says
     */
    Optional<String> refresh() {
        try {
            Stamp now = Stamp.of(path);
            if (!now.equals(read)) {
                table = parse();
                read = now; // of before: what was written meanwhile is read the next time
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

    private AddressTable parse() throws IOException {
        AddressTable.Builder ranges = new AddressTable.Builder();
        try (InputStream in = Files.newInputStream(path);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(new CountedInput(in, maxBytes), StandardCharsets.UTF_8.newDecoder()))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String entry = entry(number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
                if (!entry.isEmpty()) {
                    add(ranges, entry, number);
                }
            }
        }
        return ranges.build();
    }

    private void add(AddressTable.Builder ranges, String entry, int number) throws Unusable {
        if (ranges.count() == maxLines) {
            throw new Unusable("has more than " + maxLines + " entries (reputation.entries)");
        }
        ranges.add(range(entry).orElseThrow(() -> new Unusable("has no address and no CIDR range in line " + number)));
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
    private static final class CountedInput extends java.io.FilterInputStream {
        private final long max;
        private long left;

        CountedInput(InputStream in, long max) {
            super(in);
            this.max = max;
            this.left = max;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) throws Unusable {
            left -= bytes;
            if (left < 0) {
                throw new Unusable("has more than " + max + " bytes (reputation.fileBytes)");
            }
        }
    }
}
