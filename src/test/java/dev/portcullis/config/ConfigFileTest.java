package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String FILE = "{\"http\": {\"port\": 80}, \"key\": \"hunter2\", \"names\": [\"a\"]}";

    @TempDir
    Path folder;

    record Sample(int port, Optional<Secret> key, List<String> names) {
        static Sample read(Section root) {
            return new Sample(
                    root.section("http").integer("port", 8080, 0, 65_535, "the port"),
                    root.secret("key", "the key"),
                    root.texts("names", List.of(), Pattern.compile("[a-z]+"), "the names"));
        }
    }

    @Test
    void valid_file_gives_its_record_and_its_settings() throws IOException {
        Loaded<Sample> loaded = load(FILE);
        assertThat(valid(loaded)).isEqualTo(new Sample(80, Optional.of(new Secret("hunter2")), List.of("a")));
        assertThat(loaded.<List<Setting>>fold(Loaded.Valid::settings, invalid -> List.of()))
                .extracting(Setting::path)
                .containsExactly("http.port", "key", "names");
    }

    @Test
    void all_mistakes_are_reported_at_once() throws IOException {
        assertThat(problems(
                        load("{\"http\": {\"port\": -1}, \"nmaes\": [], \"names\": [\"A\"]}", "http.port.x=1", "x")))
                .containsExactly(
                        "http.port: is a number, so --set http.port.x leads nowhere; set the whole value",
                        "--set number 2: names no key; write --set path=value, such as --set http.port=8081",
                        "http.port: is -1; a whole number from 0 to 65535 is needed",
                        "names[0]: is \"A\"; a text of the form [a-z]+ is needed",
                        "nmaes: is not known; did you mean names?");
    }

    @Test
    void override_replaces_the_value_of_the_file_and_the_last_one_wins() throws IOException {
        assertThat(valid(load(FILE, "http.port=81", "http.port=82")).port()).isEqualTo(82);
    }

    @Test
    void override_creates_missing_objects_of_its_path() throws IOException {
        assertThat(valid(load("{}", "http.port=82")).port()).isEqualTo(82);
        assertThat(valid(load("{\"http\": null}", "http.port=82")).port()).isEqualTo(82);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "key=word -> word",
                "key=\"12\" -> 12",
                "key=a=b -> a=b",
                "key=1 2 -> 1 2",
                "key=// -> //",
                "key=[unclosed -> [unclosed",
                "key={\"$env\": \"NAME\"} -> from outside",
            })
    void value_of_an_override_is_json_or_else_text(String override, String expected) throws IOException {
        assertThat(valid(load(FILE, override)).key().map(Secret::reveal)).contains(expected);
    }

    @Test
    void override_may_be_a_list_or_remove_a_key() throws IOException {
        assertThat(valid(load(FILE, "names=[\"x\", \"y\"]")).names()).containsExactly("x", "y");
        assertThat(valid(load(FILE, "key=null")).key()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "names.0=b, 'names: is a list, so --set names.0 leads nowhere; set the whole value'",
        "key.x.y=b, 'key: is a text, so --set key.x.y leads nowhere; set the whole value'",
        "=b, '--set number 1: names no key; write --set path=value, such as --set http.port=8081'",
        "http..port=b, '--set number 1: names no key; write --set path=value, such as --set http.port=8081'",
        "hunter2, '--set number 1: names no key; write --set path=value, such as --set http.port=8081'",
        "http.prot=1, 'http.prot: is not known; did you mean port?'",
    })
    void override_of_an_invalid_path_is_a_problem_without_its_value(String override, String problem)
            throws IOException {
        assertThat(problems(load(FILE, override))).containsExactly(problem);
    }

    @Test
    void malformed_file_is_one_problem_with_line_and_column() throws IOException {
        assertThat(problems(load("{\n  \"key\": \"hunter2\"\n  \"names\": []\n}")))
                .singleElement()
                .asString()
                .contains("file.json: is not JSON, at line 3, column 3;")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"[], is not a JSON object", "null, is not a JSON object", "'', 'is empty, at line 1, column 1'"})
    void file_that_is_no_object_is_refused(String text, String what) throws IOException {
        assertThat(problems(load(text))).singleElement().asString().contains("file.json: " + what);
    }

    @Test
    void unreadable_file_is_one_problem() throws IOException {
        Path latin = Files.write(folder.resolve("latin"), "{\"\u00e4\": 1}".getBytes(StandardCharsets.ISO_8859_1));
        Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
        assertThat(problems(loadFrom(folder.resolve("nowhere"))))
                .singleElement()
                .asString()
                .contains("does not exist");
        assertThat(problems(loadFrom(folder))).singleElement().asString().contains("can't be read");
        assertThat(problems(loadFrom(latin))).singleElement().asString().contains("is not UTF-8");
        assertThat(problems(loadFrom(large))).singleElement().asString().contains("larger than 1048576 bytes");
    }

    @Test
    void byte_order_mark_is_ignored() throws IOException {
        assertThat(valid(load("\uFEFF" + FILE)).port()).isEqualTo(80);
    }

    /** Any content gives a result, no exception, and never quotes the secret. */
    @Test
    void damaged_file_gives_problems_that_never_quote_the_secret() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String whole =
                "{\"http\": {\"port\": 80}, /* x */ \"key\": \"hunter2\", \"names\": [\"a\", {\"$env\": \"NAME\"}]}";
        for (int i = 0; i < 1_000; i++) {
            String damaged = damage(whole, random);
            List<String> lines = problems(load(damaged));
            assertThat(lines)
                    .as("seed %d, round %d: %s", seed, i, damaged)
                    .noneMatch(line -> line.contains("hunter2") || line.contains("\n"));
        }
    }

    /** Cuts, doubles or overwrites one part of the text. */
    private static String damage(String text, Random random) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + 1 + random.nextInt(4));
        String middle = switch (random.nextInt(3)) {
            case 0 -> "";
            case 1 -> text.substring(from, to).repeat(2);
            default ->
                random.ints(to - from, 0, 8)
                        .mapToObj(each -> "{}[],:\"9".substring(each, each + 1))
                        .collect(Collectors.joining());
        };
        return text.substring(0, from) + middle + text.substring(to);
    }

    private Loaded<Sample> load(String text, String... overrides) throws IOException {
        return loadFrom(Files.writeString(folder.resolve("file.json"), text), overrides);
    }

    private static Loaded<Sample> loadFrom(Path file, String... overrides) {
        return ConfigFile.load(file, List.of(overrides), Map.of("NAME", "from outside"), Sample::read);
    }

    private static Sample valid(Loaded<Sample> loaded) {
        return loaded.fold(Loaded.Valid::value, invalid -> {
            throw new AssertionError(invalid.problems());
        });
    }

    private static List<String> problems(Loaded<Sample> loaded) {
        return loaded.fold(
                valid -> List.of(),
                invalid -> invalid.problems().stream().map(Problem::toString).toList());
    }
}
