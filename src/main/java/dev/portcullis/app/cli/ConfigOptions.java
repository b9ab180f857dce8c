package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Problem;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.events.OwnEvents;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** The events alone: who writes clients does not have the secrets of the rest. */
    Loaded<OwnEvents> loadEvents(Map<String, String> environment) {
        return ConfigFile.loadPart(
                file,
                overrides,
                environment,
                root -> EventsConfig.read(root, ContentConfig.read(root.section("content"))));
    }

    /** Prints one line for each problem and returns the exit code 1. */
    static int printProblems(List<Problem> problems, PrintWriter out) {
        problems.forEach(out::println);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
