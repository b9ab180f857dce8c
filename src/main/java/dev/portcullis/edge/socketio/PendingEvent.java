package dev.portcullis.edge.socketio;

import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.socketio.packet.EventHead;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.codec.ServerFrame;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An event whose frame the connection handles, or is to handle, and which of the frames that follow is its answer. Holds nothing
 * of the packet but its head: the packet waits with the connection, where its bytes are counted.
 */
final class PendingEvent {
    private final OptionalLong ackId;
    private final Kind kind;
    private Optional<String> frameId;
    private @Nullable FrameOutcome outcome;
    private boolean answered;

    /** The origin of an event, and the one who is told if it is refused. */
    enum Kind {
        FRAME,
        SEND_MESSAGE,
        /** The server's own, of which the client need not know if it is not permitted. */
        INTERNAL
    }

    private PendingEvent(OptionalLong ackId, Optional<String> frameId, Kind kind) {
        this.ackId = ackId;
        this.frameId = frameId;
        this.kind = kind;
    }

    static PendingEvent of(EventHead event) {
        return new PendingEvent(
                event.ackId(), Optional.empty(), event.isSendMessage() ? Kind.SEND_MESSAGE : Kind.FRAME);
    }

    static PendingEvent internal(String frameId) {
        return new PendingEvent(OptionalLong.empty(), Optional.of(frameId), Kind.INTERNAL);
    }

    Kind kind() {
        return kind;
    }

    /** The other name for its frame that the client chose. */
    Optional<FrameAlias> alias() {
        return kind == Kind.SEND_MESSAGE ? Optional.of(FrameAlias.SEND_MESSAGE) : Optional.empty();
    }

    /** The packet was read: its frame has this id. */
    void frameRead(Optional<String> id) {
        frameId = id;
    }

    /** Whether its packet could not be read, although it was within the limit. */
    boolean isBroken() {
        return outcome instanceof FrameOutcome.Close close && close.code() == CloseCode.BROKEN_FRAME;
    }

    /** The frame is handled: its answer follows, or was sent already. */
    void handled(FrameOutcome result) {
        outcome = result;
    }

    /** The id of the acknowledgement that a frame is the answer to. Each event has one answer. */
    OptionalLong acknowledgedBy(ServerFrame frame) {
        if (answered || !isAnsweredBy(frame)) {
            return OptionalLong.empty();
        }
        answered = true;
        return ackId;
    }

    /** The id of the acknowledgement that is due although no frame answers. */
    OptionalLong acknowledgedByNothing() {
        if (answered || outcome != FrameOutcome.None.NONE) {
            return OptionalLong.empty();
        }
        answered = true;
        return ackId;
    }

    /** The refusal of this event by a limit, which its frame says without the id of the request. */
    Optional<FrameOutcome.Refused> limitedBy(ServerFrame frame) {
        return frame instanceof ServerFrame.RateLimited limited
                        && outcome instanceof FrameOutcome.Refused refused
                        && limited.limit().equals(refused.why())
                ? Optional.of(refused)
                : Optional.empty();
    }

    boolean isRefusedBy(ServerFrame frame) {
        return limitedBy(frame).isPresent()
                || (frame instanceof ServerFrame.Refused error
                        && outcome instanceof FrameOutcome.Refused refused
                        && refused.requestId().equals(error.requestId()));
    }

    private boolean isAnsweredBy(ServerFrame frame) {
        return (outcome instanceof FrameOutcome.Reply reply && reply.frame() == frame)
                || isRefusedBy(frame)
                || (frameId.isPresent() && answeredId(frame).equals(frameId));
    }

    /** The id that a frame answers to, for the frames that handlers send themselves. Others are known as they are. */
    private static Optional<String> answeredId(ServerFrame frame) {
        if (frame instanceof ServerFrame.Joined joined) {
            return joined.id();
        }
        if (frame instanceof ServerFrame.History history) {
            return history.id();
        }
        if (frame instanceof ServerFrame.Search search) {
            return search.id();
        }
        return frame instanceof ServerFrame.Refused refused ? refused.id() : Optional.empty();
    }
}
