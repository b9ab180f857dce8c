package dev.portcullis.edge.frame;

import dev.portcullis.protocol.ClientFrame;
import java.util.Optional;

/** Which room or user a frame is about, as the log names it. A join is logged room by room where it is done. */
final class FrameResource extends SupportedFrames<Optional<String>> {
    private static final FrameResource OF = new FrameResource();

    private FrameResource() {}

    static Optional<String> of(ClientFrame frame) {
        return frame.accept(OF);
    }

    @Override
    Optional<String> unsupported() {
        return Optional.empty();
    }

    @Override
    public Optional<String> chat(ClientFrame.Chat frame) {
        return Optional.of(frame.roomId().value());
    }

    @Override
    public Optional<String> history(ClientFrame.History frame) {
        return Optional.of(frame.target().fold(room -> room.value(), user -> user.value()));
    }

    @Override
    public Optional<String> leave(ClientFrame.Leave frame) {
        return Optional.of(frame.roomId().value());
    }

    @Override
    public Optional<String> removeUser(ClientFrame.RemoveUser frame) {
        return Optional.of(frame.roomId().value());
    }

    @Override
    public Optional<String> join(ClientFrame.Join frame) {
        return Optional.empty();
    }

    @Override
    public Optional<String> auth(ClientFrame.Auth frame) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ping(ClientFrame.Ping frame) {
        return Optional.empty();
    }

    @Override
    public Optional<String> healthCheck(ClientFrame.HealthCheck frame) {
        return Optional.empty();
    }
}
