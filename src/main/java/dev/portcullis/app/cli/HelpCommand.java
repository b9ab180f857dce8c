package dev.portcullis.app.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help}: what {@code --help} prints. */
@Command(name = "help", description = "Explains all commands, or the one that is named.")
final class HelpCommand implements Runnable {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command to explain, such as: audit verify")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine named = spec.root().commandLine();
        for (String name : names) {
            named = Optional.ofNullable(named.getSubcommands().get(name))
                    .orElseThrow(
                            () -> new ParameterException(spec.commandLine(), "there is no command '" + name + "'"));
        }
        named.usage(spec.commandLine().getOut());
    }
}
