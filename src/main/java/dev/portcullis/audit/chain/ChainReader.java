package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Reads single lines of a chain from its files, also while they are written, and whatever others wrote in them. Blocks. */
public final class ChainReader {
    /** Below this distance, lines are read one after the other. */
    private static final int NEAR = 131_072;

    private final Path folder;
    private final String chain;
    private final LongSupplier written;

    /**
     * A page of lines.
     *
     * @param lines each empty if it is not what was written in its place
     * @param next the value of {@code after} for the lines that follow
     * @param more whether there were more than asked for
     */
    public record Page(List<Optional<byte[]>> lines, long next, boolean more) {}

    /**
     * Where to begin in a file.
     *
     * @param before the number of the line before
     */
    private record Start(long offset, long before) {}

    /** @param written the number of the last line that the node has written: nothing behind it is read */
    public ChainReader(Path folder, String chain, LongSupplier written) {
        this.folder = folder;
        this.chain = chain;
        this.written = written;
    }

    public String chain() {
        return chain;
    }

    /** The lines behind a number, oldest first; if they are no longer kept, from the oldest that is. */
    public Page read(long after, int limit, long maxBytes) throws IOException {
        List<Optional<byte[]>> found = new ArrayList<>();
        long bytes = 0;
        long next = after;
        long last = written.getAsLong();
        for (ChainFile file : files(after + 1, last)) {
            try {
                Start start = start(file, after + 1, last);
                LineNumbers numbers = new LineNumbers(file.first(), last, start.before);
                try (LineScanner lines = LineScanner.open(file.path(), start.offset)) {
                    Optional<byte[]> line = complete(lines);
                    while (line.isPresent() && !numbers.isAtEnd()) {
                        Optional<byte[]> behind = complete(lines);
                        long n = numbers.next(line.get(), behind);
                        if (n > after) {
                            bytes += line.get().length;
                            if (found.size() == limit || (bytes > maxBytes && !found.isEmpty())) {
                                return new Page(List.copyOf(found), next, true);
                            }
                            found.add(line.filter(each -> isWritten(each, n)));
                            next = n;
                        }
                        line = behind;
                    }
                }
            } catch (NoSuchFileException deletedMeanwhile) {
                // being too old: what follows it is still there
            }
        }
        return new Page(List.copyOf(found), next, false);
    }

    Optional<ChainLine> find(long n) throws IOException {
        return read(n - 1, 1, Long.MAX_VALUE).lines().stream()
                .flatMap(Optional::stream)
                .flatMap(line -> ChainLine.read(line).stream())
                .filter(line -> line.n() == n)
                .findFirst();
    }

    private List<ChainFile> files(long n, long last) throws IOException {
        List<ChainFile> files = ChainFile.all(folder, chain).stream()
                .filter(file -> file.first() <= last)
                .toList();
        int at = 0;
        while (at + 1 < files.size() && files.get(at + 1).first() <= n) {
            at++;
        }
        return files.subList(at, files.size());
    }

    /** A line that is not behind the wanted one, and not far before it. */
    private static Start start(ChainFile file, long n, long last) throws IOException {
        Start low = new Start(0, file.first() - 1);
        long high = Files.size(file.path());
        while (high - low.offset > NEAR) {
            long middle = low.offset + (high - low.offset) / 2;
            Optional<Start> found = numbered(file, middle, high, low.before + 1, last);
            if (found.isPresent() && found.get().before + 1 < n) {
                low = found.get();
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first line in a part of a file for whose number the line behind it speaks. */
    private static Optional<Start> numbered(ChainFile file, long from, long to, long least, long last)
            throws IOException {
        try (LineScanner lines = LineScanner.open(file.path(), from)) {
            Optional<byte[]> rest = lines.next(); // of a line that begins before
            long offset = lines.position();
            Optional<byte[]> line = rest.isPresent() ? lines.next() : rest;
            while (line.isPresent() && offset < to) {
                long behindIt = lines.position();
                Optional<byte[]> behind = lines.next();
                long number = LineNumbers.claimedBy(line.get());
                if (least <= number && number <= last && LineNumbers.goesOn(number, behind)) {
                    return Optional.of(new Start(offset, number - 1));
                }
                offset = behindIt;
                line = behind;
            }
            return Optional.empty();
        }
    }

    private static Optional<byte[]> complete(LineScanner lines) throws IOException {
        Optional<byte[]> line = lines.next();
        return lines.isComplete() ? line : Optional.empty();
    }

    /** A fitting hash shows no more than that it was made with the line: anyone can make one. */
    private static boolean isWritten(byte[] line, long n) {
        return ChainLine.read(line)
                        .filter(read -> read.isIntact() && read.n() == n)
                        .isPresent()
                && isObject(line);
    }

    private static boolean isObject(byte[] line) {
        String text = new String(line, US_ASCII);
        try {
            return text.indexOf('\uFFFD') < 0 && Json.parseWithoutComments(text) instanceof Map;
        } catch (IOException malformed) {
            return false;
        }
    }
}
