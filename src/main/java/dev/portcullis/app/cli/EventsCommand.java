package dev.portcullis.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.events.EventJudge;
import dev.portcullis.events.OwnEvents;
import dev.portcullis.events.TypeScriptEvents;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonTree;
import dev.portcullis.protocol.codec.JsonTree.KeptTexts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code events}: the events that a configuration defines, for those who write clients. */
@Command(
        name = "events",
        description = "Tries and translates the events that a configuration defines.",
        synopsisSubcommandLabel = "COMMAND")
public final class EventsCommand implements Runnable {
    private static final String DATA = "data";

    /** The violation with which a frame is refused whose data have half a character. */
    private static final Violation UNPAIRED = new Violation("/" + DATA, "pattern");

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public EventsCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "events needs a command");
    }

    @Command(name = "types", description = "Prints the data of the events as declarations of TypeScript.")
    int types(@Mixin ConfigOptions config) {
        return config.loadEvents(environment)
                .fold(
                        valid -> {
                            out().print(TypeScriptEvents.declarations(
                                    valid.value().types()));
                            out().flush();
                            return CommandLine.ExitCode.OK;
                        },
                        invalid -> refused(invalid.problems()));
    }

    @Command(
            name = "check",
            description = {
                "Judges examples of events and prints each that is not as it says, with the places. Each line of the file is one,",
                "as {\"event\": \"poll.vote\", \"data\": {}, \"valid\": false}; without valid it should fit."
            })
    int check(
            @Mixin ConfigOptions config,
            @Parameters(paramLabel = "EXAMPLES", description = "A file with an example in each line.") Path examples) {
        return config.loadEvents(environment)
                .fold(valid -> check(valid.value(), examples), invalid -> refused(invalid.problems()));
    }

    private int check(OwnEvents events, Path examples) {
        List<String> lines;
        try {
            lines = Files.readAllLines(examples, UTF_8);
        } catch (IOException unreadable) {
            spec.commandLine().getErr().println(examples + " can't be read; a file of UTF-8 text is needed");
            return CommandLine.ExitCode.SOFTWARE;
        }
        EventJudge judge = events.newJudge();
        List<String> wrong = new ArrayList<>();
        int judged = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                judged++;
                String line = "line " + (i + 1) + ": ";
                problem(judge, lines.get(i)).ifPresent(problem -> wrong.add(line + problem));
            }
        }
        wrong.forEach(out()::println);
        if (wrong.isEmpty()) {
            out().println("ok: " + judged + " examples");
        }
        return wrong.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /**
     * The difference between an example and its own claim; empty if there is none. The line is read as a node reads the frame
     * with the same data.
     */
    private static Optional<String> problem(EventJudge judge, String line) {
        KeptTexts data = new KeptTexts(DATA);
        return JsonTree.read(line.getBytes(UTF_8), data)
                .fold(example -> problem(judge, example, data), (reason, details) -> unread(line, details));
    }

    private static Optional<String> problem(EventJudge judge, @Nullable Object example, KeptTexts texts) {
        Optional<byte[]> data = example instanceof Map<?, ?> map ? texts.in(map) : Optional.empty();
        if (data.isEmpty() || !(example instanceof Map<?, ?> map) || !(map.get("event") instanceof String event)) {
            return Optional.of("is no example; an object with event and data is needed");
        }
        boolean valid = !Boolean.FALSE.equals(map.get("valid"));
        if (texts.isIllFormedIn(map)) {
            return valid ? Optional.of(misfit(event, List.of(UNPAIRED))) : Optional.empty();
        }
        return judge.judge(event, data.get())
                .fold(
                        fits -> valid ? Optional.empty() : Optional.of(event + " fits, but should not"),
                        details -> valid ? Optional.of(misfit(event, details)) : Optional.empty());
    }

    /** A line that other JSON readers accept and a node refuses may be an example of an event that should not fit. */
    private static Optional<String> unread(String line, List<Violation> details) {
        Object example;
        try {
            example = Json.parseWithoutComments(line);
        } catch (IOException notJson) {
            return Optional.of(String.valueOf(notJson.getMessage()));
        }
        if (!(example instanceof Map<?, ?> map) || !(map.get("event") instanceof String event)) {
            return Optional.of("is no example; an object with event and data is needed");
        }
        if (Boolean.FALSE.equals(map.get("valid"))) {
            return Optional.empty();
        }
        return Optional.of(
                details.isEmpty()
                        ? event + " does not fit: it is nested too deep, or has a number that is too long or too large"
                        : misfit(event, details));
    }

    private static String misfit(String event, List<Violation> details) {
        return event + " does not fit: "
                + details.stream()
                        .map(each -> each.path() + " (" + each.rule() + ")")
                        .collect(Collectors.joining(", "));
    }

    private int refused(List<Problem> problems) {
        return ConfigOptions.printProblems(problems, spec.commandLine().getErr());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
