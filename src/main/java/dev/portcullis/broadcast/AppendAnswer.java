package dev.portcullis.broadcast;

import dev.portcullis.protocol.Reason;
import dev.portcullis.streams.AppendResult;

/** Answers the author of a message after its append: one table of reasons, for users and the application alike. */
public abstract class AppendAnswer<R> implements AppendResult.Cases<R> {
    protected abstract R refused(Reason why);

    @Override
    public final R conflict(AppendResult.Conflict outcome) {
        return refused(Reason.CONFLICT);
    }

    @Override
    public R barred(AppendResult.Barred outcome) {
        return refused(Reason.NOT_MEMBER);
    }

    @Override
    public final R full(AppendResult.Full outcome) {
        return refused(Reason.CONFLICT);
    }

    @Override
    public R changed(AppendResult.Changed outcome) {
        return refused(Reason.UNAVAILABLE);
    }

    @Override
    public final R absent(AppendResult.Absent outcome) {
        return refused(Reason.NOT_FOUND);
    }

    @Override
    public final R backlogFull(AppendResult.BacklogFull outcome) {
        return refused(Reason.RESTRICTED);
    }
}
