package dev.portcullis.broadcast;

import dev.portcullis.protocol.Reason;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;

/**
 * Sends a stored entry to the subscribers, and makes the publish result: one table of reasons, for users and the application
 * alike. A duplicate is not sent again: a node that missed it finds it by the tail check.
 */
public final class PublishAnswer {
    private final FanOut fanOut;
    private final String messageId;
    private final Reason whenBarred;

    public PublishAnswer(FanOut fanOut, AppendRequest entry) {
        this.fanOut = fanOut;
        this.messageId = entry.idempotencyKey().orElseThrow().messageId();
        this.whenBarred = entry.stream().isInbox() ? Reason.FORBIDDEN : Reason.NOT_MEMBER;
    }

    public PublishResult to(AppendResult outcome) {
        return outcome.fold(
                stored -> {
                    fanOut.send(stored.entry());
                    return new PublishResult.Acked(messageId, stored.position());
                },
                earlier -> new PublishResult.Acked(earlier.messageId(), earlier.position()),
                this::refused);
    }

    private PublishResult refused(Refusal why) {
        return switch (why) {
            case EXPIRED -> new PublishResult.Expired();
            case CHANGED -> new PublishResult.Changed();
            case CONFLICT, FULL -> PublishResult.refused(Reason.CONFLICT);
            case BARRED -> PublishResult.refused(whenBarred);
            case ABSENT, NOT_FOUND, TOO_OLD -> PublishResult.refused(Reason.NOT_FOUND);
            case NOT_AUTHOR -> PublishResult.refused(Reason.FORBIDDEN);
            case BACKLOG_FULL -> PublishResult.refused(Reason.RESTRICTED);
        };
    }
}
