package dev.portcullis.edge.frame;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A message that was received, which holds a frame.
 *
 * @param length in bytes
 * @param reading reads the frame, which costs as much as the message is long; empty if the message holds none
 */
public record InboundMessage(int length, Supplier<Optional<InboundFrame>> reading) {
    /** A message that is nothing but its frame. */
    static InboundMessage of(byte[] utf8) {
        return new InboundMessage(utf8.length, () -> Optional.of(InboundFrame.of(utf8)));
    }

    Optional<InboundFrame> frame() {
        return reading.get();
    }
}
