package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import dev.portcullis.app.node.Version;
import java.util.List;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole. */
@Command(
        name = "portcullis",
        description = "A hardened WebSocket gateway for real-time chat and messaging.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all went well",
            "1:it failed; a line on the error stream says why and how to fix it",
            "2:the command line is wrong",
            "141:who read the output left before its end, as 'head' does"
        },
        footer = {"", "portcullis COMMAND --help explains a command."})
public final class Commands implements Runnable {
    private static final String UNWRITABLE =
            "the output can't be written: it is closed, or the disk that it goes to is full;"
                    + " make room there, or redirect it";

    /** The exit code by which a shell reports a program that SIGPIPE ended. */
    private static final int READER_LEFT = 141;

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

    /** The subcommands are passed in with their dependencies. */
    public static CommandLine of(Object... subcommands) {
        CommandLine all = new CommandLine(new Commands());
        for (Object subcommand : subcommands) {
            all.addSubcommand(subcommand);
        }
        all.addSubcommand(new Help());
        all.addSubcommand(new Completion());
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

    /** Output that was not written is a failure, because a script would go on without it. */
    private static int execute(ParseResult parsed) {
        int code = new CommandLine.RunLast().execute(parsed);
        List<CommandLine> named = parsed.asCommandLineList();
        CommandLine command = named.get(named.size() - 1);
        if (!command.getOut().checkError()) {
            return code;
        }
        if (command.getOut() instanceof OutputWriter output && output.readerLeft()) {
            return READER_LEFT;
        }
        command.getErr().println(UNWRITABLE);
        return code == CommandLine.ExitCode.OK ? command.getCommandSpec().exitCodeOnExecutionException() : code;
    }

    /** Any exception other than {@link StartupException} is a bug and prints its stack trace. */
    private static int printFailure(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof StartupException expected) {
            command.getErr().println(expected.line());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }

    private static int printUsageError(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        command.getErr().println(sentence(mistake, command));
        UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /** A word that stands where a command is expected is a command that does not exist, and not an argument too many. */
    private static String sentence(ParameterException mistake, CommandLine command) {
        return mistake instanceof UnmatchedArgumentException unmatched
                        && !unmatched.isUnknownOption()
                        && !command.getSubcommands().isEmpty()
                ? noCommand(unmatched.getUnmatched().get(0))
                : String.valueOf(mistake.getMessage());
    }

    private static String noCommand(String name) {
        return "there is no command '" + name + "'";
    }

    /** {@code help}: what {@code --help} prints. */
    @Command(name = "help", description = "Explains all commands, or the one that is named.")
    private static final class Help implements Runnable {
        @Parameters(
                paramLabel = "COMMAND",
                arity = "0..*",
                description = "The command to explain, such as: audit verify")
        private List<String> names = List.of();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            CommandLine named = spec.root().commandLine();
            for (String name : names) {
                named = Optional.ofNullable(named.getSubcommands().get(name))
                        .orElseThrow(() -> new ParameterException(spec.commandLine(), noCommand(name)));
            }
            named.usage(spec.commandLine().getOut());
        }
    }

    /** {@code completion}: what a shell needs to complete the command line. */
    @Command(
            name = "completion",
            description = {
                "Prints a script by which bash and zsh complete commands and options.",
                "It is for a shell function, alias or file that is called portcullis:",
                "  source <(portcullis completion)"
            })
    private static final class Completion implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            CommandSpec root = spec.root();
            spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()));
        }
    }
}
