package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.Setting;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code run}: a node, until it is told to stop. */
@Command(
        name = "run",
        description = "Runs a node until it is told to stop (SIGTERM, SIGHUP or Ctrl-C).",
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
        /**
         * @param settings every key of the configuration with its effective value, secrets redacted
         * @return the exit code
         */
        int run(NodeConfig config, List<Setting> settings) throws StartupException;
    }

    public RunCommand(Map<String, String> environment, NodeLauncher launcher) {
        this.environment = environment;
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws Exception {
        return config.run(
                environment, spec.commandLine().getErr(), valid -> launcher.run(valid.value(), valid.settings()));
    }
}
