package dev.portcullis.broadcast.server;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.content.ComposedText;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.content.FileName;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Turns a message of the application's server into an append request. Its text is made safe like that of a user: the
 * application may pass on what its own users wrote (CWE-79). The author is always {@code system}, as which no session can
 * be opened, so that no reader takes it for a user.
 */
public final class ServerMessagePolicy {
    /** The author of every message of the application's server. */
    public static final UserId SYSTEM = new UserId("system");

    private static final String CHAT = "chat";
    private static final String DIRECT = "chat_message";
    private static final int USERNAME_LENGTH = 64;
    private static final int NAME_LENGTH = 255;
    private static final int HASH_BYTES = 16;

    private final ContentPolicy content;
    private final Retention room;
    private final Retention inbox;
    private final int messageBytes;

    /** @param messageBytes the largest message, encoded for delivery */
    public ServerMessagePolicy(ContentPolicy content, Retention room, Retention inbox, int messageBytes) {
        this.content = content;
        this.room = room;
        this.inbox = inbox;
        this.messageBytes = messageBytes;
    }

    /**
     * @param messageId the id that it gets, unless it is known under its key
     * @param append what is done with an append request
     * @param refuse what is done with a message that can't be appended
     */
    <R> R judge(
            ServerBatch batch,
            ServerMessage message,
            String messageId,
            long now,
            Function<AppendRequest, R> append,
            Function<Rejection, R> refuse) {
        Optional<Target> target = target(batch.to());
        List<Violation> invalid = invalidNames(message.attachments());
        if (target.isEmpty() || !invalid.isEmpty()) {
            return refuse.apply(target.isEmpty() ? Rejection.of(Reason.NOT_FOUND) : Rejection.invalid(invalid));
        }
        return content.compose(message.content())
                .fold(
                        text -> {
                            byte[] body = body(target.get(), message, text, messageId, now);
                            return EntryFrame.maxLength(body) > messageBytes
                                    ? refuse.apply(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                                    : append.apply(request(batch, message, body, messageId, now));
                        },
                        flaw -> refuse.apply(Rejection.invalid(List.of(flaw.why()))));
    }

    /** Empty for what is no room and no user's inbox. No one reads the inbox of a reserved id. */
    private static Optional<Target> target(StreamName stream) {
        return stream.kind()
                .flatMap(kind -> kind.<Optional<Target>>fold(
                        room -> Optional.of(new Target.ToRoom(room)),
                        user -> Optional.of(user)
                                .filter(id -> !UserId.isReserved(id.value()))
                                .map(Target.ToUser::new),
                        cutoffs -> Optional.empty(),
                        Optional::empty));
    }

    private static byte[] body(Target to, ServerMessage message, ComposedText.Text text, String messageId, long now) {
        return new DeliveredMessage(
                        to,
                        messageId,
                        SYSTEM,
                        message.username()
                                .map(name -> PlainText.clean(name, USERNAME_LENGTH))
                                .filter(Predicate.not(String::isBlank)),
                        text.content(),
                        text.text(),
                        text.mentions(),
                        text.hashtags(),
                        text.links().stream()
                                .map(link -> new Link(link.url(), link.safe()))
                                .toList(),
                        message.replyTo(),
                        message.attachments().stream()
                                .map(ServerMessagePolicy::inert)
                                .toList(),
                        now)
                .body();
    }

    private AppendRequest request(
            ServerBatch batch, ServerMessage message, byte[] body, String messageId, long now) {
        boolean direct = batch.to().isInbox();
        AppendRequest request = new AppendRequest(
                        batch.to(),
                        direct ? inbox : room,
                        now,
                        body,
                        Optional.empty(), // no bar applies to the server
                        Optional.of(new IdempotencyKey(
                                SYSTEM, direct ? DIRECT : CHAT, message.key(), hash(message), messageId)),
                        batch.notAfter())
                .carrying(new Message(messageId, SYSTEM));
        return direct ? request.in(new Backlog(SYSTEM, batch.undelivered())) : request;
    }

    /** Escapes the one character of a URL (RFC 3986) that can end a quoted attribute (CWE-79). */
    private static Attachment inert(Attachment attachment) {
        return new Attachment(
                attachment.kind(),
                attachment.url().replace("'", "%27"),
                PlainText.clean(attachment.name(), NAME_LENGTH));
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

    /** Of the message as it came, so that another one under a used key is a conflict. */
    private static byte[] hash(ServerMessage message) {
        MessageDigest digest = Sha256.begin();
        part(digest, message.content());
        part(digest, message.username().orElse(""));
        part(digest, message.replyTo().orElse(""));
        for (Attachment each : message.attachments()) {
            part(digest, each.kind());
            part(digest, each.url());
            part(digest, each.name());
        }
        return Arrays.copyOf(digest.digest(), HASH_BYTES);
    }

    /** The length comes first, so that a character moved from one part to the next changes the hash. */
    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >> 16));
        digest.update((byte) (bytes.length >> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }
}
