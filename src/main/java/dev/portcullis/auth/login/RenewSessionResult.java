package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The result of giving a session another token. */
public sealed interface RenewSessionResult {
    <R> R fold(Function<Session, R> renewed, Function<Denied, R> denied, Supplier<R> ended);

    static RenewSessionResult denied(TokenDefect defect) {
        return new Denied(defect.refusal(), Optional.of(defect));
    }

    /** The store has the session with its new token. */
    @WireName("Renewed")
    record Renewed(Session session) implements RenewSessionResult {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<Denied, R> denied, Supplier<R> ended) {
            return renewed.apply(session);
        }
    }

    /** The token is refused. The session is as before. */
    @WireName("RenewalDenied")
    record Denied(AuthRefusal why, Optional<TokenDefect> defect) implements RenewSessionResult {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<Denied, R> denied, Supplier<R> ended) {
            return denied.apply(this);
        }
    }

    /** The store knows no such live session: it has ended, or the store has lost it and gets it back soon. */
    @WireName("SessionEnded")
    record Ended() implements RenewSessionResult {
        @Override
        public <R> R fold(Function<Session, R> renewed, Function<Denied, R> denied, Supplier<R> ended) {
            return ended.get();
        }
    }
}
