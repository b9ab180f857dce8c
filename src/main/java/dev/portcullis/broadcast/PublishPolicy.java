package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.AmendPolicy;
import dev.portcullis.broadcast.notification.NotificationPolicy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.MemberRemoved;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import java.util.Optional;
import java.util.function.Predicate;

/** Turns a message or a removal into an append request. Text is sanitised once, here, and never changed again. */
public final class PublishPolicy {
    private static final String DETACH = "detach";
    private static final int REASON_LENGTH = 256;

    private final MessageComposer messages;
    private final Retention retention;
    private final int messageBytes;
    private final int barsPerRoom;
    private final AmendPolicy amendments;
    private final NotificationPolicy notifications;

    public PublishPolicy(ContentPolicy content, Retention retention, BroadcastConfig config) {
        this.messages = new MessageComposer(content, config);
        this.retention = retention;
        this.messageBytes = config.messageBytes();
        this.barsPerRoom = config.barsPerRoom();
        this.amendments = new AmendPolicy(content, config.amend(), config.messageBytes());
        this.notifications = new NotificationPolicy(content, config.notifications());
    }

    /** Edits and deletes the messages of rooms by the same rules. */
    RoomAmender amender(StreamStore streams, FanOut fanOut, Optional<ModeratedAppend> moderated) {
        return new RoomAmender(streams, fanOut, amendments, retention, moderated);
    }

    NotificationPolicy notifications() {
        return notifications;
    }

    Result<AppendRequest, Rejection> judge(PublishRequest request, long now) {
        return replace(request, request.content(), now);
    }

    /**
     * Judges the same message with another text, which is made safe like any other. Under its key it stays the message that
     * the client sent.
     */
    Result<AppendRequest, Rejection> replace(PublishRequest request, String by, long now) {
        return messages.compose(
                new MessageComposer.Draft(
                        request.from(),
                        new Target.ToRoom(request.roomId()),
                        by,
                        request.replyTo(),
                        request.attachments(),
                        request.messageId()),
                now,
                body -> Result.done(append(request, request.roomId(), body, now)),
                Result::refused);
    }

    /** Judges an event. It passes unchanged: it is no text, and its schema judged it where it came in. */
    Result<AppendRequest, Rejection> judge(EventRequest request, RoomId room, long now) {
        byte[] body = request.body(now);
        return EntryFrame.maxLength(body) > messageBytes
                ? Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : Result.done(append(request, room, body, now));
    }

    /**
     * Makes the entry that announces a removal. It bars the user, and the permit ends their membership: there is no moment
     * between these.
     */
    AppendRequest remove(RemovalRequest removal, long now) {
        Optional<String> reason = removal.reason()
                .map(text -> PlainText.clean(text, REASON_LENGTH))
                .filter(Predicate.not(String::isBlank));
        AppendRequest entry = new AppendRequest(
                StreamName.room(removal.roomId()),
                retention,
                now,
                new MemberRemoved(removal.roomId(), removal.target(), reason, now).body(),
                removal.from().barrable(),
                Optional.of(new AppendRequest.IdempotencyKey(
                        removal.from().userId(),
                        FrameType.REMOVE_USER.id(),
                        removal.key(),
                        BodyHash.of(removal),
                        removal.messageId())),
                removal.notAfter(),
                Optional.of(removal.target()),
                barsPerRoom);
        return entry.permittedBy(removal.permit());
    }

    /** Makes the entry that ends subscriptions wherever it is delivered, and bars no user. */
    AppendRequest detach(DetachRequest request, long now) {
        byte[] body = request.user()
                .map(user -> new MemberRemoved(request.roomId(), user, Optional.empty(), now).body())
                .orElseGet(() -> new MemberRemoved.RoomDeleted(request.roomId(), now).body());
        AppendRequest entry = new AppendRequest(
                StreamName.room(request.roomId()),
                retention,
                now,
                body,
                Optional.empty(),
                Optional.of(new AppendRequest.IdempotencyKey(
                        request.by(), DETACH, request.messageId(), BodyHash.of(request), request.messageId())),
                request.notAfter(),
                Optional.of(request.user().orElse(StreamEntry.ALL_USERS)),
                0);
        return request.user()
                .map(user -> entry.leaving(user).permittedBy(request.permit()))
                .orElse(entry);
    }

    private AppendRequest append(Publication published, RoomId room, byte[] body, long now) {
        return new AppendRequest(
                        StreamName.room(room),
                        retention,
                        now,
                        body,
                        published.from().barrable(),
                        Optional.of(published.idempotencyKey()),
                        published.notAfter())
                .carrying(published.message())
                .permittedBy(published.permit());
    }
}
