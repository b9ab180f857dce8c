package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.Way;
import dev.portcullis.http.BearerToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a handshake brings to say who it is. */
sealed interface Presented {
    <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction);

    /** Only the ways that the operator accepts are looked at. */
    static Presented by(AuthConfig config, Offered offered, List<String> authorization) {
        Set<String> tokens = new LinkedHashSet<>();
        if (config.accepts(Way.SUBPROTOCOL)) {
            tokens.addAll(offered.tokens());
        }
        if (config.accepts(Way.HEADER)) {
            authorization.forEach(line -> BearerToken.presented(line).ifPresent(tokens::add));
        }
        return switch (tokens.size()) {
            case 0 -> Nothing.NOTHING;
            case 1 -> new Token(tokens.iterator().next());
            default -> Contradiction.CONTRADICTION;
        };
    }

    /** No token. */
    enum Nothing implements Presented {
        NOTHING;

        @Override
        public <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction) {
            return nothing.get();
        }
    }

    /** One token, however often. */
    record Token(String value) implements Presented {
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
    enum Contradiction implements Presented {
        CONTRADICTION;

        @Override
        public <R> R fold(Supplier<R> nothing, Function<String, R> token, Supplier<R> contradiction) {
            return contradiction.get();
        }
    }
}
