package dev.portcullis.broadcast;

import dev.portcullis.content.ComposedText;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.content.FileName;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import dev.portcullis.streams.EntryFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes the text of a message safe, and makes the body of an entry from the message. */
public final class MessageComposer {
    private static final int NAME_LENGTH = 64;

    private final ContentPolicy content;
    private final int messageBytes;

    public MessageComposer(ContentPolicy content, BroadcastConfig config) {
        this.content = content;
        this.messageBytes = config.messageBytes();
    }

    /** A message as its author wrote it. */
    public record Draft(
            Sender from,
            Target target,
            String content,
            Optional<String> replyTo,
            List<Attachment> attachments,
            String messageId) {}

    /** Composes the body of an entry, or refuses with a reason. */
    public <R> R compose(Draft draft, long now, Function<byte[], R> composed, Function<Rejection, R> refused) {
        List<Violation> invalid = invalidNames(draft.attachments());
        return invalid.isEmpty()
                ? content.compose(draft.content())
                        .fold(
                                text -> bounded(body(draft, text, now), composed, refused),
                                why -> refused.apply(Rejection.invalid(List.of(why))))
                : refused.apply(Rejection.invalid(invalid));
    }

    private <R> R bounded(byte[] body, Function<byte[], R> composed, Function<Rejection, R> refused) {
        return EntryFrame.maxLength(body) > messageBytes
                ? refused.apply(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : composed.apply(body);
    }

    private static byte[] body(Draft draft, ComposedText text, long now) {
        return new DeliveredMessage(
                        draft.target(),
                        draft.messageId(),
                        draft.from().userId(),
                        username(draft.from()),
                        text.content(),
                        text.text(),
                        text.mentions(),
                        text.hashtags(),
                        text.links().stream()
                                .map(link -> new Link(link.url(), link.safe()))
                                .toList(),
                        draft.replyTo(),
                        draft.attachments().stream()
                                .map(MessageComposer::sanitized)
                                .toList(),
                        now)
                .body();
    }

    /** The sender's name for display. A token may hold a name without a single displayable character. */
    private static Optional<String> username(Sender from) {
        return from.username().map(name -> PlainText.clean(name, NAME_LENGTH)).filter(Predicate.not(String::isBlank));
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
