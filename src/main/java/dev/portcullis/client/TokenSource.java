package dev.portcullis.client;

import dev.portcullis.protocol.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Where a command gets the tokens of the users it plays. */
@FunctionalInterface
public interface TokenSource {
    /** @param rooms what the token should grant: names, or prefixes ending in {@code *} */
    String tokenFor(String user, List<String> rooms);

    /** Makes a source of a node's configuration file; the commands don't read one themselves. */
    @FunctionalInterface
    interface FromConfig {
        /** @param role what the users of the source may do */
        Found read(Path file, Role role);
    }

    /** Whether a configuration file has a key to make tokens with. */
    sealed interface Found {
        <R> R fold(Function<TokenSource, R> ready, Function<String, R> unusable);
    }

    record Ready(TokenSource source) implements Found {
        @Override
        public <R> R fold(Function<TokenSource, R> ready, Function<String, R> unusable) {
            return ready.apply(source);
        }
    }

    /** @param why one line: what is wrong and how to mend it */
    record Unusable(String why) implements Found {
        @Override
        public <R> R fold(Function<TokenSource, R> ready, Function<String, R> unusable) {
            return unusable.apply(why);
        }
    }
}
