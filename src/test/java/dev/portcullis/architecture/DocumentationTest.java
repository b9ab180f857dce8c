package dev.portcullis.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links, files and classes that the pages name exist. */
class DocumentationTest {
    private static final Path DOCS = Path.of("src/docs");
    private static final Path README = Path.of("README.md");
    private static final Path ARCHITECTURE = DOCS.resolve("architecture.md");
    private static final Path CONTRIBUTING = DOCS.resolve("CONTRIBUTING.md");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CLASS = Pattern.compile("[A-Z][a-z]+(?:[A-Z][a-z]+)+");
    private static final Pattern FILE = Pattern.compile("(?:src|conf|\\.ci)/[\\w./-]+");
    private static final Pattern STEP = Pattern.compile("\\d+\\. \\[(\\w+)\\]\\((\\S+)\\) .*");

    @Test
    void relative_link_of_a_page_leads_to_a_file() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult link : found(LINK, CODE.matcher(prose(page)).replaceAll(""))) {
                String target = link.group(2);
                if (!ELSEWHERE.matcher(target).matches() && !leadsSomewhere(page, target)) {
                    broken.add(page + ": " + target);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void file_that_is_named_to_contributors_exists() throws IOException {
        assertThat(found(CODE, prose(CONTRIBUTING)))
                .extracting(code -> code.group(1))
                .filteredOn(code -> FILE.matcher(code).matches())
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    @Test
    void link_with_the_name_of_a_class_leads_to_that_class() throws IOException {
        for (Path page : List.of(ARCHITECTURE, CONTRIBUTING)) {
            assertThat(found(LINK, prose(page)))
                    .filteredOn(link -> link.group(2).endsWith(".java"))
                    .hasSizeGreaterThan(20)
                    .allSatisfy(link -> assertThat(link.group(2))
                            .endsWith("/" + link.group(1).replaceFirst("\\.java$", "") + ".java"));
        }
    }

    @Test
    void class_that_is_named_in_the_architecture_exists() throws IOException {
        Set<String> classes = classes();
        assertThat(found(CODE, prose(ARCHITECTURE)))
                .extracting(code -> code.group(1))
                .filteredOn(code -> CLASS.matcher(code).matches())
                .isNotEmpty()
                .isSubsetOf(classes);
    }

    /** Keeps the paths short enough to read in one sitting. */
    @ParameterizedTest
    @CsvSource({
        "The path of a frame,14",
        "The path of a handshake,12",
        "The path of a login,8",
        "The path of a resume,9"
    })
    void path_of_the_architecture_names_few_classes_each_once(String heading, int most) throws IOException {
        List<String> steps = section(ARCHITECTURE, "## " + heading)
                .filter(line -> line.matches("\\d+\\. .*"))
                .toList();

        assertThat(steps)
                .hasSizeBetween(5, most)
                .allMatch(step -> STEP.matcher(step).matches());
        assertThat(steps)
                .extracting(step -> step.replaceAll(STEP.pattern(), "$1"))
                .doesNotHaveDuplicates();
    }

    @Test
    void packages_of_the_architecture_are_those_of_the_source() throws IOException {
        Set<String> named = section(ARCHITECTURE, "## Where things are")
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split(" \\| ", 2)[0])
                .flatMap(cell -> found(CODE, cell).stream().map(code -> code.group(1)))
                .filter(name -> !name.startsWith("src/"))
                .collect(toSet());

        assertThat(named).isEqualTo(packages());
    }

    private static boolean leadsSomewhere(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty()
                ? page
                : (page.getParent() == null ? Path.of("") : page.getParent())
                        .resolve(parts[0])
                        .normalize();
        boolean anchored = parts.length == 2 && file.toString().endsWith(".md");
        return Files.exists(file) && (!anchored || anchors(file).contains(parts[1]));
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return prose(page)
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(toSet());
    }

    private static Stream<String> section(Path page, String heading) throws IOException {
        List<String> lines = prose(page).lines().toList();
        assertThat(lines).contains(heading);
        return lines.stream().skip(lines.indexOf(heading) + 1L).takeWhile(line -> !line.startsWith("## "));
    }

    /** What stands in a block of code is no link. */
    private static String prose(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            return Stream.concat(
                            Stream.of(README),
                            files.filter(file -> file.toString().endsWith(".md")))
                    .toList();
        }
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(toSet());
        }
    }

    private static Set<String> packages() throws IOException {
        Path root = Path.of("src/main/java/dev/portcullis");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> root.relativize(file.getParent()).toString().replace('\\', '/'))
                    .collect(toSet());
        }
    }
}
