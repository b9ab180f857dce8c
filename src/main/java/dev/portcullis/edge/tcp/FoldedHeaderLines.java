package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.util.internal.StringUtil;

/**
 * Finds header lines that begin with white space. Netty appends such a line to the line before: no limit on lines
 * counts it, and each costs a copy of the whole value. Other servers parse it differently (RFC 9112 sections 2.2 and
 * 5.2, CWE-444).
 */
final class FoldedHeaderLines {
    private static final byte CR = StringUtil.CARRIAGE_RETURN;
    private static final byte LF = StringUtil.LINE_FEED;

    private FoldedHeaderLines() {}

    /**
     * Whether the received part of a request head contains one.
     *
     * @param bytes begin with a line
     * @param headersBegun whether the request line was read before
     */
    static boolean in(ByteBuf bytes, boolean headersBegun) {
        int end = bytes.writerIndex();
        int line = bytes.readerIndex();
        if (!headersBegun) {
            while (line < end && isBlank(bytes.getByte(line))) { // Netty skips these too
                line++;
            }
            line = next(bytes, line, end);
        }
        while (line < end && !isEndOfHead(bytes, line, end)) {
            if (bytes.getByte(line) == ' ' || bytes.getByte(line) == '\t') {
                return true;
            }
            line = next(bytes, line, end);
        }
        return false;
    }

    private static boolean isEndOfHead(ByteBuf bytes, int line, int end) {
        byte first = bytes.getByte(line);
        return first == LF || (first == CR && (line + 1 == end || bytes.getByte(line + 1) == LF));
    }

    private static boolean isBlank(byte each) {
        return Character.isISOControl(each) || Character.isWhitespace(each);
    }

    private static int next(ByteBuf bytes, int line, int end) {
        int feed = bytes.indexOf(line, end, LF);
        return feed < 0 ? end : feed + 1;
    }
}
