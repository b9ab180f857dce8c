package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Assembles fragments into messages, within bounds. Vert.x's own aggregation loses a message whose first fragment is
 * empty, and accepts an unlimited number of empty fragments.
 */
final class FragmentAssembler {
    /** Estimated heap overhead of one fragment. */
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

    /** Memory held by the incomplete message. */
    int bytes() {
        return bytes + fragments.size() * FRAGMENT_OVERHEAD_BYTES;
    }

    /** Drops the incomplete message. */
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
        Result incomplete = add(data);
        return last ? assemble() : incomplete;
    }

    private Result add(Buffer data) {
        fragments.add(data);
        bytes += data.length();
        return Incomplete.INSTANCE;
    }

    private Result assemble() {
        byte[] message = new byte[bytes];
        int from = 0;
        for (Buffer fragment : fragments) {
            fragment.getBytes(message, from);
            from += fragment.length();
        }
        clear();
        return new Complete(message);
    }

    /** The effect of one fragment. */
    sealed interface Result {
        <R> R fold(Function<byte[], R> complete, Supplier<R> incomplete, Function<CloseCode, R> violation);

        default Optional<CloseCode> violation() {
            return fold(any -> Optional.empty(), Optional::empty, Optional::of);
        }
    }

    /** The message is complete. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Complete(byte[] message) implements Result {
        @Override
        public <R> R fold(Function<byte[], R> complete, Supplier<R> incomplete, Function<CloseCode, R> violation) {
            return complete.apply(message);
        }
    }

    /** The message has more fragments. */
    enum Incomplete implements Result {
        INSTANCE;

        @Override
        public <R> R fold(Function<byte[], R> complete, Supplier<R> incomplete, Function<CloseCode, R> violation) {
            return incomplete.get();
        }
    }

    /** The sender broke a rule of framing or a limit. */
    record Violation(CloseCode code) implements Result {
        @Override
        public <R> R fold(Function<byte[], R> complete, Supplier<R> incomplete, Function<CloseCode, R> violation) {
            return violation.apply(code);
        }
    }
}
