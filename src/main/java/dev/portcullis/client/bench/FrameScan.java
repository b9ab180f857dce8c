package dev.portcullis.client.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds in one pass what a member needs from a frame: type, position and timestamp. It creates no object, because full
 * JSON parsing would make the load generator slower than the server.
 */
final class FrameScan {
    private static final byte[] TYPE = key("type");
    private static final byte[] SEQ = key("seq");
    private static final byte[] EPOCH = key("epoch");
    private static final byte[] CONTENT = key("content");
    private static final byte[] ID = key("id");
    private static final byte[] CHAT = key("chat");
    private static final byte[] ACK = key("ack");

    /** The frame types of the hot path. */
    enum Kind {
        CHAT,
        ACK,
        OTHER
    }

    private byte[] bytes = {};
    private int end;
    private int at;
    private Kind kind = Kind.OTHER;
    private long seq;
    private int epochFrom;
    private int epochTo;
    private int stampFrom;
    private int stampTo;

    Kind scan(byte[] frame, int length) {
        bytes = frame;
        end = length;
        at = 0;
        kind = Kind.OTHER;
        seq = -1;
        epochFrom = epochTo = stampFrom = stampTo = 0;
        int depth = 0;
        while (at < end && !complete()) {
            byte next = bytes[at];
            if (next == '"') {
                string(depth);
            } else {
                depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
                at++;
            }
        }
        return kind;
    }

    /** -1 when the frame has none. */
    long seq() {
        return seq;
    }

    boolean hasEpoch(byte[] epoch) {
        return same(epoch, epochFrom, epochTo);
    }

    byte[] epoch() {
        return Arrays.copyOfRange(bytes, epochFrom, epochTo);
    }

    /** The time that the bench wrote into the content or the id, or -1. */
    long stamp() {
        return TimestampMarker.read(bytes, stampFrom, stampTo);
    }

    /** The index of the sender's address, as the bench wrote it into the content, or -1. */
    int addressIndex() {
        return TimestampMarker.addressIndex(bytes, stampFrom, stampTo);
    }

    /** Whether everything needed is found, so the rest can be skipped. */
    private boolean complete() {
        return kind != Kind.OTHER && seq >= 0 && epochTo > 0 && stampTo > 0;
    }

    /** Skips the string that begins at a quote, and reads its value if it is a key of the outermost object. */
    private void string(int depth) {
        int from = at + 1;
        int to = endOfString(from);
        at = to + 1;
        if (depth == 1 && at < end && bytes[at] == ':') {
            at++;
            value(from, to);
        }
    }

    private void value(int keyFrom, int keyTo) {
        if (at < end && bytes[at] == '"') {
            int from = at + 1;
            int to = endOfString(from);
            at = to + 1;
            text(keyFrom, keyTo, from, to);
        } else if (same(SEQ, keyFrom, keyTo)) {
            seq = number();
        }
    }

    private void text(int keyFrom, int keyTo, int from, int to) {
        if (same(TYPE, keyFrom, keyTo)) {
            kind = same(CHAT, from, to) ? Kind.CHAT : same(ACK, from, to) ? Kind.ACK : Kind.OTHER;
        } else if (same(EPOCH, keyFrom, keyTo)) {
            epochFrom = from;
            epochTo = to;
        } else if (same(CONTENT, keyFrom, keyTo) || same(ID, keyFrom, keyTo)) {
            stampFrom = from;
            stampTo = to;
        }
    }

    private int endOfString(int from) {
        int i = from;
        while (i < end && bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return Math.min(i, end);
    }

    private long number() {
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at] - '0';
            at++;
        }
        return value;
    }

    private boolean same(byte[] expected, int from, int to) {
        return to - from == expected.length && Arrays.equals(expected, 0, expected.length, bytes, from, to);
    }

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
