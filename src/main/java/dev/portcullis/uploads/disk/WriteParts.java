package dev.portcullis.uploads.disk;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Joins what arrives to parts that are worth a write: a client may send each byte alone, which costs as much (CWE-400). */
final class WriteParts {
    static final int BYTES = 32_768;

    private Buffer waiting = Buffer.buffer();

    /** Adds what has arrived; returns a part to write, as soon as there is one. */
    Optional<Buffer> add(Buffer chunk) {
        waiting.appendBuffer(chunk);
        return waiting.length() < BYTES ? Optional.empty() : rest();
    }

    Optional<Buffer> rest() {
        Buffer part = waiting;
        waiting = Buffer.buffer();
        return part.length() == 0 ? Optional.empty() : Optional.of(part);
    }
}
