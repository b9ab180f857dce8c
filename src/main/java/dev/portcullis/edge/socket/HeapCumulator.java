package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;

/**
 * Gathers the bytes of a frame that is not complete on the heap, with little room beyond them. Netty's own takes pooled
 * memory beside the heap, in powers of two and with the pool's rounding: several times what has come, which is what is
 * counted (CWE-770).
 */
final class HeapCumulator implements Cumulator {
    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf gathered, ByteBuf in) {
        if (!gathered.isReadable()) {
            gathered.release();
            return in;
        }
        try {
            return appended(gathered, in);
        } finally {
            in.release();
        }
    }

    private static ByteBuf appended(ByteBuf gathered, ByteBuf in) {
        int needed = gathered.readableBytes() + in.readableBytes();
        if (in.readableBytes() <= gathered.writableBytes() && gathered.capacity() <= 2 * needed) {
            return gathered.writeBytes(in);
        }
        ByteBuf larger = Unpooled.buffer(needed + needed / 4);
        larger.writeBytes(gathered).writeBytes(in);
        gathered.release();
        return larger;
    }
}
