package dev.portcullis.hardening;

import dev.portcullis.kit.RawPeer;
import java.nio.charset.StandardCharsets;

/** Violations of the framing rules with their close codes. */
enum FramingViolation {
    BINARY(1003, 0x82, text("{}")),
    BAD_UTF8(1007, 0x81, new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"'}),
    TOO_LARGE(1009, 0x81, new byte[70_000]),
    UNEXPECTED_CONTINUATION(1002, 0x80, text("{}")),
    INTERLEAVED(1002, 0x81, text("{}")) {
        @Override
        void sendTo(RawPeer peer) {
            peer.frame(0x01, text("{"));
            super.sendTo(peer);
        }
    },
    RESERVED_OPCODE(1002, 0x83, text("{}")),
    RESERVED_BIT(1002, 0xC1, text("{}")),
    LONG_PING(1002, 0x89, new byte[126]),
    UNMASKED(1002, 0x81, text("{}")) {
        @Override
        void sendTo(RawPeer peer) {
            peer.write(new byte[] {(byte) 0x81, 2, '{', '}'});
        }
    };

    private final int code;
    private final int head;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final byte[] payload;

    FramingViolation(int code, int head, byte[] payload) {
        this.code = code;
        this.head = head;
        this.payload = payload;
    }

    void sendTo(RawPeer peer) {
        peer.frame(head, payload);
    }

    int code() {
        return code;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
