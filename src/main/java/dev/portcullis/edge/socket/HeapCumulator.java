package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;

/**
 * Collects the bytes of an incomplete frame on the heap, with little spare capacity. Netty's own cumulators use pooled
 * direct memory, which grows in powers of two and is rounded up by the pool: it can be several times the received
 * bytes, and only those are counted (CWE-770).
 */
final class HeapCumulator implements Cumulator {
    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
        if (!cumulation.isReadable()) {
            cumulation.release();
            return in;
        }
        try {
            return appended(cumulation, in);
        } finally {
            in.release();
        }
    }

    private static ByteBuf appended(ByteBuf cumulation, ByteBuf in) {
        int needed = cumulation.readableBytes() + in.readableBytes();
        if (in.readableBytes() <= cumulation.writableBytes() && cumulation.capacity() <= 2 * needed) {
            return cumulation.writeBytes(in);
        }
        ByteBuf larger = Unpooled.buffer(needed + needed / 4);
        larger.writeBytes(cumulation).writeBytes(in);
        cumulation.release();
        return larger;
    }
}
