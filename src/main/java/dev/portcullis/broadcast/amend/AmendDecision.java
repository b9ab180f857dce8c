package dev.portcullis.broadcast.amend;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.AmendRequest;
import java.util.function.Function;

/** What the policy decides about an {@link Amendment}: append it or reject it. */
public sealed interface AmendDecision {
    <R> R fold(Function<AmendRequest, R> onAmend, Function<Rejection, R> onReject);

    record Amend(AmendRequest request) implements AmendDecision {
        @Override
        public <R> R fold(Function<AmendRequest, R> onAmend, Function<Rejection, R> onReject) {
            return onAmend.apply(request);
        }
    }

    record Reject(Rejection why) implements AmendDecision {
        @Override
        public <R> R fold(Function<AmendRequest, R> onAmend, Function<Rejection, R> onReject) {
            return onReject.apply(why);
        }
    }
}
