package dev.portcullis.edge.socketio;

import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;

/** The id that a frame of the server answers to, for the frames that handlers send themselves. Others are known as they are. */
final class AnswerId {
    private AnswerId() {}

    static Optional<String> of(ServerFrame frame) {
        if (frame instanceof ServerFrame.Joined joined) {
            return joined.id();
        }
        if (frame instanceof ServerFrame.History history) {
            return history.id();
        }
        return frame instanceof ServerFrame.Refused refused ? refused.id() : Optional.empty();
    }
}
