package dev.portcullis.client.command;

import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import java.nio.file.Path;
import java.util.List;

/** The source of tokens for the users that a command connects as. */
@FunctionalInterface
public interface UserTokens {
    /** @param rooms the rooms that the token should grant: names, or prefixes ending in {@code *} */
    String tokenFor(String user, List<String> rooms);

    /** Makes a source from a node's configuration file, which the commands don't read themselves. */
    @FunctionalInterface
    interface FromConfig {
        /**
         * Returns one line that says what is wrong and how to fix it if there is no signing key.
         *
         * @param role the role of the source's users
         */
        Result<UserTokens, String> read(Path file, Role role);
    }
}
