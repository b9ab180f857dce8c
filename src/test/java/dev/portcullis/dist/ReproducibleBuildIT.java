package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Anyone can build a commit again and compare: the jar has the same bytes in another folder, in another time zone, in
 * another language, by a user whose files others may not read.
 */
@Tag("faults") // it compiles the server
class ReproducibleBuildIT {
    private static final Path JAR = Path.of(System.getProperty("portcullis.jar", "target/portcullis.jar"));

    /** The profiles that the jar was built with, for a jar of another build. */
    private static final String PROFILES = System.getProperty("portcullis.jar.profiles", "");

    @TempDir
    Path clone;

    @TempDir
    Path printed;

    @Test
    void second_build_of_a_commit_has_the_same_bytes() throws Exception {
        assumeTrue(Program.succeeds("mvn", "-v"), "mvn is not on the path");
        for (String part : List.of("pom.xml", "src", ".mvn")) {
            Files.createSymbolicLink(clone.resolve(part), Path.of(part).toAbsolutePath());
        }
        String build = "umask 077; mvn -q -B %s -Dmaven.test.skip package"
                .formatted(PROFILES.isEmpty() ? "" : "-P" + PROFILES);

        try (Program maven = Program.startIn(
                clone,
                printed,
                List.of("bash", "-c", build),
                Map.of("TZ", "Pacific/Auckland", "LC_ALL", "C", "JAVA_TOOL_OPTIONS", "-Duser.language=tr"))) {
            maven.succeeded();
        }

        Path again = clone.resolve(Path.of("").toAbsolutePath().relativize(JAR.toAbsolutePath()));
        assertThat(checksums(again)).isEqualTo(checksums(JAR));
        assertThat(Files.mismatch(again, JAR)).as("first byte that differs").isEqualTo(-1);
    }

    /** A difference of these says which file it is. */
    private static Map<String, Long> checksums(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc, (one, other) -> one, TreeMap::new));
        }
    }
}
