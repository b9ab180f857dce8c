package dev.portcullis.auth;

import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.function.Function;

/** What the stage answers to a {@link Knock}. No answer takes as long as a ping may, so that may be a second one. */
sealed interface KnockReply {
    <R> R fold(Function<Opening, R> settled, Function<Probing, R> probing);

    /** That is how it stands. */
    @WireName("Settled")
    record Settled(Opening opening) implements KnockReply {
        @Override
        public <R> R fold(Function<Opening, R> settled, Function<Probing, R> probing) {
            return settled.apply(opening);
        }
    }

    /** The user is at the cap, but these sessions may be ghosts: knock again with them after {@code waitMs}. */
    @WireName("Probing")
    record Probing(List<Session> suspects, long waitMs) implements KnockReply {
        @Override
        public <R> R fold(Function<Opening, R> settled, Function<Probing, R> probing) {
            return probing.apply(this);
        }
    }
}
