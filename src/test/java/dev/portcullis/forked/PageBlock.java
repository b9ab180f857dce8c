package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A shell block of a page below a marker, such as {@code <!-- run -->}. */
record PageBlock(String page, String commands) {
    private static final Path PAGES = Path.of("src/docs");
    private static final int PATIENCE_SECONDS = 180;

    /** In the order of the pages and of the blocks there. */
    static List<PageBlock> marked(String marker) {
        Pattern block = Pattern.compile("<!-- " + marker + " -->\n```sh\n(.*?)```", Pattern.DOTALL);
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(page -> block.matcher(read(page))
                            .results()
                            .map((MatchResult found) ->
                                    new PageBlock(page.getFileName().toString(), found.group(1))))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Each command has to succeed, and each call of curl to get an answer below 400; 503 asks to be called again. */
    void succeeds(Path folder, Map<String, String> environment) throws Exception {
        Path strict = Files.writeString(
                folder.resolve("strict.sh"),
                "curl() { command curl --no-progress-meter --fail-with-body --retry 5 \"$@\"; }\n");
        Path printed = folder.resolve("printed.txt");
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-O", "expand_aliases", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        shell.environment().putAll(environment);
        shell.environment().put("BASH_ENV", strict.toString());
        Process process = shell.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(() -> read(printed))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> read(printed)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return page + ": " + commands.lines().findFirst().orElse("");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
