package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments together, within bounds. Vert.x's own aggregation loses a message whose first fragment is empty and
 * takes endless empty ones.
 */
final class Reassembly {
    private final int maxFragments;
    private int maxBytes;
    private @Nullable Buffer begun;
    private int fragments;

    Reassembly(int maxBytes, int maxFragments) {
        this.maxBytes = maxBytes;
        this.maxFragments = maxFragments;
    }

    void allow(int bytes) {
        maxBytes = bytes;
    }

    Piece first(Buffer data, boolean last) {
        if (begun != null) {
            return new Broken(CloseCode.BROKEN_FRAME); // RFC 6455 5.4: messages may not be interleaved
        }
        if (data.length() > maxBytes) {
            return new Broken(CloseCode.TOO_LARGE);
        }
        if (last) {
            return new Whole(data.getBytes());
        }
        begun = Buffer.buffer().appendBuffer(data);
        fragments = 1;
        return Part.PART;
    }

    Piece next(Buffer data, boolean last) {
        if (begun == null) {
            return new Broken(CloseCode.BROKEN_FRAME);
        }
        if (++fragments > maxFragments) {
            return new Broken(CloseCode.HOSTILE); // a million empty fragments cost us and not the sender (CWE-400)
        }
        if (begun.length() + data.length() > maxBytes) {
            return new Broken(CloseCode.TOO_LARGE);
        }
        begun.appendBuffer(data);
        if (!last) {
            return Part.PART;
        }
        Whole whole = new Whole(begun.getBytes());
        begun = null;
        return whole;
    }

    /** What a fragment made of the message. */
    sealed interface Piece {
        <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken);

        default Optional<CloseCode> broken() {
            return fold(any -> Optional.empty(), Optional::empty, Optional::of);
        }
    }

    /** The message is complete. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Whole(byte[] message) implements Piece {
        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return whole.apply(message);
        }
    }

    /** More is to come. */
    enum Part implements Piece {
        PART;

        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return part.get();
        }
    }

    /** The sender broke a rule. */
    record Broken(CloseCode code) implements Piece {
        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return broken.apply(code);
        }
    }
}
