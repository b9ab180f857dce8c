package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code mvn -Pdist package} has made. */
final class Packages {
    private static final Path TARGET = Path.of(System.getProperty("portcullis.packages", "target"));

    private Packages() {}

    static Path tarball() throws IOException {
        return only("portcullis-*-linux-*.tar.gz", "no tarball: mvn -Pdist package");
    }

    /** The package whose name has this form. Where there is none, the test does not run, for this reason. */
    static Path only(String form, String otherwise) throws IOException {
        try (Stream<Path> made = Files.isDirectory(TARGET) ? Files.list(TARGET) : Stream.empty()) {
            List<Path> packages = made.filter(file -> TARGET.getFileSystem()
                            .getPathMatcher("glob:" + form)
                            .matches(file.getFileName()))
                    .toList();
            assumeTrue(!packages.isEmpty(), otherwise);
            assertThat(packages).hasSize(1);
            return packages.get(0).toAbsolutePath();
        }
    }

    /** Unpacks the tarball as the pages say, and returns the folder of the program. */
    static Path unpackedIn(Path folder, Path printed) throws Exception {
        try (Program tar = Program.startIn(
                folder, printed, List.of("tar", "-xzf", tarball().toString()), Map.of())) {
            tar.succeeded();
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            return unpacked.filter(each -> each.getFileName().toString().startsWith("portcullis-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
