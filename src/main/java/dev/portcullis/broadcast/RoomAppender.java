package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;

/** Appends to streams that have one copy of each entry: those of rooms, and that of the notifications. */
public final class RoomAppender implements Appender<RoomId> {
    private final StreamStore streams;
    private final FanOut fanOut;
    private final PublishPolicy policy;
    private final ModeratedAppend moderated;

    public RoomAppender(StreamStore streams, FanOut fanOut, PublishPolicy policy, ModeratedAppend moderated) {
        this.streams = streams;
        this.fanOut = fanOut;
        this.policy = policy;
        this.moderated = moderated;
    }

    @Override
    public Future<PublishResult> append(PublishRequest request, AppendRequest entry) {
        return streams.append(entry).map(new PublishAnswer(fanOut, entry)::to);
    }

    @Override
    public Future<PublishResult> amend(PublishRequest request, Amendment amendment, RoomId in, long now) {
        StreamName stream = StreamName.room(in);
        return policy.amendment(request, amendment, stream, now)
                .fold(
                        amend -> moderated.amend(
                                amendment, amend, by -> policy.edit(request, amendment, by, stream, now), this::amend),
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private Future<PublishResult> amend(AmendRequest request) {
        return streams.amend(request).map(new PublishAnswer(fanOut, request.append())::to);
    }
}
