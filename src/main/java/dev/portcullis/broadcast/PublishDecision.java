package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.AppendRequest;
import java.util.function.Function;

/** A publication, judged: ready to be appended, or not fit for it. */
sealed interface PublishDecision {
    <R> R fold(Function<AppendRequest, R> fit, Function<Rejection, R> unfit);

    record Append(AppendRequest append) implements PublishDecision {
        @Override
        public <R> R fold(Function<AppendRequest, R> fit, Function<Rejection, R> unfit) {
            return fit.apply(append);
        }
    }

    record Reject(Rejection why) implements PublishDecision {
        @Override
        public <R> R fold(Function<AppendRequest, R> fit, Function<Rejection, R> unfit) {
            return unfit.apply(why);
        }
    }
}
