package dev.portcullis.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.config.text.EscapedText;
import dev.portcullis.events.EventJudge;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.events.TypeScriptEvents;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonTree;
import dev.portcullis.protocol.codec.JsonTree.KeptTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code events}: the events that a configuration defines, for those who write clients. */
@Command(
        name = "events",
        description = "Tries and translates the events that a configuration defines.",
        synopsisSubcommandLabel = "COMMAND")
public final class EventsCommand extends CommandGroup {
    private static final String DATA = "data";

    /** The violation with which a frame is refused whose data have half a character. */
    private static final Violation UNPAIRED = new Violation("/" + DATA, "pattern");

    public EventsCommand(Map<String, String> environment) {
        super(environment);
    }

    @Command(name = "types", description = "Prints the data of the events as declarations of TypeScript.")
    int types(@Mixin ConfigOptions config) throws Exception {
        return run(config, events -> print(TypeScriptEvents.declarations(events.types())));
    }

    @Command(
            name = "check",
            description = {
                "Judges examples of events and prints each that is not as it says, with the places.",
                "Each line of the file is one, as {\"event\": \"poll.vote\", \"data\": {}, \"valid\": false}; without valid it should fit."
            })
    int check(
            @Mixin ConfigOptions config,
            @Parameters(paramLabel = "EXAMPLES", description = "A file with an example in each line.") Path examples)
            throws Exception {
        return run(config, events -> check(events, examples));
    }

    private int run(ConfigOptions config, ToIntFunction<EventsConfig> step) throws Exception {
        return ConfigOptions.run(
                config.loadEvents(environment()),
                CommandLine.ExitCode.SOFTWARE,
                err(),
                valid -> step.applyAsInt(valid.value()));
    }

    private int check(EventsConfig events, Path examples) {
        List<String> lines;
        try {
            lines = Files.readAllLines(examples, UTF_8);
        } catch (IOException unreadable) {
            err().println(examples + " can't be read; a file of UTF-8 text is needed");
            return CommandLine.ExitCode.SOFTWARE;
        }
        EventJudge judge = events.newJudge();
        List<String> wrong = new ArrayList<>();
        int judged = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                judged++;
                String line = "line " + (i + 1) + ": ";
                problem(judge, lines.get(i)).ifPresent(problem -> wrong.add(line + EscapedText.of(problem)));
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
}
