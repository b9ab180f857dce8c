package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;
import java.util.function.Supplier;

/** The answer to whether a session may have another token, from the store to the edge. */
public sealed interface SessionRenewal {
    <R> R fold(Function<Session, R> renewed, Function<TokenDefect, R> denied, Supplier<R> ended);

    /** The store has the session with its new token. */
    @WireName("Renewed")
    record Renewed(Session session) implements SessionRenewal {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<TokenDefect, R> denied, Supplier<R> ended) {
            return renewed.apply(session);
        }
    }

    /** The token is refused. The session keeps its former one. */
    @WireName("RenewalDenied")
    record Denied(TokenDefect defect) implements SessionRenewal {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<TokenDefect, R> denied, Supplier<R> ended) {
            return denied.apply(defect);
        }
    }

    /** The store knows no such live session: it has ended, or the store has lost it and gets it back soon. */
    @WireName("SessionEnded")
    record Ended() implements SessionRenewal {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<TokenDefect, R> denied, Supplier<R> ended) {
            return ended.get();
        }
    }
}
