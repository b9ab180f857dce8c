package dev.portcullis.audit.chain;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a file line by line, in little memory whatever the file holds. */
public final class LineScanner implements Closeable {
    private static final int BUFFER = 262_144;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean complete = true;
    private long position;

    private LineScanner(InputStream in, long offset) {
        this.in = in;
        this.position = offset;
    }

    public static LineScanner open(Path file) throws IOException {
        return open(file, 0);
    }

    static LineScanner open(Path file, long offset) throws IOException {
        return new LineScanner(
                Channels.newInputStream(Files.newByteChannel(file).position(offset)), offset);
    }

    /** The next line without its line break, cut where it is longer than any line may be; empty at the end. */
    public Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        boolean any = false;
        while (true) {
            if (from == to && !fill()) {
                complete = !any;
                return any ? Optional.of(line.toByteArray()) : Optional.empty();
            }
            any = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, Math.min(end - from, Math.max(0, ChainLine.MAX_BYTES + 1 - line.size())));
            boolean found = end < to;
            position += (found ? end + 1 : end) - from;
            from = found ? end + 1 : end;
            if (found) {
                return Optional.of(line.toByteArray());
            }
        }
    }

    /** The end of the last line. */
    long position() {
        return position;
    }

    /** Whether the last line ended with its line break. */
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        from = 0;
        to = Math.max(0, read);
        return read > 0;
    }
}
