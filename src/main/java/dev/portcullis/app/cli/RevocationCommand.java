package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.revocation.RevocationScript;
import dev.portcullis.auth.session.RevocationLimits;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code revocation}: how other systems revoke tokens. */
@Command(
        name = "revocation",
        description = "Shows how other systems revoke tokens.",
        synopsisSubcommandLabel = "COMMAND")
public final class RevocationCommand extends CommandGroup {
    public RevocationCommand(Map<String, String> environment) {
        super(environment);
    }

    @Command(
            name = "script",
            description = {
                "Prints the Lua script with which another system revokes in the Redis of a cluster with this"
                        + " configuration.",
                "Its first lines say how it is called."
            })
    int script(@Mixin ConfigOptions config) throws Exception {
        return config.run(environment(), err(), valid -> print(text(valid.value())));
    }

    private static String text(NodeConfig config) {
        return RevocationScript.text(
                RevocationLimits.of(
                        config.sessions(),
                        config.auth().tokens(),
                        config.accounts().refreshTokenMs()),
                config.streams().cutoffs());
    }
}
