package dev.portcullis.broadcast.server;

import dev.portcullis.broadcast.MessageComposer;
import dev.portcullis.broadcast.MessageComposer.Draft;
import dev.portcullis.broadcast.UnstoredEvent;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns a message of the application's server into an append request. Its text is made safe like the text of a user: the
 * application may pass on texts of its own users (CWE-79). The author is always {@code system}, a user without sessions, so that
 * no reader takes it for a user.
 */
public final class ServerMessagePolicy {
    /** The author of every message of the application's server. */
    public static final UserId SYSTEM = UserId.SYSTEM;

    private static final String CHAT = "chat";
    private static final String DIRECT = "chat_message";
    private static final int HASH_BYTES = 16;

    private final MessageComposer composer;
    private final int messageBytes;
    private final Retention room;
    private final Retention inbox;

    /**
     * @param messageBytes the largest entry, encoded for delivery
     * @param room the retention of a room
     * @param inbox the retention of an inbox
     */
    public ServerMessagePolicy(MessageComposer composer, int messageBytes, Retention room, Retention inbox) {
        this.composer = composer;
        this.messageBytes = messageBytes;
        this.room = room;
        this.inbox = inbox;
    }

    /**
     * @param messageId the id that the message gets, unless its key is known
     * @param append takes the append request
     * @param refuse takes the reason why a message can't be appended
     */
    <R> R judge(
            ServerBatch batch,
            SystemMessage message,
            String messageId,
            long now,
            Function<AppendRequest, R> append,
            Function<Rejection, R> refuse) {
        return target(batch.to())
                .map(to -> message.event()
                        .map(event -> bounded(
                                new DeliveredEvent(to, SYSTEM, event.event(), event.data(), now).body(messageId),
                                body -> append.apply(request(batch, message, body, messageId, now)),
                                refuse))
                        .orElseGet(() -> compose(batch, message, to, messageId, now, append, refuse)))
                .orElseGet(() -> refuse.apply(Rejection.of(Reason.NOT_FOUND)));
    }

    /** The event of a message that only connected users get, and no user later. */
    Optional<UnstoredEvent> unstored(ServerBatch batch, SystemMessage message) {
        return message.event()
                .filter(event -> !event.stored())
                .flatMap(event -> target(batch.to())
                        .map(to -> new UnstoredEvent(sender(Optional.empty()), to, event.event(), event.data())));
    }

    private <R> R bounded(byte[] body, Function<byte[], R> fits, Function<Rejection, R> refuse) {
        return EntryFrame.maxLength(body) > messageBytes
                ? refuse.apply(Rejection.of(Reason.MESSAGE_TOO_LARGE))
                : fits.apply(body);
    }

    private static Sender sender(Optional<String> username) {
        return new Sender(SYSTEM, username, Role.ADMIN, List.of(), "");
    }

    private <R> R compose(
            ServerBatch batch,
            SystemMessage message,
            Target to,
            String messageId,
            long now,
            Function<AppendRequest, R> append,
            Function<Rejection, R> refuse) {
        return composer.compose(
                new Draft(
                        sender(message.username()),
                        to,
                        message.content(),
                        message.replyTo(),
                        message.attachments(),
                        messageId),
                now,
                body -> append.apply(request(batch, message, body, messageId, now)),
                refuse);
    }

    /**
     * The target of a stream; empty for a stream that is neither a room nor a user's inbox. No user reads the inbox of a reserved
     * id.
     */
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

    private AppendRequest request(ServerBatch batch, SystemMessage message, byte[] body, String messageId, long now) {
        boolean direct = batch.to().isInbox();
        AppendRequest request = new AppendRequest(
                        batch.to(),
                        direct ? inbox : room,
                        now,
                        body,
                        Optional.empty(), // no bar applies to the server
                        Optional.of(new IdempotencyKey(
                                SYSTEM, keyType(message, direct), message.key(), hash(message), messageId)),
                        batch.notAfter())
                .carrying(new Message(messageId, SYSTEM));
        return direct ? request.in(new Backlog(SYSTEM, batch.undelivered())) : request;
    }

    private static String keyType(SystemMessage message, boolean direct) {
        return message.event().isPresent() ? FrameType.EVENT.id() : direct ? DIRECT : CHAT;
    }

    /** The hash of the message as it came, so that another message under a used key is a conflict. */
    private static byte[] hash(SystemMessage message) {
        if (message.event().isPresent()) {
            return message.event().get().hash();
        }
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

    /** Adds a part. Its length comes first, so that a character moved from one part to the next changes the hash. */
    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >> 16));
        digest.update((byte) (bytes.length >> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }
}
