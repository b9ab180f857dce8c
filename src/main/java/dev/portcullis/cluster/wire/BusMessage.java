package dev.portcullis.cluster.wire;

import io.netty.buffer.ByteBuf;

/**
 * The form of one message between event buses, as Vert.x 5 writes it. Vert.x allocates for each length in a message
 * before it checks that the bytes are there, so 30 bytes make it allocate 2 GiB (CWE-789); and it deserializes Java
 * objects (CWE-502). Only what nodes send to each other passes: pings, null, strings, bytes and failures.
 */
final class BusMessage {
    private static final byte VERSION = 2;
    private static final byte NULL = 0;
    private static final byte PING = 1;
    private static final byte STRING = 9;
    private static final byte BYTES = 11;
    private static final byte FAILURE = 15;
    private static final int FAILURE_HEAD = 5;

    private final ByteBuf in;

    private BusMessage(ByteBuf in) {
        this.in = in;
    }

    /** @param message without its length prefix; its reader index does not change */
    static boolean isValid(ByteBuf message) {
        return new BusMessage(message.duplicate()).read();
    }

    private boolean read() {
        if (!has(3) || in.readByte() != VERSION) {
            return false;
        }
        byte codec = in.readByte();
        in.skipBytes(1); // send or publish
        boolean addressed = skipTexts(3); // address, reply address, sender
        return addressed && skipHeaders() && skipBody(codec) && !in.isReadable();
    }

    private boolean skipBody(byte codec) {
        return switch (codec) {
            case NULL, PING -> true;
            case STRING, BYTES -> skipText();
            case FAILURE -> skip(FAILURE_HEAD) && has(1) && (in.readByte() == 0 || skipText());
            default -> false;
        };
    }

    /** The length of the headers includes itself. */
    private boolean skipHeaders() {
        if (!has(Integer.BYTES)) {
            return false;
        }
        int end = in.readerIndex() + in.getInt(in.readerIndex());
        int length = in.readInt();
        if (length == Integer.BYTES) {
            return true;
        }
        if (length < 2 * Integer.BYTES || !has(length - Integer.BYTES)) {
            return false;
        }
        for (int left = in.readInt(); left > 0; left--) {
            if (!skipTexts(2)) { // name and value
                return false;
            }
        }
        return in.readerIndex() == end;
    }

    private boolean skipTexts(int count) {
        for (int i = 0; i < count; i++) {
            if (!skipText()) {
                return false;
            }
        }
        return true;
    }

    private boolean skipText() {
        return has(Integer.BYTES) && skip(in.readInt());
    }

    private boolean skip(int bytes) {
        if (bytes < 0 || !has(bytes)) {
            return false;
        }
        in.skipBytes(bytes);
        return true;
    }

    private boolean has(int bytes) {
        return in.readableBytes() >= bytes;
    }
}
