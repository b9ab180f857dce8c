package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.EventRequest;
import dev.portcullis.broadcast.MessageComposer;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.StreamName;
import java.util.Optional;
import java.util.function.Function;

/** Turns a direct message into the appends to both inboxes. */
final class DirectAppend {
    private final MessageComposer messages;
    private final int messageBytes;
    private final Retention retention;
    private final InboxConfig inboxes;

    /** @param messageBytes the largest entry, encoded for delivery */
    DirectAppend(MessageComposer messages, int messageBytes, Retention retention, InboxConfig inboxes) {
        this.messages = messages;
        this.messageBytes = messageBytes;
        this.retention = retention;
        this.inboxes = inboxes;
    }

    <R> R judge(DirectRequest request, long now, Function<PairedAppend, R> append, Function<Rejection, R> refused) {
        return replace(request, request.content(), now, append, refused);
    }

    /** The same message with another text. Under its key it stays the message that the client sent. */
    <R> R replace(
            DirectRequest request,
            String by,
            long now,
            Function<PairedAppend, R> append,
            Function<Rejection, R> refused) {
        return messages.compose(
                new MessageComposer.Draft(
                        request.from(),
                        new Target.ToUser(request.recipient()),
                        by,
                        request.replyTo(),
                        request.attachments(),
                        request.messageId()),
                now,
                body -> append.apply(paired(request, request.recipient(), body, now)),
                refused);
    }

    /** Judges an event. It passes unchanged: it is no text, and its schema judged it where it came in. */
    <R> R judge(
            EventRequest request,
            UserId recipient,
            long now,
            Function<PairedAppend, R> append,
            Function<Rejection, R> refused) {
        byte[] body = request.body(now);
        return EntryFrame.maxLength(body) > messageBytes
                ? refused.apply(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : append.apply(paired(request, recipient, body, now));
    }

    /** The append to both inboxes. No bar applies to an inbox: the append reads its owner's block list instead. */
    private PairedAppend paired(Publication published, UserId recipient, byte[] body, long now) {
        UserId author = published.from().userId();
        AppendRequest append = new AppendRequest(
                        StreamName.inbox(recipient),
                        retention,
                        now,
                        body,
                        Optional.empty(),
                        Optional.of(published.idempotencyKey()),
                        published.notAfter())
                .carrying(published.message());
        return new PairedAppend(
                author.equals(recipient) ? append : append.in(inboxes.backlogOf(author)), StreamName.inbox(author));
    }
}
