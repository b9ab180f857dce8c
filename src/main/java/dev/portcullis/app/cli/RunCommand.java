package dev.portcullis.app.cli;

import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.node.StartupException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code run}: a node, until it is told to stop. */
@Command(
        name = "run",
        description = {
            "Runs a node until it is told to stop (SIGTERM or Ctrl-C).",
            "SIGHUP has it read its configuration again."
        },
        footer = {"", "Example: portcullis run -c conf/dev.json --set http.port=8081"})
public final class RunCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final NodeLauncher launcher;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    /** Runs a node until it is told to stop. */
    @FunctionalInterface
    public interface NodeLauncher {
        /** Returns the exit code. */
        int run(ConfigSource config) throws StartupException;
    }

    public RunCommand(Map<String, String> environment, NodeLauncher launcher) {
        this.environment = environment;
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws Exception {
        return config.run(
                environment, spec.commandLine().getErr(), valid -> launcher.run(config.source(valid, environment)));
    }
}
