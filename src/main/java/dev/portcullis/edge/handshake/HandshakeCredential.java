package dev.portcullis.edge.handshake;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.http.BearerToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The credential of a handshake. */
sealed interface HandshakeCredential {
    <R> R fold(Supplier<R> none, Function<String, R> token, Supplier<R> conflicting);

    /** Reads only the sources that the operator accepts. */
    static HandshakeCredential of(AuthConfig config, OfferedSubprotocols subprotocols, List<String> authorization) {
        Set<String> tokens = new LinkedHashSet<>();
        if (config.accepts(CredentialSource.SUBPROTOCOL)) {
            tokens.addAll(subprotocols.tokens());
        }
        if (config.accepts(CredentialSource.HEADER)) {
            authorization.forEach(line -> BearerToken.presented(line).ifPresent(tokens::add));
        }
        return switch (tokens.size()) {
            case 0 -> None.NONE;
            case 1 -> new Token(tokens.iterator().next());
            default -> Conflicting.CONFLICTING;
        };
    }

    /** No token. */
    enum None implements HandshakeCredential {
        NONE;

        @Override
        public <R> R fold(Supplier<R> none, Function<String, R> token, Supplier<R> conflicting) {
            return none.get();
        }
    }

    /** One token, possibly sent more than once. */
    record Token(String value) implements HandshakeCredential {
        @Override
        public <R> R fold(Supplier<R> none, Function<String, R> token, Supplier<R> conflicting) {
            return token.apply(value);
        }

        @Override
        public String toString() {
            return "Token"; // a token in a log gives its readers a session (CWE-532)
        }
    }

    /** Two different tokens: a component that sees only one of them would authorize another user (CWE-436). */
    enum Conflicting implements HandshakeCredential {
        CONFLICTING;

        @Override
        public <R> R fold(Supplier<R> none, Function<String, R> token, Supplier<R> conflicting) {
            return conflicting.get();
        }
    }
}
