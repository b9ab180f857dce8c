package dev.portcullis.broadcast;

import dev.portcullis.protocol.Reason;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;

/**
 * Sends a stored entry to the subscribers, and makes the publish result: one table of reasons, for users and the application
 * alike. A duplicate is not sent again: a node that missed it finds it by the tail check.
 */
public final class PublishAnswer implements AppendResult.Cases<PublishResult> {
    private final FanOut fanOut;
    private final String messageId;
    private final Reason whenBarred;

    /** @param entry the append that is answered */
    public PublishAnswer(FanOut fanOut, AppendRequest entry) {
        this.fanOut = fanOut;
        this.messageId = entry.idempotencyKey().orElseThrow().messageId();
        this.whenBarred = entry.stream().isInbox() ? Reason.FORBIDDEN : Reason.NOT_MEMBER;
    }

    public PublishResult to(AppendResult outcome) {
        return outcome.accept(this);
    }

    @Override
    public PublishResult stored(AppendResult.Stored outcome) {
        fanOut.send(outcome.entry());
        return new PublishResult.Acked(messageId, outcome.position());
    }

    @Override
    public PublishResult duplicate(AppendResult.Duplicate outcome) {
        return new PublishResult.Acked(outcome.messageId(), outcome.position());
    }

    @Override
    public PublishResult expired(AppendResult.Expired outcome) {
        return new PublishResult.Expired();
    }

    @Override
    public PublishResult changed(AppendResult.Changed outcome) {
        return new PublishResult.Changed();
    }

    @Override
    public PublishResult conflict(AppendResult.Conflict outcome) {
        return PublishResult.refused(Reason.CONFLICT);
    }

    @Override
    public PublishResult barred(AppendResult.Barred outcome) {
        return PublishResult.refused(whenBarred);
    }

    @Override
    public PublishResult full(AppendResult.Full outcome) {
        return PublishResult.refused(Reason.CONFLICT);
    }

    @Override
    public PublishResult absent(AppendResult.Absent outcome) {
        return PublishResult.refused(Reason.NOT_FOUND);
    }

    @Override
    public PublishResult notFound(AppendResult.NotFound outcome) {
        return PublishResult.refused(Reason.NOT_FOUND);
    }

    @Override
    public PublishResult notAuthor(AppendResult.NotAuthor outcome) {
        return PublishResult.refused(Reason.FORBIDDEN);
    }

    @Override
    public PublishResult tooOld(AppendResult.TooOld outcome) {
        return PublishResult.refused(Reason.NOT_FOUND);
    }

    @Override
    public PublishResult backlogFull(AppendResult.BacklogFull outcome) {
        return PublishResult.refused(Reason.RESTRICTED);
    }
}
