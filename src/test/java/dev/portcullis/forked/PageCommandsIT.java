package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of pages that need no node, as they stand there, in a folder that looks like a clone that was built. */
class PageCommandsIT {
    private static final Path PAGES = Path.of("src/docs");
    private static final Pattern MARKED = Pattern.compile("<!-- run -->\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    Path folder;

    /** @param page where it stands */
    record Block(String page, String commands) {
        @Override
        public String toString() {
            return page + ": " + commands.lines().findFirst().orElse("");
        }
    }

    @ParameterizedTest
    @MethodSource
    void block_with_a_marker_runs_as_it_stands(Block block) throws Exception {
        assumeTrue(Program.succeeds("openssl", "version"), "openssl is not installed");
        for (String part : List.of("target", "conf", "src")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
        Path printed = folder.resolve("printed.txt");
        Process shell = new ProcessBuilder("bash", "-euo", "pipefail", "-O", "expand_aliases", "-c", block.commands())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.exitValue()).as(() -> read(printed)).isZero();
        } finally {
            shell.destroyForcibly();
        }
    }

    static List<Block> block_with_a_marker_runs_as_it_stands() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            List<Block> blocks = pages.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(page -> MARKED.matcher(read(page))
                            .results()
                            .map(found -> new Block(page.getFileName().toString(), found.group(1))))
                    .toList();
            assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
            return blocks;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
