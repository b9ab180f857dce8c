package dev.portcullis.broadcast.expiry;

import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.ExpiringMessages.Due;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes the deletion of a message whose time is over. No bar, backlog or bound of age refuses it: what has to go would stay. Each copy
 * of a direct message has its own deletion.
 */
final class ExpiryPolicy {
    private static final String KEY_TYPE = "expire"; // no frame has this type

    private final StreamWindows windows;
    private final LongSupplier clock;

    ExpiryPolicy(StreamWindows windows, LongSupplier clock) {
        this.windows = windows;
        this.clock = clock;
    }

    /** The deletion, which removes the row of the message in the same step; empty if the entry is of no room and no conversation. */
    Optional<AmendRequest> deletion(Due due, StoredMessage message) {
        StreamName stream = due.stream();
        UserId author = message.author();
        return target(stream, message)
                .map(target -> new AppendRequest(
                        stream,
                        windows.of(stream),
                        clock.getAsLong(),
                        DeliveredMessage.expiredBody(target, message.id(), author, clock.getAsLong()),
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(
                                UserId.SYSTEM,
                                KEY_TYPE,
                                message.id(),
                                message.id().getBytes(StandardCharsets.US_ASCII),
                                message.id())),
                        Long.MAX_VALUE))
                .map(append -> new AmendRequest(
                        append.permittedBy(removing(due)),
                        message.id(),
                        author,
                        true,
                        Change.DELETE,
                        Long.MIN_VALUE,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE));
    }

    /** How many of the newest entries of a stream may be edits of a message that is no longer kept. */
    int searched(StreamName stream) {
        return windows.of(stream).entries();
    }

    private static Optional<Target> target(StreamName stream, StoredMessage message) {
        return stream.roomId()
                .<Target>map(Target.ToRoom::new)
                .or(() -> DirectConversation.of(message.entry())
                        .map(of -> new Target.ToUser(of.owner().equals(message.author()) ? of.other() : of.owner())));
    }

    private static Permit removing(Due due) {
        return new Permit(
                List.of(),
                List.of(new Permit.Row(
                        due.row().table(),
                        due.row().partition().orElse(""),
                        due.row().key(),
                        Optional.empty())),
                List.of());
    }
}
