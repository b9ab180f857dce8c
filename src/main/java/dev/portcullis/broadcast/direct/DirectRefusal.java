package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.AppendAnswer;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.protocol.Reason;
import dev.portcullis.streams.AppendResult;

/** Answers the sender after an inbox refused an append. */
final class DirectRefusal extends AppendAnswer<PublishResult> {
    static final DirectRefusal REFUSALS = new DirectRefusal();

    private DirectRefusal() {}

    @Override
    public PublishResult stored(AppendResult.Stored outcome) {
        throw new IllegalArgumentException("it was appended");
    }

    @Override
    public PublishResult duplicate(AppendResult.Duplicate outcome) {
        throw new IllegalArgumentException("it is known");
    }

    @Override
    public PublishResult expired(AppendResult.Expired outcome) {
        return new PublishResult.Expired();
    }

    @Override
    public PublishResult barred(AppendResult.Barred outcome) {
        return PublishResult.refused(Reason.FORBIDDEN);
    }

    @Override
    protected PublishResult refused(Reason why) {
        return PublishResult.refused(why);
    }
}
