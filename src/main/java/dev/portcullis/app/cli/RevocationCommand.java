package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.revocation.RevocationScript;
import dev.portcullis.auth.session.RevocationLimits;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code revocation}: how other systems revoke tokens. */
@Command(
        name = "revocation",
        description = "Shows how other systems revoke tokens.",
        synopsisSubcommandLabel = "COMMAND")
public final class RevocationCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public RevocationCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "revocation needs a command");
    }

    @Command(
            name = "script",
            description = {
                "Prints the Lua script with which another system revokes in the Redis of a cluster with this"
                        + " configuration.",
                "Its first lines say how it is called."
            })
    int script(@Mixin ConfigOptions config) {
        return config.load(environment)
                .fold(
                        valid -> {
                            spec.commandLine().getOut().print(text(valid.value()));
                            spec.commandLine().getOut().flush();
                            return CommandLine.ExitCode.OK;
                        },
                        invalid -> ConfigOptions.printProblems(
                                invalid.problems(), spec.commandLine().getErr()));
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
