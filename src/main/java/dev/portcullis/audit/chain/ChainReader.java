package dev.portcullis.audit.chain;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads single lines of a chain from its files, also while they are written. Blocks. */
public final class ChainReader {
    /** Below this distance, lines are read one after the other. */
    private static final int NEAR = 131_072;

    private final Path folder;
    private final String chain;

    /**
     * A page of lines.
     *
     * @param next the value of {@code after} for the lines that follow
     * @param more whether there were more than asked for
     */
    public record Page(List<byte[]> lines, long next, boolean more) {}

    public ChainReader(Path folder, String chain) {
        this.folder = folder;
        this.chain = chain;
    }

    public String chain() {
        return chain;
    }

    /** The lines behind a number, oldest first; if they are no longer kept, from the oldest that is. */
    public Page read(long after, int limit, long maxBytes) throws IOException {
        List<byte[]> found = new ArrayList<>();
        long bytes = 0;
        long next = after;
        for (ChainFile file : from(after + 1)) {
            try (LineScanner lines = LineScanner.open(file.path(), offset(file, after + 1))) {
                Optional<byte[]> line = lines.next();
                while (line.isPresent() && lines.isComplete()) {
                    long n = ChainLine.numberOf(line.get()).orElse(0L);
                    if (n > next) {
                        bytes += line.get().length;
                        if (found.size() == limit || (bytes > maxBytes && !found.isEmpty())) {
                            return new Page(List.copyOf(found), next, true);
                        }
                        found.add(line.get());
                        next = n;
                    }
                    line = lines.next();
                }
            } catch (NoSuchFileException deletedMeanwhile) {
                // being too old: what follows it is still there
            }
        }
        return new Page(List.copyOf(found), next, false);
    }

    Optional<ChainLine> find(long n) throws IOException {
        return read(n - 1, 1, Long.MAX_VALUE).lines().stream()
                .flatMap(line -> ChainLine.read(line).stream())
                .filter(line -> line.n() == n)
                .findFirst();
    }

    private List<ChainFile> from(long n) throws IOException {
        List<ChainFile> files = ChainFile.all(folder, chain);
        int at = 0;
        while (at + 1 < files.size() && files.get(at + 1).first() <= n) {
            at++;
        }
        return files.subList(at, files.size());
    }

    /** The offset of a line that is not behind the wanted one, and not far before it. */
    private static long offset(ChainFile file, long n) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.path().toFile(), "r")) {
            long low = 0;
            long high = bytes.length();
            byte[] window = new byte[ChainLine.MAX_BYTES + 64];
            while (high - low > NEAR) {
                long middle = low + (high - low) / 2;
                bytes.seek(middle);
                int length = Math.max(0, bytes.read(window));
                int start = 0;
                while (start < length && window[start] != '\n') {
                    start++;
                }
                long number = ChainLine.numberOf(Arrays.copyOfRange(window, Math.min(start + 1, length), length))
                        .orElse(Long.MAX_VALUE);
                if (number < n) {
                    low = middle + start + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
