package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.kit.ProtocolPage;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the pages tell a reader to look for exists: metrics, events of the log, keys, calls, commands and codes. */
class NamesOnPagesTest {
    private static final Path DOCS = Path.of("src/docs");
    private static final String TROUBLESHOOTING = "troubleshooting.md";

    private static final Pattern METRIC = Pattern.compile("portcullis_[a-z_]+");
    private static final Pattern OF_HISTOGRAM = Pattern.compile("_(?:bucket|count|sum|max)$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern DOTTED = Pattern.compile("[a-z]+(?:\\.[a-zA-Z]+)+(?:\\.\\*)?");
    private static final Pattern FILE = Pattern.compile(
            ".*\\.(?:md|js|mjs|ts|json|jsonl|txt|yml|yaml|html|pem|jar|pub|py|sh|com|org|example|aof|rdb|conf|options)");
    private static final Pattern KEY = Pattern.compile("(?m)^\\| `([A-Za-z0-9.\\[\\]]+)` \\| ");
    private static final Pattern CALL = Pattern.compile("(?:GET|POST|PUT|DELETE|PATCH) (/[^?\\s`\"]*)");
    private static final Pattern COMMAND = Pattern.compile("java -jar target/portcullis\\.jar ([^\\n|#>&)\"]+)");
    private static final Pattern NUMBER = Pattern.compile("\\d{4}");

    /** What a browser says where no close frame came, and what is no code of ours. */
    private static final String NO_CLOSE = "1006";

    /** Dotted words that are no event and no key: settings of Linux, a package, fields of a client, and the event of a library. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("(?:net|vm)\\..*|dev\\.portcullis\\..*|client\\.[a-z]+|loop\\.blocked");

    @ParameterizedTest
    @ValueSource(
            strings = {"operations.md", TROUBLESHOOTING, "tracing.md", "running.md", "cluster.md", "load-balancers.md"})
    void metric_that_is_named_exists(String page) throws IOException {
        Set<String> known = metrics();
        assertThat(found(METRIC, Files.readString(DOCS.resolve(page))).map(MatchResult::group))
                .allMatch(name -> name.endsWith("_")
                        ? known.stream().anyMatch(each -> each.startsWith(name))
                        : known.contains(name)
                                || known.contains(OF_HISTOGRAM.matcher(name).replaceFirst("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"operations.md", TROUBLESHOOTING, "assistant.md", "tutorial.md"})
    void event_or_key_that_is_named_exists(String page) throws IOException {
        Set<String> known = keys();
        Stream.of("## Events", "### Of the machinery").forEach(heading -> known.addAll(events(heading)));
        String prose = FENCED.matcher(Files.readString(DOCS.resolve(page))).replaceAll("");
        assertThat(found(CODE, prose)
                        .map(code -> code.group(1))
                        .filter(word -> DOTTED.matcher(word).matches())
                        .filter(word -> !FILE.matcher(word).matches()
                                && !OF_OTHERS.matcher(word).matches())
                        .map(word -> word.replace(".*", "")))
                .isNotEmpty()
                .allMatch(word -> known.contains(word) || known.stream().anyMatch(each -> each.startsWith(word + ".")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"operations.md", TROUBLESHOOTING, "assistant.md", "tutorial.md", "running.md"})
    void call_that_is_named_exists(String page) throws IOException {
        Set<String> paths = new JsonObject(
                        Files.readString(Path.of("src/main/resources/dev/portcullis/http/openapi.json")))
                .getJsonObject("paths")
                .fieldNames();
        assertThat(found(CALL, Files.readString(DOCS.resolve(page))).map(call -> call.group(1)))
                .allMatch(call -> paths.stream()
                        .anyMatch(path -> call.equals(path) || call.matches(path.replaceAll("\\{[^}]+}", "[^/]+"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operations.md",
                TROUBLESHOOTING,
                "assistant.md",
                "tutorial.md",
                "running.md",
                "cluster.md",
                "audit.md"
            })
    void command_that_is_named_exists_with_its_options(String page) throws IOException {
        CommandLine all = Main.commands(Map.of(), config -> 0);
        List<String> wrong = new ArrayList<>();
        found(COMMAND, Files.readString(DOCS.resolve(page))).forEach(command -> {
            CommandLine asked = all;
            boolean named = false;
            for (String word : command.group(1).strip().split("\\s+", -1)) {
                CommandLine sub = asked.getSubcommands().get(word);
                if (sub != null && !word.startsWith("-")) {
                    asked = sub;
                    named = true;
                } else if (word.matches("--?[a-z][a-z-]*")
                        && !asked.getCommandSpec().optionsMap().containsKey(word)) {
                    wrong.add(word + " in: " + command.group());
                }
            }
            if (!named) {
                wrong.add(command.group());
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void each_refusal_of_a_handshake_and_each_close_code_has_its_row_of_the_troubleshooting() throws IOException {
        String handshakes = section("## A handshake is refused");
        assertThat(ProtocolPage.rows("### Refusals of a handshake"))
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(handshakes)
                        .containsPattern("\\| " + refusal.get(1) + " \\| [^|]*" + refusal.get(0)));
        String connections = section("## A connection ends");
        Set<String> codes = new TreeSet<>();
        found(Pattern.compile("(?m)^\\| ([^|]+) \\| "), connections)
                .flatMap(row -> found(NUMBER, row.group(1)).map(MatchResult::group))
                .forEach(codes::add);
        assertThat(codes)
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of(NO_CLOSE),
                                Stream.of(CloseCode.values()).map(close -> String.valueOf(close.code())))
                        .sorted()
                        .distinct()
                        .toList());
    }

    @Test
    void reason_and_detail_of_a_row_of_the_troubleshooting_exist() throws IOException {
        Set<String> reasons = new HashSet<>(Set.of("rate_limited"));
        Stream.of(Reason.values()).forEach(reason -> reasons.add(reason.id()));
        assertThat(firstCells("## A frame is refused")).isNotEmpty().isSubsetOf(reasons);
        assertThat(firstCells("## A token is not accepted"))
                .isNotEmpty()
                .isSubsetOf(Stream.of(TokenDefect.values()).map(TokenDefect::id).toList());
    }

    /** The words in the first cells of a table, without its head. */
    private static List<String> firstCells(String heading) throws IOException {
        return found(Pattern.compile("(?m)^\\| (`[^|]+) \\| "), section(heading))
                .flatMap(row -> found(CODE, row.group(1)).map(code -> code.group(1)))
                .toList();
    }

    private static String section(String heading) throws IOException {
        String page = Files.readString(DOCS.resolve(TROUBLESHOOTING));
        int start = page.indexOf("\n" + heading + "\n");
        assertThat(start).as(heading).isPositive();
        return page.substring(start, page.indexOf("\n## ", start + 1));
    }

    private static Set<String> metrics() throws IOException {
        Set<String> names = new HashSet<>();
        for (String cell : ProtocolPage.column(ProtocolPage.METRICS, 0)) {
            found(METRIC, cell).forEach(name -> names.add(name.group()));
        }
        return names;
    }

    /** Of all pages that the program writes. */
    private static Set<String> keys() throws IOException {
        Set<String> keys = new HashSet<>();
        for (String page : List.of("configuration.md", "advanced.md")) {
            Path file = DOCS.resolve(page);
            if (Files.exists(file)) {
                found(KEY, Files.readString(file))
                        .forEach(key -> keys.add(key.group(1).replace("[]", "")));
            }
        }
        assertThat(keys).hasSizeGreaterThan(50);
        return keys;
    }

    private static List<String> events(String heading) {
        try {
            return ProtocolPage.column(heading, 0).stream()
                    .map(cell -> cell.replace("`", ""))
                    .toList();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList().stream();
    }
}
