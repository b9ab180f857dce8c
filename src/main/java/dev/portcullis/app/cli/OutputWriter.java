package dev.portcullis.app.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The output of a command, in UTF-8 and not in the platform's charset: JSON is UTF-8 wherever it is printed (RFC 8259 section
 * 8.1). It knows why a write failed, which a {@link PrintWriter} keeps to itself.
 */
public final class OutputWriter extends PrintWriter {
    /**
     * The text of EPIPE. A system in another language has another text; there a reader that left is reported like a full disk.
     */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final Recording stream;

    public static OutputWriter to(OutputStream stream) {
        return new OutputWriter(new Recording(stream));
    }

    private OutputWriter(Recording stream) {
        super(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
        this.stream = stream;
    }

    /** Whether the other end of a pipe was closed, as {@code head} does once it has its lines. */
    boolean readerLeft() {
        return stream.failure
                .map(IOException::getMessage)
                .filter(BROKEN_PIPE::equals)
                .isPresent();
    }

    private static final class Recording extends FilterOutputStream {
        private Optional<IOException> failure = Optional.empty();

        Recording(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException failed) {
                failure = failure.or(() -> Optional.of(failed));
                throw failed;
            }
        }
    }
}
