package dev.portcullis.edge.tcp;

/**
 * The form of a request line (RFC 9112 section 3). Netty takes any white space, in any number, as the end of a word; a proxy in
 * front may not (CWE-444).
 */
final class RequestLine {
    private static final int DELETE = 0x7F;

    private RequestLine() {}

    static void requireOneSpaceBefore(byte[] line, int start, int length) {
        if (length > 0 && (line[start - 1] != ' ' || line[start - 2] <= ' ')) {
            throw new IllegalArgumentException("words that are not separated by one space");
        }
    }

    static void requireVisible(byte[] line, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (line[i] <= ' ' || line[i] >= DELETE) { // a byte is negative from 0x80 on
                throw new IllegalArgumentException("a target that is no visible ASCII"); // RFC 9112 section 3.2
            }
        }
    }
}
