package dev.portcullis.client;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The user's token, in memory only: where it comes from, and whether the server wants another one than the last. */
final class CurrentToken {
    private final Supplier<Future<String>> source;
    private String last = "";
    private Optional<Disconnect> refusal = Optional.empty();
    private Optional<String> user = Optional.empty();

    CurrentToken(Supplier<Future<String>> source) {
        this.source = source;
    }

    Future<String> next() {
        return source.get();
    }

    String last() {
        return last;
    }

    /**
     * The server says whose token it is. Frames that wait and entries that were read belong to the user before, and would be
     * sent or dropped in the name of the new one.
     *
     * @return why the client has to end
     */
    Optional<Disconnect> isOf(ServerMessage welcome) {
        Optional<String> named = welcome.text("userId");
        user = user.or(() -> named);
        return user.equals(named)
                ? Optional.empty()
                : Optional.of(Disconnect.unreachable("the token is of another user"));
    }

    void renewed(String token) {
        last = token;
    }

    /** The server wants another one, however long the source has none. */
    void refused(Disconnect disconnect) {
        refusal = Optional.of(disconnect);
    }

    /**
     * Takes the source's next token.
     *
     * @param token null if the user has none any more
     * @return why it can't be used, and the client has to end
     */
    Optional<Disconnect> use(@Nullable String token) {
        if (token == null) {
            return Optional.of(Disconnect.unreachable("no token"));
        }
        if (refusal.isPresent() && token.equals(last)) {
            return refusal;
        }
        if (!Dialer.canCarry(token)) {
            return Optional.of(Disconnect.unreachable("the token is too long or has characters that no JWT has"));
        }
        last = token;
        refusal = Optional.empty();
        return Optional.empty();
    }
}
