package dev.portcullis.app.cli;

import dev.portcullis.app.init.Answers;
import dev.portcullis.app.init.FirstConfig;
import dev.portcullis.app.init.SetupQuestion;
import dev.portcullis.app.node.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code init}: writes a first configuration after five questions. */
@Command(
        name = "init",
        description = {
            "Writes a first configuration. It asks at most five questions: what for, the origin of your page, who issues tokens,"
                    + " where TLS ends, where the data goes.",
            "Secrets are made, and written to files of their own that only you can read. No file is overwritten."
        },
        footer = {"", "Example: portcullis init node.json"})
public final class InitCommand implements Callable<Integer> {
    private static final int LONGEST_ANSWER = 4_096;
    private static final String NO_DEFAULT = "there is no default: an answer is needed";

    private final InputStream in;

    @Parameters(paramLabel = "FILE", description = "The configuration to write, such as node.json.")
    private Path file = Path.of("");

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description =
                    "Reads the answers from this file, a line each in the order of the questions; an empty line is the"
                            + " default. A wrong one ends the command.")
    private @Nullable Path answers;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param in where answers are typed; not closed */
    public InitCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws StartupException {
        FirstConfig config = new FirstConfig(file);
        List<Path> existing = config.existing();
        if (!existing.isEmpty()) {
            throw new StartupException(existing.get(0)
                    + " exists, and is not overwritten; name a file in another folder, or move it away");
        }
        try {
            Answers given = answers == null ? ask(config, in, true) : askFile(config, answers);
            config.write(given).forEach(path -> out().println("written: " + path));
            printNext(config, given);
            return CommandLine.ExitCode.OK;
        } catch (IOException failure) {
            throw new StartupException("a file can't be read or written (" + failure + "); correct that and try again");
        }
    }

    private Answers askFile(FirstConfig config, Path from) throws IOException, StartupException {
        try (InputStream lines = Files.newInputStream(from)) {
            Answers given = ask(config, lines, false);
            if (line(lines).isPresent()) {
                throw new StartupException(
                        from + " has more lines than there are questions; remove those behind the last" + " answer");
            }
            return given;
        }
    }

    /** @param again whether a wrong answer is asked again */
    private Answers ask(FirstConfig config, InputStream from, boolean again) throws IOException, StartupException {
        Answers given = Answers.NONE;
        for (SetupQuestion question : SetupQuestion.values()) {
            while (given.needs(question)) {
                Answers next = given.with(question, answer(question, given.standard(question), from, again));
                List<String> problems = config.problems(next, question);
                if (problems.isEmpty()) {
                    given = next;
                    break;
                }
                if (!again) {
                    throw new StartupException(String.join(" | ", problems) + " (nothing was written)");
                }
                problems.forEach(out()::println);
            }
        }
        return complete(config, given);
    }

    /** No question may be left with a problem: the file must start a node. */
    private static Answers complete(FirstConfig config, Answers given) {
        if (!config.problems(given).isEmpty()) {
            throw new IllegalStateException("no question asks for " + config.problems(given));
        }
        return given;
    }

    private String answer(SetupQuestion question, Optional<String> standard, InputStream from, boolean again)
            throws IOException, StartupException {
        while (true) {
            if (again) {
                question.lines().forEach(out()::println);
                out().print(standard.map(text -> "[" + text + "] ").orElse("") + "> ");
                out().flush();
            }
            String typed = line(from)
                    .orElseThrow(() -> new StartupException("the input ended before the answer to: "
                            + question.lines().get(0) + " Nothing was written"));
            Optional<String> answer = typed.isEmpty() ? standard : Optional.of(typed);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!again) {
                throw new StartupException(question.lines().get(0) + " " + NO_DEFAULT + " (nothing was written)");
            }
            out().println(NO_DEFAULT);
        }
    }

    /** The next line; empty at the end. Byte by byte, since what follows belongs to who reads next. */
    private static Optional<String> line(InputStream from) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = from.read();
        if (next < 0) {
            return Optional.empty();
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == LONGEST_ANSWER) {
                throw new IOException("an answer is longer than " + LONGEST_ANSWER + " bytes");
            }
            line.write(next);
            next = from.read();
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8).strip());
    }

    private void printNext(FirstConfig config, Answers given) {
        out().println("Next:");
        out().println("  portcullis config check -c " + file);
        out().println("  portcullis run -c " + file);
        if (given.sharesSecret()) {
            out().println("  portcullis token -c " + file
                    + " --user ann --role member --rooms lobby   # a token for a trial");
            out().println("Your backend signs tokens (HS256, aud " + FirstConfig.AUDIENCE + ") with the secret in "
                    + config.secretFile("token") + ".");
        } else if (given.hasAccounts()) {
            out().println("Users register with POST /api/auth/register.");
        } else {
            out().println("Tokens need the audience " + FirstConfig.AUDIENCE + "; name another in auth.issuers.");
        }
        if (given.isCluster()) {
            out().println(
                            "Copy the folder to the other nodes, with another cluster.host, audit.file.chain and folder tls on"
                                    + " each.");
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
