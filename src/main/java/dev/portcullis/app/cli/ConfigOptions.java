package dev.portcullis.app.cli;

import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Loaded.Valid;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.events.EventsConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command that reads a configuration. */
final class ConfigOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            scope = ScopeType.INHERIT,
            description = "The configuration: a JSON file, such as conf/dev.json.")
    private Path file = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            scope = ScopeType.INHERIT,
            description = "Overrides the file, such as --set http.port=8081. The value is JSON, or a text where it is"
                    + " not. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    Loaded<NodeConfig> load(Map<String, String> environment) {
        return ConfigFile.load(file, overrides, environment, NodeConfigReader::read);
    }

    /** What a node starts with, and reads again while it runs. */
    ConfigSource source(Valid<NodeConfig> first, Map<String, String> environment) {
        return new ConfigSource(first, () -> load(environment));
    }

    /** The events alone: who writes clients does not have the secrets of the rest. */
    Loaded<EventsConfig> loadEvents(Map<String, String> environment) {
        return ConfigFile.loadPart(
                file,
                overrides,
                environment,
                root -> EventsConfig.read(root, ContentConfig.read(root.section("content"))));
    }

    /** The rest of a command that needs a valid configuration; returns the exit code. */
    @FunctionalInterface
    interface Step<T> {
        int run(Valid<T> config) throws Exception;
    }

    /** Takes the step, or prints the problems and returns the exit code 1. */
    int run(Map<String, String> environment, PrintWriter problems, Step<NodeConfig> step) throws Exception {
        return run(load(environment), CommandLine.ExitCode.SOFTWARE, problems, step);
    }

    /** Takes the step, or prints the problems and returns {@code otherwise}. */
    static <T> int run(Loaded<T> loaded, int otherwise, PrintWriter problems, Step<T> step) throws Exception {
        return loaded.<Callable<Integer>>fold(valid -> () -> step.run(valid), invalid -> () -> {
                    invalid.problems().forEach(problems::println);
                    return otherwise;
                })
                .call();
    }
}
