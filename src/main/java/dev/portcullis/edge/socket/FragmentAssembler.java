package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Puts fragments together, within bounds. Vert.x's own aggregation loses a message whose first fragment is empty and
 * takes endless empty ones.
 */
final class FragmentAssembler {
    /** Of the heap, about, beside what is in it. */
    private static final int FRAGMENT_OVERHEAD_BYTES = 128;

    private final int maxFragments;
    private int maxBytes;
    private final List<Buffer> fragments = new ArrayList<>(0);
    private int bytes;

    FragmentAssembler(int maxBytes, int maxFragments) {
        this.maxBytes = maxBytes;
        this.maxFragments = maxFragments;
    }

    void allow(int bytes) {
        maxBytes = bytes;
    }

    /** What a message that is not complete takes of the memory. */
    int bytes() {
        return bytes + fragments.size() * FRAGMENT_OVERHEAD_BYTES;
    }

    /** The message that was begun is not wanted any more. */
    void clear() {
        fragments.clear();
        bytes = 0;
    }

    Result first(Buffer data, boolean last) {
        if (!fragments.isEmpty()) {
            return new Violation(CloseCode.BROKEN_FRAME); // RFC 6455 5.4: messages may not be interleaved
        }
        if (data.length() > maxBytes) {
            return new Violation(CloseCode.TOO_LARGE);
        }
        if (last) {
            return new Complete(data.getBytes());
        }
        return add(data);
    }

    Result next(Buffer data, boolean last) {
        if (fragments.isEmpty()) {
            return new Violation(CloseCode.BROKEN_FRAME);
        }
        if (fragments.size() >= maxFragments) {
            return new Violation(CloseCode.HOSTILE); // a million empty fragments cost us and not the sender (CWE-400)
        }
        if (bytes + data.length() > maxBytes) {
            return new Violation(CloseCode.TOO_LARGE);
        }
        Result part = add(data);
        return last ? assemble() : part;
    }

    private Result add(Buffer data) {
        fragments.add(data);
        bytes += data.length();
        return Incomplete.INSTANCE;
    }

    private Result assemble() {
        byte[] message = new byte[bytes];
        int from = 0;
        for (Buffer piece : fragments) {
            piece.getBytes(message, from);
            from += piece.length();
        }
        clear();
        return new Complete(message);
    }

    /** What a fragment made of the message. */
    sealed interface Result {
        <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken);

        default Optional<CloseCode> violation() {
            return fold(any -> Optional.empty(), Optional::empty, Optional::of);
        }
    }

    /** The message is complete. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Complete(byte[] message) implements Result {
        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return whole.apply(message);
        }
    }

    /** More is to come. */
    enum Incomplete implements Result {
        INSTANCE;

        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return part.get();
        }
    }

    /** The sender broke a rule. */
    record Violation(CloseCode code) implements Result {
        @Override
        public <R> R fold(Function<byte[], R> whole, Supplier<R> part, Function<CloseCode, R> broken) {
            return broken.apply(code);
        }
    }
}
