package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.BooleanSupplier;

/**
 * Reads no more of a socket at once than is worth it, and little while the node is full. Whoever reads can stop after a read but not before one, and one of
 * 64 KB of each of some thousand sockets would be far more than what is left (CWE-770).
 */
final class BoundedReadAllocator implements RecvByteBufAllocator {
    private static final int LITTLE = 512;
    private static final int FIRST = 2_048;
    private static final int MOST = 16_384;

    private final RecvByteBufAllocator usual = new AdaptiveRecvByteBufAllocator(LITTLE, FIRST, MOST);
    private final BooleanSupplier full;

    BoundedReadAllocator(BooleanSupplier full) {
        this.full = full;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's interface has it
    public Handle newHandle() {
        return new SparingHandle((ExtendedHandle) usual.newHandle(), full);
    }

    private static final class SparingHandle extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle usual;
        private final BooleanSupplier full;

        SparingHandle(ExtendedHandle usual, BooleanSupplier full) {
            super(usual);
            this.usual = usual;
            this.full = full;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return full.getAsBoolean() ? allocator.ioBuffer(LITTLE) : super.allocate(allocator);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return usual.continueReading(maybeMore);
        }
    }
}
