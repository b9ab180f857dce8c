package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import dev.portcullis.app.node.Version;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a whole. */
@Command(
        name = "portcullis",
        description = "A hardened WebSocket gateway for real-time chat and messaging.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all went well",
            "1:it could not be done; a line on the error stream says why and how to mend it",
            "2:the command line was not understood"
        },
        footer = {"", "portcullis COMMAND --help explains a command."})
public final class Commands implements Runnable {
    private static final String UNWRITTEN =
            "the output can't be written: it is closed, or the disk that it goes to is full;"
                    + " make room there, or let it go elsewhere";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Explains this command.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Prints the version.")
    boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Commands() {}

    /** Every public subcommand is handed in, with what it works on. */
    public static CommandLine of(Object... subcommands) {
        CommandLine all = new CommandLine(new Commands());
        for (Object subcommand : subcommands) {
            all.addSubcommand(subcommand);
        }
        addHeadings(all);
        return all.setExpandAtFiles(false) // no argument is a file to read arguments from (CWE-88)
                .setExecutionStrategy(Commands::execute)
                .setExecutionExceptionHandler((failure, command, parsed) -> printFailure(failure, command))
                .setParameterExceptionHandler((mistake, args) -> printUsageError(mistake));
    }

    private static void addHeadings(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(Commands::addHeadings);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** What was not written was not done, for a script that goes on with it. */
    private static int execute(ParseResult parsed) {
        int code = new CommandLine.RunLast().execute(parsed);
        List<CommandLine> named = parsed.asCommandLineList();
        CommandLine command = named.get(named.size() - 1);
        if (!command.getOut().checkError()) {
            return code;
        }
        command.getErr().println(UNWRITTEN);
        return code == CommandLine.ExitCode.OK ? command.getCommandSpec().exitCodeOnExecutionException() : code;
    }

    /** Anything but a {@link StartupException} is a bug, whose trace is wanted. */
    private static int printFailure(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof StartupException expected) {
            command.getErr().println(expected.line());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }

    private static int printUsageError(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        command.getErr().println(mistake.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }
}
