package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.AmendPolicy;
import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Optional;

/** Edits and deletes messages of rooms. An edit passes the moderation like a message; a deletion publishes no text. */
final class RoomAmender {
    private final StreamStore streams;
    private final FanOut fanOut;
    private final AmendPolicy policy;
    private final Retention retention;
    private final Optional<ModeratedAppend> moderated;

    RoomAmender(
            StreamStore streams,
            FanOut fanOut,
            AmendPolicy policy,
            Retention retention,
            Optional<ModeratedAppend> moderated) {
        this.streams = streams;
        this.fanOut = fanOut;
        this.policy = policy;
        this.retention = retention;
        this.moderated = moderated;
    }

    Future<PublishResult> amend(Amendment amendment, RoomId room, long now) {
        StreamName stream = StreamName.room(room);
        return policy.judge(amendment, stream, retention, now)
                .fold(
                        request -> moderated
                                .filter(any -> amendment.content().isPresent())
                                .map(each -> each.publish(
                                        amendment.target(),
                                        request.append(),
                                        append -> amend(request.with(append)),
                                        by -> policy.replace(amendment, by, stream, retention, now)
                                                .fold(replaced -> Result.done(replaced.append()), Result::refused)))
                                .orElseGet(() -> amend(request)),
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private Future<PublishResult> amend(AmendRequest request) {
        return streams.amend(request)
                .map(result -> result.fold(
                        outcome -> outcome.accept(new PublishAnswer(fanOut, request.messageId())),
                        () -> PublishResult.refused(Reason.NOT_FOUND),
                        () -> PublishResult.refused(Reason.FORBIDDEN),
                        () -> PublishResult.refused(Reason.NOT_FOUND)));
    }
}
