package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.AppendRequest;
import java.util.function.Function;

/** What the policy decides about a publish request: append it or reject it. */
public sealed interface PublishDecision {
    <R> R fold(Function<AppendRequest, R> onAppend, Function<Rejection, R> onReject);

    record Append(AppendRequest append) implements PublishDecision {
        @Override
        public <R> R fold(Function<AppendRequest, R> onAppend, Function<Rejection, R> onReject) {
            return onAppend.apply(append);
        }
    }

    record Reject(Rejection why) implements PublishDecision {
        @Override
        public <R> R fold(Function<AppendRequest, R> onAppend, Function<Rejection, R> onReject) {
            return onReject.apply(why);
        }
    }
}
