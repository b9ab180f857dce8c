package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;

/** Counts the records of TLS that begin in a stream of bytes. Their headers are readable, before and after encryption. */
final class TlsRecordCounter {
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;

    private int headerBytes;
    private int bodyBytes;

    /** The number of records that begin in the next bytes of the stream, which stay unread. */
    int beginIn(ByteBuf bytes) {
        int began = 0;
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (headerBytes == HEADER) {
                int skipped = Math.min(bodyBytes, bytes.writerIndex() - at);
                at += skipped;
                bodyBytes -= skipped;
                headerBytes = bodyBytes == 0 ? 0 : HEADER;
                continue;
            }
            if (headerBytes == 0) {
                began++;
                bodyBytes = 0;
            } else if (headerBytes >= LENGTH_AT) {
                bodyBytes = bodyBytes << Byte.SIZE | bytes.getUnsignedByte(at);
            }
            headerBytes++;
            at++;
        }
        return began;
    }
}
