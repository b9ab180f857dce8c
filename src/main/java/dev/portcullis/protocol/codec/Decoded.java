package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import java.util.Optional;
import java.util.function.Function;

/** The result of decoding a frame. */
public sealed interface Decoded {
    <R> R fold(Function<ClientFrame, R> frame, Function<Malformed, R> malformed);

    record Frame(ClientFrame frame) implements Decoded {
        @Override
        public <R> R fold(Function<ClientFrame, R> readable, Function<Malformed, R> malformed) {
            return readable.apply(frame);
        }
    }

    /**
     * @param id the frame's id if it could be read, so that the refusal can carry it
     * @param roomId likewise
     * @param type the frame's type, if it is known
     */
    record Malformed(Optional<String> id, Optional<String> roomId, Optional<FrameType> type, Rejection why)
            implements Decoded {
        @Override
        public <R> R fold(Function<ClientFrame, R> readable, Function<Malformed, R> malformed) {
            return malformed.apply(this);
        }
    }
}
