package dev.portcullis.broadcast.moderation;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The moderation service's answer about a message. */
public sealed interface ModerationAnswer {
    <R> R fold(
            Supplier<R> allowed, Function<Refused, R> refused, Function<Replaced, R> replaced, Supplier<R> unanswered);

    /** The message may be published as it is. */
    record Allowed() implements ModerationAnswer {
        @Override
        public <R> R fold(
                Supplier<R> allowed,
                Function<Refused, R> refused,
                Function<Replaced, R> replaced,
                Supplier<R> unanswered) {
            return allowed.get();
        }
    }

    /** @param reason a word of the service, for the client's application; never a text */
    record Refused(Optional<String> reason) implements ModerationAnswer {
        @Override
        public <R> R fold(
                Supplier<R> allowed,
                Function<Refused, R> refused,
                Function<Replaced, R> replaced,
                Supplier<R> unanswered) {
            return refused.apply(this);
        }
    }

    /** @param content the text that replaces the author's; as unsafe as any input */
    record Replaced(String content) implements ModerationAnswer {
        @Override
        public <R> R fold(
                Supplier<R> allowed,
                Function<Refused, R> refused,
                Function<Replaced, R> replaced,
                Supplier<R> unanswered) {
            return replaced.apply(this);
        }

        @Override
        public String toString() {
            return "Replaced[]"; // the text of a message belongs in no log (CWE-532)
        }
    }

    /** The service gave no answer, or none that can be understood. */
    record Unanswered() implements ModerationAnswer {
        @Override
        public <R> R fold(
                Supplier<R> allowed,
                Function<Refused, R> refused,
                Function<Replaced, R> replaced,
                Supplier<R> unanswered) {
            return unanswered.get();
        }
    }
}
