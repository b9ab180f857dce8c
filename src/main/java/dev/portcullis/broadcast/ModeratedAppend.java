package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationAnswer;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Appends a message if the moderation service permits. A message in the store is not asked about again, whichever instance
 * appended it: a lost answer must not end as an acknowledged message whose sender is told that it was refused.
 */
public final class ModeratedAppend {
    private static final String RULE = "moderation";

    private final Live<Optional<Moderation>> moderation;

    /** @param moderation the service; without one, each message is permitted */
    public ModeratedAppend(Live<Optional<Moderation>> moderation) {
        this.moderation = moderation;
    }

    /**
     * @param append appends the message, or returns the outcome that the store has under its key
     * @param replace makes the same message with another text
     */
    public Future<PublishResult> publish(
            Target target,
            AppendRequest message,
            Function<AppendRequest, Future<PublishResult>> append,
            Function<String, Result<AppendRequest, Rejection>> replace) {
        return moderation
                .get()
                .filter(service -> service.covers(target))
                .map(service -> {
                    Attempt attempt = new Attempt(service, message, append, replace);
                    return attempt.ifUnknown(() -> service.judge(message).compose(attempt::act));
                })
                .orElseGet(() -> append.apply(message));
    }

    /**
     * Amends a message if the service permits the new text. A deletion publishes no text.
     *
     * @param replace makes the same edit with another text
     * @param amend makes the amendment, or returns the outcome that the store has under its key
     */
    public Future<PublishResult> amend(
            Amendment amendment,
            AmendRequest request,
            Function<String, Result<AmendRequest, Rejection>> replace,
            Function<AmendRequest, Future<PublishResult>> amend) {
        return amendment.content().isPresent()
                ? publish(
                        amendment.target(),
                        request.append(),
                        append -> amend.apply(request.with(append)),
                        by -> replace.apply(by).fold(replaced -> Result.done(replaced.append()), Result::refused))
                : amend.apply(request);
    }

    private record Attempt(
            Moderation moderation,
            AppendRequest message,
            Function<AppendRequest, Future<PublishResult>> append,
            Function<String, Result<AppendRequest, Rejection>> replace) {
        Future<PublishResult> act(ModerationAnswer answer) {
            return switch (answer.kind()) {
                case ALLOW -> append.apply(message);
                case REFUSE -> refuse(refusal(answer.text()));
                case REPLACE ->
                    replace.apply(answer.text().orElseThrow())
                            .fold(append, unusable -> refuse(refusal(Optional.empty())));
                case NONE -> moderation.failsClosed() ? refuse(Rejection.unavailable()) : append.apply(message);
            };
        }

        /** Refuses unless another attempt has appended the message while this one asked. */
        private Future<PublishResult> refuse(Rejection why) {
            return ifUnknown(() -> Future.succeededFuture(new PublishResult.Refused(why)));
        }

        /**
         * Asks the store for the outcome under the message's key, and goes on if there is none. The store checks a key before the
         * time, so an append that is too late in any case writes nothing.
         */
        Future<PublishResult> ifUnknown(Supplier<Future<PublishResult>> then) {
            return append.apply(message.notLaterThan(0))
                    .compose(known ->
                            known instanceof PublishResult.Expired ? then.get() : Future.succeededFuture(known));
        }
    }

    /**
     * The refusal by the service. It is not {@code forbidden}, which counts as the act of an attacker: people write what a
     * service refuses.
     */
    private static Rejection refusal(Optional<String> reason) {
        String rule = reason.map(word -> RULE + ":" + word).orElse(RULE);
        return new Rejection.Failed(Reason.RESTRICTED, List.of(new Violation("/content", rule)));
    }
}
