package dev.portcullis.edge;

import dev.portcullis.protocol.CloseCode;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Lets no frame of a session through that has ended. Looks at fields of the connection only. */
final class CutoffGate {
    private final LongSupplier clock;

    CutoffGate(LongSupplier clock) {
        this.clock = clock;
    }

    Optional<Answer> judge(Connection from) {
        if (from.over()) {
            return Optional.of(Answer.Silent.SILENT);
        }
        return clock.getAsLong() < from.session().expiresAt()
                ? Optional.empty()
                : Optional.of(new Answer.Ended(CloseCode.TOKEN_EXPIRED, LastWord.Nothing.NOTHING));
    }
}
