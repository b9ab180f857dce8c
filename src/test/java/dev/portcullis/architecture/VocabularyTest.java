package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each idea has one word, and the word that it had before does not come back: neither in prose nor as a part of an
 * identifier. The words are in {@code retired-words.txt}, which is not searched itself.
 */
class VocabularyTest {
    private static final List<Path> SEARCHED = Stream.of(
                    "src/main/java", "src/main/resources", "src/test/java", "src/docs", "conf", "README.md", "pom.xml")
            .map(Path::of)
            .toList();

    /** It names what things were called in earlier releases. */
    private static final Path CHANGELOG = Path.of("src/docs/CHANGELOG.md");

    /** Texts that contain such a word, with the reason why they may. */
    private static final Map<String, String> ALLOWED =
            Map.of("ALL-UNNAMED", "the JDK's option for code outside of modules");

    private static final Pattern WORD =
            Pattern.compile("\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?\\p{Ll}+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Map<String, String> RETIRED = retired();

    @Test
    void retired_word_occurs_nowhere() throws IOException {
        List<Path> files = files();
        assertThat(files).hasSizeGreaterThan(900);
        assertThat(files.stream().flatMap(VocabularyTest::findings)).isEmpty();
    }

    static Stream<String> words() {
        return RETIRED.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("words")
    void retired_word_is_found_in_prose_and_over_a_line_break(String words) {
        assertThat(found("They say " + words + ", and")).contains("1: " + words);
        assertThat(found("\n * " + words.toUpperCase(Locale.ROOT) + "\n")).contains("2: " + words);
        assertThat(found("x\n    * " + words.replace(" ", "\n     * "))).contains("2: " + words);
    }

    @ParameterizedTest
    @MethodSource("words")
    void retired_word_is_found_as_a_part_of_an_identifier(String word) {
        if (!word.contains(" ")) {
            String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            for (String name : List.of(
                    word + "Of",
                    "no" + capital,
                    "HTTP" + capital + "Test",
                    "MOST_" + word.toUpperCase(Locale.ROOT) + "_MS",
                    "leave_" + word + "_alone",
                    "portcullis." + word + "2")) {
                assertThat(found(name)).as(name).containsExactly("1: " + word);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"codeAfterFrame", "noBody()", "NO_BODY", "sea tap", "List.of(late)", "count_of_late", "ofLate"})
    void letters_of_a_retired_word_within_other_words_are_not_found(String text) {
        assertThat(found(text)).isEmpty();
    }

    @Test
    void allowed_text_still_occurs_and_is_not_found() throws IOException {
        String all =
                String.join("\n", files().stream().map(VocabularyTest::read).toList());
        assertThat(ALLOWED.keySet()).allMatch(all::contains);
        assertThat(ALLOWED.keySet()).allSatisfy(text -> assertThat(found(text)).isEmpty());
    }

    private static Stream<String> findings(Path file) {
        return found(read(file)).stream()
                .map(finding ->
                        file + ":" + finding + " (say: " + RETIRED.get(finding.replaceFirst("\\d+: ", "")) + ")");
    }

    /** The words that are found, each behind the number of its line. */
    private static List<String> found(String text) {
        String searched = text;
        for (String allowed : ALLOWED.keySet()) {
            searched = searched.replace(allowed, "");
        }
        String rest = searched;
        Stream<String> single = WORD.matcher(rest)
                .results()
                .filter(word -> RETIRED.containsKey(lower(word)))
                .map(word -> line(rest, word) + ": " + lower(word));
        Stream<String> phrases = RETIRED.keySet().stream()
                .filter(words -> words.contains(" "))
                .flatMap(words -> phrase(words).matcher(rest).results().map(match -> line(rest, match) + ": " + words));
        return Stream.concat(single, phrases).toList();
    }

    private static String lower(MatchResult word) {
        return word.group().toLowerCase(Locale.ROOT);
    }

    /** Words of prose: between them there is only white space, or the asterisk of the next line of a comment. */
    private static Pattern phrase(String words) {
        return Pattern.compile("\\b" + words.replace(" ", "[\\s*]+") + "\\b", Pattern.CASE_INSENSITIVE);
    }

    private static long line(String text, MatchResult match) {
        return text.substring(0, match.start())
                        .chars()
                        .filter(each -> each == '\n')
                        .count()
                + 1;
    }

    private static List<Path> files() throws IOException {
        Stream<Path> all = Stream.empty();
        for (Path root : SEARCHED) {
            try (Stream<Path> below = Files.walk(root)) {
                all = Stream.concat(
                        all, below.filter(Files::isRegularFile).filter(VocabularyTest::isSearched).toList().stream());
            }
        }
        return all.toList();
    }

    private static boolean isSearched(Path file) {
        return !file.equals(CHANGELOG) && !file.toString().endsWith(".png");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Map<String, String> retired() {
        Map<String, String> retired = new LinkedHashMap<>();
        try (InputStream in = VocabularyTest.class.getResourceAsStream("retired-words.txt")) {
            String text = new String(Optional.ofNullable(in).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] parts = line.split(" -> ", 2);
                Stream.of(parts[0].split(", ")).forEach(words -> retired.put(words, parts[1]));
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return retired;
    }
}
