package dev.portcullis.broadcast;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.streams.AppendResult;

/**
 * Sends a stored entry to the subscribers, and makes the publish result. A duplicate is not sent again: a node that
 * missed it finds it by the tail check.
 */
final class PublishAnswer extends AppendAnswer<PublishResult> {
    private final FanOut fanOut;
    private final String messageId;

    PublishAnswer(FanOut fanOut, String messageId) {
        this.fanOut = fanOut;
        this.messageId = messageId;
    }

    @Override
    public PublishResult stored(AppendResult.Stored outcome) {
        fanOut.send(outcome.entry());
        Position position = outcome.entry().position();
        return new PublishResult.Acked(messageId, position);
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
    protected PublishResult refused(Reason why) {
        return PublishResult.refused(why);
    }
}
