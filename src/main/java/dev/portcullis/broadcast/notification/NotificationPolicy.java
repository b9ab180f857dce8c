package dev.portcullis.broadcast.notification;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.StreamName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns a notification into an append request. Its text is made safe like that of a message. */
public final class NotificationPolicy {
    private static final String LEVEL = "info";
    private static final int HASH_BYTES = 16;

    private final ContentPolicy content;
    private final NotificationConfig config;

    public NotificationPolicy(ContentPolicy content, NotificationConfig config) {
        this.content = content;
        this.config = config;
    }

    /** @param onAppend takes the request if it may be appended */
    public <R> R judge(
            NotificationRequest request,
            long now,
            Function<AppendRequest, R> onAppend,
            Function<Rejection, R> onReject) {
        return content.compose(request.content())
                .fold(
                        text -> onAppend.apply(append(request, text.content(), now)),
                        why -> onReject.apply(Rejection.invalid(List.of(why))));
    }

    private AppendRequest append(NotificationRequest request, String safe, long now) {
        return new AppendRequest(
                StreamName.notifications(),
                config.retention(),
                now,
                DeliveredMessage.notificationBody(LEVEL, safe, now),
                Optional.empty(),
                Optional.of(new IdempotencyKey(
                        request.from().userId(),
                        FrameType.SYSTEM_BROADCAST.id(),
                        request.key(),
                        Arrays.copyOf(Sha256.of(request.content()), HASH_BYTES),
                        request.messageId())),
                request.notAfter());
    }
}
