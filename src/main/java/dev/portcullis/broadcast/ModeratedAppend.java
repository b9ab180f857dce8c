package dev.portcullis.broadcast;

import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationAnswer;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Appends a message if the moderation service permits. What is already in the store is not asked about again, whichever
 * instance appended it: a lost answer must not end as an acknowledged message whose sender is told that it was refused.
 */
final class ModeratedAppend {
    private static final String RULE = "moderation";

    private final Moderation moderation;
    private final PublishPolicy policy;
    private final Function<AppendRequest, Future<PublishResult>> append;

    /** @param append appends a message, or says what the store has under its key */
    ModeratedAppend(
            Moderation moderation, PublishPolicy policy, Function<AppendRequest, Future<PublishResult>> append) {
        this.moderation = moderation;
        this.policy = policy;
        this.append = append;
    }

    Future<PublishResult> publish(PublishRequest request, AppendRequest message) {
        return moderation.covers(request.roomId())
                ? ifUnknown(message, () -> moderation.judge(message).compose(answer -> act(answer, request, message)))
                : append.apply(message);
    }

    private Future<PublishResult> act(ModerationAnswer answer, PublishRequest request, AppendRequest message) {
        return answer.fold(
                () -> append.apply(message),
                refused -> refuse(message, refusal(refused.reason())),
                replaced -> policy.replace(request, replaced.content(), message.timestamp())
                        .fold(append, unusable -> refuse(message, refusal(Optional.empty()))),
                () -> withoutAnswer(message));
    }

    private Future<PublishResult> withoutAnswer(AppendRequest message) {
        return moderation.failsClosed() ? refuse(message, Rejection.unavailable()) : append.apply(message);
    }

    /** Another attempt may have appended it while this one asked. */
    private Future<PublishResult> refuse(AppendRequest message, Rejection why) {
        return ifUnknown(message, () -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    /**
     * The store checks a key before the time, so an append that comes too late in any case writes nothing, and tells what
     * is known.
     */
    private Future<PublishResult> ifUnknown(AppendRequest message, Supplier<Future<PublishResult>> then) {
        return append.apply(message.notLaterThan(0))
                .compose(known -> known instanceof PublishResult.Expired ? then.get() : Future.succeededFuture(known));
    }

    /** Not {@code forbidden}, which counts as the act of an attacker: people write what a service refuses. */
    private static Rejection refusal(Optional<String> reason) {
        String rule = reason.map(word -> RULE + ":" + word).orElse(RULE);
        return new Rejection.Failed(Reason.RESTRICTED, List.of(new Violation("/content", rule)));
    }
}
