package dev.portcullis.client.command;

import dev.portcullis.protocol.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The source of tokens for the users that a command connects as. */
@FunctionalInterface
public interface UserTokens {
    /** @param rooms the rooms that the token should grant: names, or prefixes ending in {@code *} */
    String tokenFor(String user, List<String> rooms);

    /** Makes a source from a node's configuration file, which the commands don't read themselves. */
    @FunctionalInterface
    interface FromConfig {
        /** @param role the role of the source's users */
        Found read(Path file, Role role);
    }

    /** The result of looking for a signing key in a configuration file. */
    sealed interface Found {
        <R> R fold(Function<UserTokens, R> ready, Function<String, R> unusable);
    }

    record Ready(UserTokens source) implements Found {
        @Override
        public <R> R fold(Function<UserTokens, R> ready, Function<String, R> unusable) {
            return ready.apply(source);
        }
    }

    /** @param why one line: what is wrong and how to fix it */
    record Unusable(String why) implements Found {
        @Override
        public <R> R fold(Function<UserTokens, R> ready, Function<String, R> unusable) {
            return unusable.apply(why);
        }
    }
}
