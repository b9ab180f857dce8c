package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Detachment;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.broadcast.Publication.Notification;
import dev.portcullis.broadcast.Publication.Post;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.MemberRemoved;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import java.util.List;
import java.util.Optional;

/** Makes appends of publications. Text is sanitised once, here, and never changed again. */
public final class PublishPolicy {
    private static final String LEVEL = "info";
    private static final int REASON_LENGTH = 256;

    private final ContentPolicy content;
    private final MessageComposer messages;
    private final BroadcastConfig config;
    private final StreamWindows windows;
    private final InboxConfig inboxes;

    public PublishPolicy(ContentPolicy content, BroadcastConfig config, StreamWindows windows, InboxConfig inboxes) {
        this.content = content;
        this.messages = new MessageComposer(content, config.messageBytes(), config.longestExpiryMs());
        this.config = config;
        this.windows = windows;
        this.inboxes = inboxes;
    }

    /** Judges a message or an event: its entry goes to the room, or to the recipient's inbox. */
    public Result<AppendRequest, Rejection> post(PublishRequest request, Post post, long now) {
        return post.fold(
                message -> message(request, message, message.content(), now), event -> event(request, event, now));
    }

    /**
     * Judges a message with this text, which may have replaced the author's: under its key it stays the message that the client
     * sent.
     */
    Result<AppendRequest, Rejection> message(PublishRequest request, Message message, String text, long now) {
        return windows.areFull()
                ? full()
                : messages.compose(request, message, text, now)
                        .fold(
                                body -> Result.done(message.expiresInMs()
                                        .map(ms -> entry(request, message.target(), body, now)
                                                .expiring(now + ms))
                                        .orElseGet(() -> entry(request, message.target(), body, now))),
                                Result::refused);
    }

    /** Judges an event. It passes unchanged: it is no text, and its schema judged it where it came in. */
    Result<AppendRequest, Rejection> event(PublishRequest request, Event event, long now) {
        if (windows.areFull()) {
            return full();
        }
        byte[] body = new DeliveredEvent(event.target(), request.from().userId(), event.event(), event.data(), now)
                .body(request.messageId());
        return EntryFrame.maxLength(body) > config.messageBytes()
                ? Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : Result.done(entry(request, event.target(), body, now));
    }

    /** Deletions and removals are taken even then: they end what should no longer be. */
    private static <T> Result<T, Rejection> full() {
        return Result.refused(Rejection.of(Reason.UNAVAILABLE));
    }

    private AppendRequest entry(PublishRequest request, Target to, byte[] body, long now) {
        return to.fold(
                        roomId -> append(StreamName.room(roomId), request.from().barrable(), request, body, now),
                        user -> inInbox(
                                append(StreamName.inbox(user), Optional.empty(), request, body, now),
                                request.from().userId(),
                                user))
                .carrying(request.message());
    }

    /**
     * Counts an append to another user's inbox in the author's backlog there. No bar applies to an inbox: the append reads its
     * owner's block list instead.
     */
    public AppendRequest inInbox(AppendRequest append, UserId author, UserId owner) {
        return author.equals(owner) ? append : append.in(inboxes.backlogOf(author));
    }

    /**
     * Judges an edit or a deletion in a stream that has the message: the room, or either inbox. Only the store knows who wrote the
     * message, and whether it may still be amended: it decides in the step that appends.
     */
    public Result<AmendRequest, Rejection> amendment(
            PublishRequest request, Amendment amendment, StreamName stream, long now) {
        return amendment
                .content()
                .map(text -> edit(request, amendment, text, stream, now))
                .orElseGet(() -> Result.done(amend(
                        request,
                        amendment,
                        DeliveredMessage.deletedBody(
                                amendment.target(),
                                amendment.messageId(),
                                request.from().userId(),
                                now),
                        stream,
                        now)));
    }

    /** Judges an edit with this text. Under its key it stays the edit that the client sent. */
    public Result<AmendRequest, Rejection> edit(
            PublishRequest request, Amendment amendment, String text, StreamName stream, long now) {
        return windows.areFull()
                ? full()
                : messages.compose(request, amendment, text, now)
                        .fold(body -> Result.done(amend(request, amendment, body, stream, now)), Result::refused);
    }

    private AmendRequest amend(PublishRequest request, Amendment amendment, byte[] body, StreamName stream, long now) {
        boolean edits = amendment.content().isPresent();
        AppendRequest append = append(stream, request.from().barrable(), request, body, now);
        return new AmendRequest(
                append,
                amendment.messageId(),
                request.from().userId(),
                amendment.ofAnyAuthor(),
                edits ? Change.EDIT : Change.DELETE,
                edits ? now - config.amend().editWindowMs() : Long.MIN_VALUE,
                Math.min(config.amend().searched(), append.window().entries()),
                config.amend().mostEdits());
    }

    /**
     * Makes the entry that announces a removal. It bars the user, and the permit ends their membership: there is no moment
     * between these.
     */
    AppendRequest removal(PublishRequest request, Removal removal, long now) {
        Optional<String> reason = removal.reason().flatMap(text -> PlainText.seen(text, REASON_LENGTH));
        return append(
                        StreamName.room(removal.roomId()),
                        request.from().barrable(),
                        request,
                        new MemberRemoved(removal.roomId(), removal.user(), reason, now).body(),
                        now)
                .barring(removal.user(), config.barsPerRoom());
    }

    /** Makes the entry that ends subscriptions wherever it is delivered, and bars no user. */
    AppendRequest detachment(PublishRequest request, Detachment detachment, long now) {
        RoomId roomId = detachment.roomId();
        byte[] body = detachment
                .user()
                .map(user -> new MemberRemoved(roomId, user, Optional.empty(), now).body())
                .orElseGet(() -> new MemberRemoved.RoomDeleted(roomId, now).body());
        AppendRequest entry = append(StreamName.room(roomId), Optional.empty(), request, body, now);
        return detachment.user().map(entry::leaving).orElseGet(() -> entry.detaching(StreamEntry.ALL_USERS));
    }

    Result<AppendRequest, Rejection> notification(PublishRequest request, Notification notification, long now) {
        return content.compose(notification.content())
                .fold(
                        text -> Result.done(append(
                                StreamName.notifications(),
                                config.notifications(),
                                Optional.empty(),
                                request,
                                DeliveredMessage.notificationBody(LEVEL, text.content(), now),
                                now)),
                        why -> Result.refused(Rejection.invalid(List.of(why))));
    }

    private AppendRequest append(
            StreamName stream, Optional<UserId> author, PublishRequest request, byte[] body, long now) {
        return append(stream, windows.of(stream), author, request, body, now);
    }

    private static AppendRequest append(
            StreamName stream,
            StreamWindow window,
            Optional<UserId> author,
            PublishRequest request,
            byte[] body,
            long now) {
        return new AppendRequest(
                        stream, window, now, body, author, Optional.of(request.idempotencyKey()), request.notAfter())
                .permittedBy(request.permit());
    }
}
