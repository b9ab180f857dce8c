package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Assembles fragments into messages, within bounds. The aggregators of Vert.x and Netty accept an unlimited number of empty
 * fragments.
 */
final class FragmentAssembler {
    /** Estimated heap overhead of one fragment. */
    private static final int FRAGMENT_OVERHEAD_BYTES = 128;

    private final int maxFragments;
    private int maxBytes;
    private final List<byte[]> fragments = new ArrayList<>(0);
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

    /** The message if it is complete, or the rule of framing or the limit that the sender broke. */
    Result<Optional<byte[]>, CloseCode> first(byte[] data, boolean last) {
        if (!fragments.isEmpty()) {
            return Result.refused(CloseCode.BROKEN_FRAME); // RFC 6455 5.4: messages may not be interleaved
        }
        if (data.length > maxBytes) {
            return Result.refused(CloseCode.TOO_LARGE);
        }
        if (last) {
            return Result.done(Optional.of(data));
        }
        return add(data);
    }

    Result<Optional<byte[]>, CloseCode> next(byte[] data, boolean last) {
        if (fragments.isEmpty()) {
            return Result.refused(CloseCode.BROKEN_FRAME);
        }
        if (fragments.size() >= maxFragments) {
            return Result.refused(CloseCode.HOSTILE); // a million empty fragments cost us and not the sender (CWE-400)
        }
        if (bytes + data.length > maxBytes) {
            return Result.refused(CloseCode.TOO_LARGE);
        }
        Result<Optional<byte[]>, CloseCode> incomplete = add(data);
        return last ? Result.done(Optional.of(assembled())) : incomplete;
    }

    private Result<Optional<byte[]>, CloseCode> add(byte[] data) {
        fragments.add(data);
        bytes += data.length;
        return Result.done(Optional.empty());
    }

    private byte[] assembled() {
        byte[] message = new byte[bytes];
        int from = 0;
        for (byte[] fragment : fragments) {
            System.arraycopy(fragment, 0, message, from, fragment.length);
            from += fragment.length;
        }
        clear();
        return message;
    }
}
