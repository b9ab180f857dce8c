package dev.portcullis.broadcast.amend;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.content.ComposedText;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Turns an edit or a deletion into an append request. The text is made safe like that of a message. Only the store knows who
 * wrote the message, and whether it may still be amended: it decides in the step that appends.
 */
public final class AmendPolicy {
    private static final int HASH_BYTES = 16;

    private final ContentPolicy content;
    private final AmendConfig config;
    private final int messageBytes;

    /** @param messageBytes the largest entry, encoded for delivery */
    public AmendPolicy(ContentPolicy content, AmendConfig config, int messageBytes) {
        this.content = content;
        this.config = config;
        this.messageBytes = messageBytes;
    }

    /** @param stream the stream that has the message; for a direct message either inbox */
    public Result<AmendRequest, Rejection> judge(
            Amendment amendment, StreamName stream, Retention retention, long now) {
        return amendment
                .content()
                .map(text -> replace(amendment, text, stream, retention, now))
                .orElseGet(() -> Result.done(request(
                        amendment,
                        DeliveredMessage.deletedBody(
                                amendment.target(),
                                amendment.messageId(),
                                amendment.from().userId(),
                                now),
                        stream,
                        retention,
                        now)));
    }

    /** Judges the same edit with another text. Under its key it stays the edit that the client sent. */
    public Result<AmendRequest, Rejection> replace(
            Amendment amendment, String by, StreamName stream, Retention retention, long now) {
        return content.compose(by)
                .fold(
                        text -> edit(amendment, text, stream, retention, now),
                        why -> Result.refused(Rejection.invalid(List.of(why))));
    }

    private Result<AmendRequest, Rejection> edit(
            Amendment amendment, ComposedText text, StreamName stream, Retention retention, long now) {
        byte[] body = new DeliveredMessage(
                        amendment.target(),
                        amendment.messageId(),
                        amendment.from().userId(),
                        Optional.empty(),
                        text.content(),
                        text.text(),
                        text.mentions(),
                        text.hashtags(),
                        text.links().stream()
                                .map(link -> new Link(link.url(), link.safe()))
                                .toList(),
                        Optional.empty(),
                        List.of(),
                        now)
                .editedBody();
        return EntryFrame.maxLength(body) > messageBytes
                ? Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : Result.done(request(amendment, body, stream, retention, now));
    }

    private AmendRequest request(Amendment amendment, byte[] body, StreamName stream, Retention retention, long now) {
        boolean edits = amendment.content().isPresent();
        Sender from = amendment.from();
        AppendRequest entry = new AppendRequest(
                        stream,
                        retention,
                        now,
                        body,
                        from.barrable(),
                        Optional.of(new IdempotencyKey(
                                from.userId(),
                                (edits ? FrameType.EDIT_MESSAGE : FrameType.DELETE_MESSAGE).id(),
                                amendment.key(),
                                hash(amendment),
                                amendment.messageId())),
                        amendment.notAfter())
                .permittedBy(amendment.permit());
        return new AmendRequest(
                entry,
                amendment.messageId(),
                from.userId(),
                amendment.ofAnyAuthor(),
                edits ? Change.EDIT : Change.DELETE,
                edits ? now - config.editWindowMs() : Long.MIN_VALUE,
                Math.min(config.searched(), retention.entries()),
                config.mostEdits());
    }

    /** The hash of the client's input. The id has a fixed length, and no text is empty. */
    private static byte[] hash(Amendment amendment) {
        return Arrays.copyOf(
                Sha256.of(amendment.messageId() + amendment.content().orElse("")), HASH_BYTES);
    }
}
