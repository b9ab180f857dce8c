package dev.portcullis.audit.chain;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.Optional;

/**
 * The end of a file, where its chain goes on.
 *
 * @param n the number of its last line
 * @param hash of its last intact line
 * @param wholeBytes how long the file is up to its last line break
 * @param tornBytes what stands behind it: the beginning of a line that a crash cut off
 * @param damaged whether the last line is not what was written
 */
record ChainTail(long n, String hash, long wholeBytes, long tornBytes, boolean damaged) {

    static ChainTail read(ChainFile file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.path().toFile(), "r")) {
            long length = bytes.length();
            byte[] end = new byte[(int) Math.min(length, 2L * ChainLine.MAX_BYTES)];
            bytes.seek(length - end.length);
            bytes.readFully(end);
            int last = lastBreak(end, end.length);
            long whole = length - end.length + last + 1;
            if (last < 0) {
                return new ChainTail(file.first() - 1, ChainLine.NO_LINE, 0, length, length > end.length);
            }
            int start = lastBreak(end, last) + 1;
            Optional<ChainLine> line =
                    ChainLine.read(Arrays.copyOfRange(end, start, last)).filter(ChainLine::isIntact);
            return line.isPresent()
                    ? new ChainTail(line.get().n(), line.get().hash(), whole, length - whole, false)
                    : lastIntact(file, whole, length - whole);
        }
    }

    /** Whether the file has no line at all: the node ended while it began the file. */
    boolean isEmpty() {
        return wholeBytes == 0 && !damaged;
    }

    private static ChainTail lastIntact(ChainFile file, long whole, long torn) throws IOException {
        long n = file.first() - 1;
        String hash = ChainLine.NO_LINE;
        try (LineScanner lines = LineScanner.open(file.path())) {
            Optional<byte[]> next = lines.next();
            while (next.isPresent()) {
                Optional<ChainLine> line = ChainLine.read(next.get()).filter(ChainLine::isIntact);
                n = line.map(ChainLine::n).orElse(n + 1); // a damaged line was one
                hash = line.map(ChainLine::hash).orElse(hash);
                next = lines.next();
            }
        }
        return new ChainTail(n, hash, whole, torn, true);
    }

    private static int lastBreak(byte[] bytes, int before) {
        int at = before - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }
}
