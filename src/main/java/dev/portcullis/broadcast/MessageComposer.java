package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.content.ComposedText;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.content.FileName;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import dev.portcullis.streams.EntryFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes the text of a message safe, and makes the bodies of entries with it. */
final class MessageComposer {
    private static final int NAME_LENGTH = 64;

    private final ContentPolicy content;
    private final int messageBytes;
    private final long longestExpiryMs;

    /**
     * @param messageBytes the largest entry, encoded for delivery
     * @param longestExpiryMs how long after its time a message may end; 0 if no message may
     */
    MessageComposer(ContentPolicy content, int messageBytes, long longestExpiryMs) {
        this.content = content;
        this.messageBytes = messageBytes;
        this.longestExpiryMs = longestExpiryMs;
    }

    /** Composes the body of a message's entry. */
    Result<byte[], Rejection> compose(PublishRequest request, Message message, String text, long now) {
        List<Violation> invalid = invalidNames(message.attachments());
        message.expiresInMs()
                .filter(ms -> ms > longestExpiryMs)
                .ifPresent(any -> invalid.add(new Violation("/expiresInMs", "maximum")));
        return invalid.isEmpty()
                ? composed(text, safe -> body(request, message, safe, now).body())
                : Result.refused(Rejection.invalid(invalid));
    }

    /** Composes the body of an edit's entry, which changes only the text. */
    Result<byte[], Rejection> compose(PublishRequest request, Amendment edit, String text, long now) {
        Message only = new Message(edit.target(), text, Optional.empty(), List.of());
        return composed(text, safe -> body(request, only, safe, now).editedBody());
    }

    private Result<byte[], Rejection> composed(String text, Function<ComposedText, byte[]> body) {
        return content.compose(text)
                .fold(safe -> bounded(body.apply(safe)), why -> Result.refused(Rejection.invalid(List.of(why))));
    }

    private Result<byte[], Rejection> bounded(byte[] body) {
        return EntryFrame.maxLength(body) > messageBytes
                ? Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : Result.done(body);
    }

    private static DeliveredMessage body(PublishRequest request, Message message, ComposedText text, long now) {
        return new DeliveredMessage(
                message.target(),
                request.messageId(),
                request.from().userId(),
                username(request.from()),
                text.content(),
                text.text(),
                text.mentions(),
                text.hashtags(),
                each(text.links(), link -> new Link(link.url(), link.safe())),
                message.replyTo(),
                each(message.attachments(), MessageComposer::sanitized),
                now,
                message.expiresInMs());
    }

    /** Makes no stream for the list of most messages, which is empty. */
    private static <T, R> List<R> each(List<T> all, Function<T, R> made) {
        return all.isEmpty() ? List.of() : all.stream().map(made).toList();
    }

    /** The sender's name for display. A token may hold a name without a single displayable character. */
    private static Optional<String> username(Sender from) {
        return from.username().flatMap(name -> PlainText.seen(name, NAME_LENGTH));
    }

    private static Attachment sanitized(Attachment attachment) {
        return new Attachment(attachment.kind(), inertUrl(attachment.url()), PlainText.clean(attachment.name(), 255));
    }

    /**
     * Escapes the one character of a URL (RFC 3986) that can end a quoted attribute, as the WHATWG URL standard does in queries
     * (CWE-79).
     */
    private static String inertUrl(String url) {
        return url.replace("'", "%27");
    }

    private static List<Violation> invalidNames(List<Attachment> attachments) {
        List<Violation> invalid = new ArrayList<>();
        for (int i = 0; i < attachments.size(); i++) {
            if (!FileName.isAllowed(attachments.get(i).name())) {
                invalid.add(new Violation("/attachments/" + i + "/name", "pattern"));
            }
        }
        return invalid;
    }
}
