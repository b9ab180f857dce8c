package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.BooleanSupplier;

/**
 * Bounds the buffer of a single read, and keeps it small while the node's memory budget is exceeded. Reading can be
 * stopped only after a read, and a read of 64 KB on each of some thousand sockets would far exceed the memory that is
 * left (CWE-770).
 */
final class BoundedReadAllocator implements RecvByteBufAllocator {
    private static final int MIN_BYTES = 512;
    private static final int INITIAL_BYTES = 2_048;
    private static final int MAX_BYTES = 16_384;

    private final RecvByteBufAllocator delegate = new AdaptiveRecvByteBufAllocator(MIN_BYTES, INITIAL_BYTES, MAX_BYTES);
    private final BooleanSupplier full;

    BoundedReadAllocator(BooleanSupplier full) {
        this.full = full;
    }

    @Override
    @SuppressWarnings("deprecation") // declared by the interface of Netty
    public Handle newHandle() {
        return new LimitingHandle((ExtendedHandle) delegate.newHandle(), full);
    }

    private static final class LimitingHandle extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle delegate;
        private final BooleanSupplier full;

        LimitingHandle(ExtendedHandle usual, BooleanSupplier full) {
            super(usual);
            this.delegate = usual;
            this.full = full;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return full.getAsBoolean() ? allocator.ioBuffer(MIN_BYTES) : super.allocate(allocator);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return delegate.continueReading(maybeMore);
        }
    }
}
