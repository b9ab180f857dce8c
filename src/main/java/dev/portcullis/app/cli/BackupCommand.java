package dev.portcullis.app.cli;

import dev.portcullis.app.backup.BackupCheck;
import dev.portcullis.app.backup.BackupRestore;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.text.EscapedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backup}: copies what a node with an embedded store keeps, while it runs. */
@Command(
        name = "backup",
        description = {
            "Copies the embedded store and the uploaded files of a node into a folder, while the node runs or is stopped.",
            "Runs on the machine of the node, as its user. The folder counts as a backup once this command has ended with 0."
        },
        synopsisSubcommandLabel = "[verify]",
        exitCodeOnExecutionException = CommandLine.ExitCode.SOFTWARE,
        footer = {"", "Example: portcullis backup /backup/chat-1 --config conf/node.json"})
public final class BackupCommand implements Callable<Integer> {
    private static final int DAMAGED = 1;
    private static final int UNKNOWN = 2;

    private final Map<String, String> environment;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The folder of the backup: empty, or not there yet; best on another disk.")
    private @Nullable Path folder;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration of the node.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Overrides the configuration, as for the node. May be repeated.")
    private @Nullable List<String> overrides;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public BackupCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        Path into = folder;
        Path file = config;
        if (into == null || file == null) {
            throw new ParameterException(spec.commandLine(), "backup needs a folder and the --config of the node");
        }
        return ConfigOptions.run(
                ConfigFile.load(file, overrides == null ? List.of() : overrides, environment, NodeConfigReader::read),
                CommandLine.ExitCode.SOFTWARE,
                spec.commandLine().getErr(),
                valid -> {
                    NodeConfig node = valid.value();
                    String line = new BackupRun(
                                    node, foldersOf(node), spec.commandLine().getErr())
                            .into(into);
                    spec.commandLine().getOut().println(line);
                    return CommandLine.ExitCode.OK;
                });
    }

    @Command(
            name = "verify",
            description = {
                "Reads a backup: whether each byte is the one that was written, and whether this program can read all rows.",
                "Changes nothing, and needs no configuration."
            },
            exitCodeOnExecutionException = UNKNOWN,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:it is whole",
                "1:it is no whole backup; a line says what is wrong",
                "2:it can't be read; a line says why"
            },
            footer = {"", "Example: portcullis backup verify /backup/chat-1"})
    int verify(@Parameters(paramLabel = "DIR", description = "The folder of the backup.") Path backup) {
        try {
            return BackupCheck.run(backup)
                    .fold(
                            checked -> {
                                spec.commandLine().getOut().println(checked.line(backup));
                                return checked.missingFiles() == 0 ? CommandLine.ExitCode.OK : DAMAGED;
                            },
                            defect -> {
                                spec.commandLine()
                                        .getErr()
                                        .println("no whole backup: " + backup + ": " + EscapedText.of(defect));
                                return DAMAGED;
                            });
        } catch (IOException unreadable) {
            spec.commandLine().getErr().println("backup verify: " + EscapedText.of(unreadable.toString()));
            return UNKNOWN;
        }
    }

    static CheckpointFolders foldersOf(NodeConfig config) throws StartupException {
        return CheckpointFolders.of(config)
                .orElseThrow(() -> new StartupException(
                        config.usesRedis()
                                ? "the store of this configuration is Redis; copy that, as src/docs/backup.md says"
                                : "the store of this configuration is deleted at the end of the node; set store.path"));
    }

    /** {@code restore}: puts a node back to the moment of a backup. */
    @Command(
            name = "restore",
            description = {
                "Puts a node that is stopped back to the moment of a backup.",
                "All users have to log in again, since logins and tokens may have been revoked after the backup."
            },
            footer = {"", "Example: portcullis restore /backup/chat-1 --config conf/node.json"})
    public static final class Restore implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        private ConfigOptions config = new ConfigOptions();

        @Parameters(paramLabel = "DIR", description = "The folder of the backup.")
        private Path backup = Path.of("");

        @Option(
                names = "--replace",
                description = "Moves what is in store.path and uploads.folder aside; deletes nothing.")
        private boolean replace;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        public Restore(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws Exception {
            return config.run(environment, spec.commandLine().getErr(), valid -> {
                NodeConfig node = valid.value();
                BackupRestore.Done done = BackupRestore.run(backup, node, foldersOf(node), replace);
                spec.commandLine()
                        .getOut()
                        .println("restored: " + done.checked().line(backup));
                done.aside().forEach(old -> spec.commandLine().getOut().println("what was there before is in " + old));
                return CommandLine.ExitCode.OK;
            });
        }
    }
}
