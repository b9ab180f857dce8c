package dev.portcullis.app.cli;

import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.config.WritableFolders;
import dev.portcullis.config.EffectiveValues;
import dev.portcullis.config.Problem;
import dev.portcullis.config.ReferencePage;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code config}: what a configuration says, and what is wrong with it. */
@Command(
        name = "config",
        description = "Checks, prints and explains configurations.",
        synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public ConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "config needs a command");
    }

    @Command(
            name = "check",
            description = "Prints every problem of a configuration with its fix, and each folder that this user can't"
                    + " write to; without problems, what it leaves open"
                    + " and which certificates are not valid now.")
    int check(@Mixin ConfigOptions config) {
        return config.load(environment)
                .fold(
                        valid -> {
                            List<Problem> unwritable = WritableFolders.problems(valid.value());
                            if (!unwritable.isEmpty()) {
                                return ConfigOptions.printProblems(unwritable, out());
                            }
                            out().println("ok: " + valid.settings().size() + " settings");
                            ExposureWarnings.of(valid.value())
                                    .openings()
                                    .forEach(open ->
                                            out().println("left open: " + open.what() + " (" + open.key() + ")"));
                            CertificateValidity.lines(valid.value(), Instant.now())
                                    .forEach(line -> out().println("warning: " + line));
                            return CommandLine.ExitCode.OK;
                        },
                        invalid -> ConfigOptions.printProblems(invalid.problems(), out()));
    }

    @Command(name = "print", description = "Prints the effective values as JSON: defaults included, secrets redacted.")
    int print(@Mixin ConfigOptions config) {
        return config.load(environment)
                .fold(
                        valid -> {
                            out().println(EffectiveValues.of(valid.settings()));
                            return CommandLine.ExitCode.OK;
                        },
                        invalid -> ConfigOptions.printProblems(
                                invalid.problems(), spec.commandLine().getErr()));
    }

    @Command(name = "reference", description = "Prints the page that explains every key, as Markdown.")
    int reference() {
        out().print(ReferencePage.of(NodeConfigReader::read));
        out().flush();
        return CommandLine.ExitCode.OK;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
