package dev.portcullis.edge.handshake;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.CredentialSource;
import dev.portcullis.http.BearerToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a handshake brings to say who it is. */
sealed interface HandshakeCredential {
    <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction);

    /** Only the ways that the operator accepts are looked at. */
    static HandshakeCredential by(AuthConfig config, OfferedSubprotocols subprotocols, List<String> authorization) {
        Set<String> tokens = new LinkedHashSet<>();
        if (config.accepts(CredentialSource.SUBPROTOCOL)) {
            tokens.addAll(subprotocols.tokens());
        }
        if (config.accepts(CredentialSource.HEADER)) {
            authorization.forEach(line -> BearerToken.presented(line).ifPresent(tokens::add));
        }
        return switch (tokens.size()) {
            case 0 -> None.NOTHING;
            case 1 -> new Token(tokens.iterator().next());
            default -> Conflicting.CONTRADICTION;
        };
    }

    /** No token. */
    enum None implements HandshakeCredential {
        NOTHING;

        @Override
        public <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction) {
            return nothing.get();
        }
    }

    /** One token, however often. */
    record Token(String value) implements HandshakeCredential {
        @Override
        public <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction) {
            return token.apply(value);
        }

        @Override
        public String toString() {
            return "Token"; // a token in a log is a session for whoever reads it (CWE-532)
        }
    }

    /** Two that differ: whoever sees only one of them would judge another user (CWE-436). */
    enum Conflicting implements HandshakeCredential {
        CONTRADICTION;

        @Override
        public <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction) {
            return contradiction.get();
        }
    }
}
