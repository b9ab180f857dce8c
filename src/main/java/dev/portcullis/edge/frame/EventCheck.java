package dev.portcullis.edge.frame;

import dev.portcullis.events.EventJudge;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.JudgedEvent;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.MalformedFrame;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks an event of the application whose frame fits the frame's schema: against the event's own schema, and whether it may go
 * to its target. It is used by one event loop.
 *
 * @param count counts frames by the names of their events
 */
record EventCheck(EventJudge judge, Consumer<String> count) {
    /** The frame with its data made safe, or the reason why it is refused. Frames of other types pass. */
    Result<ClientFrame, MalformedFrame> check(ClientFrame frame) {
        return frame instanceof ClientFrame.Event event ? judged(event) : Result.done(frame);
    }

    private Result<ClientFrame, MalformedFrame> judged(ClientFrame.Event event) {
        count.accept(event.event());
        return judge.judge(event.event(), event.sent())
                .fold(fits -> checkTarget(event, fits), details -> invalid(event, details));
    }

    private static Result<ClientFrame, MalformedFrame> checkTarget(ClientFrame.Event frame, JudgedEvent fits) {
        Destination to = frame.target().fold(room -> Destination.ROOM, user -> Destination.DIRECT);
        String field = to == Destination.ROOM ? "/roomId" : "/recipientId";
        return fits.type().destinations().contains(to)
                ? Result.done(frame.madeSafe(fits.data()))
                : invalid(frame, List.of(new Violation(field, "not")));
    }

    private static Result<ClientFrame, MalformedFrame> invalid(ClientFrame.Event frame, List<Violation> details) {
        Optional<String> roomId = frame.target().fold(room -> Optional.of(room.value()), user -> Optional.empty());
        return Result.refused(new MalformedFrame(
                frame.envelope().id(), roomId, Optional.of(FrameType.EVENT), Rejection.invalid(details)));
    }
}
