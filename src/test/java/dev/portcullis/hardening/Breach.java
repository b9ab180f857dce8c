package dev.portcullis.hardening;

import dev.portcullis.kit.RawPeer;
import java.nio.charset.StandardCharsets;

/** Each way to break the rules of framing, and the code with which the table answers it. */
enum Breach {
    BINARY(1003, 0x82, text("{}")),
    BAD_UTF8(1007, 0x81, new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"'}),
    TOO_LARGE(1009, 0x81, new byte[70_000]),
    CONTINUES_NOTHING(1002, 0x80, text("{}")),
    INTERLEAVED(1002, 0x81, text("{}")) {
        @Override
        void commit(RawPeer peer) {
            peer.frame(0x01, text("{"));
            super.commit(peer);
        }
    },
    RESERVED_OPCODE(1002, 0x83, text("{}")),
    RESERVED_BIT(1002, 0xC1, text("{}")),
    LONG_PING(1002, 0x89, new byte[126]),
    UNMASKED(1002, 0x81, text("{}")) {
        @Override
        void commit(RawPeer peer) {
            peer.write(new byte[] {(byte) 0x81, 2, '{', '}'});
        }
    };

    private final int code;
    private final int head;

    @SuppressWarnings("ImmutableEnumChecker") // sent, never written to
    private final byte[] payload;

    Breach(int code, int head, byte[] payload) {
        this.code = code;
        this.head = head;
        this.payload = payload;
    }

    void commit(RawPeer peer) {
        peer.frame(head, payload);
    }

    int code() {
        return code;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
