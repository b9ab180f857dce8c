package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tarball, unpacked as a stranger unpacks it. */
@Tag("packages")
class TarballIT {
    private static final Pattern READY = Pattern.compile(".* is ready at http://[0-9.]+:(\\d+) .*");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");
    private static final Pattern TIME = Pattern.compile("<project.build.outputTimestamp>([^<]+)<");

    /** The aim of decision 71. */
    private static final long MOST_BYTES = 90L << 20;

    @TempDir
    Path folder;

    @TempDir
    Path printed;

    private Path app;

    @BeforeEach
    void unpack() throws Exception {
        app = Packages.unpackedIn(folder, printed);
    }

    @Test
    void node_where_no_java_is_installed_serves_a_client_and_drains() throws Exception {
        assumeTrue(EmptyRoot.isOffered(), "unshare, or a user namespace, is not offered");
        EmptyRoot root = EmptyRoot.in(folder, printed, app);

        serves(root.command(run("/" + app.getFileName()).toArray(String[]::new)));
    }

    @Test
    void node_that_is_started_by_a_link_from_another_folder_serves_a_client() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("chat"), folder.relativize(app.resolve("bin/portcullis")));
        List<String> command = new ArrayList<>(run(app.toString()));
        command.set(0, link.toString());

        serves(command);
    }

    /** The JVM goes on without a cache that does not fit, unless it is told that it must have it. */
    @Test
    void cache_of_the_training_run_fits_the_unpacked_jar_in_another_folder() throws Exception {
        assumeTrue(Files.exists(app.resolve("lib/portcullis.aot")), "the runtime is of a JDK before 25");
        try (Program version = Program.start(
                printed,
                List.of(app.resolve("bin/portcullis").toString(), "--version"),
                Map.of("PORTCULLIS_JAVA_OPTS", "-XX:AOTMode=on"))) {
            assertThat(version.succeeded()).startsWith("portcullis ");
        }
    }

    /** A runtime does not find itself where it can't decode its own path. */
    @Test
    void program_in_a_folder_beyond_ascii_starts_without_a_locale() throws Exception {
        String moved =
                "to=$1/$(printf '\\303\\274') && mv \"$0\" \"$to\" && exec env -i LC_ALL=C \"$to/bin/portcullis\" --version";
        try (Program version =
                Program.start(printed, List.of("sh", "-c", moved, app.toString(), folder.toString()), Map.of())) {
            assertThat(version.succeeded()).startsWith("portcullis ");
        }
        try (Program back = Program.start(
                printed,
                List.of("sh", "-c", "mv \"$0/$(printf '\\303\\274')\" \"$1\"", folder.toString(), app.toString()),
                Map.of())) {
            back.succeeded(); // a JVM without a locale could not delete it
        }
    }

    @Test
    void file_of_the_tarball_has_the_time_of_the_release_and_can_be_read_by_all() throws Exception {
        Matcher time = TIME.matcher(Files.readString(Path.of("pom.xml")));
        assertThat(time.find()).isTrue();
        try (Stream<Path> files = Files.walk(app)) {
            for (Path file : files.toList()) {
                assertThat(Files.getLastModifiedTime(file))
                        .as("%s", file)
                        .isEqualTo(FileTime.from(Instant.parse(time.group(1))));
                assertThat(permissions(file)).as("%s", file).matches("rwxr-xr-x|rw-r--r--");
            }
        }
        assertThat(app.resolve("LICENSE")).exists();
        assertThat(app.resolve("docs/packages.md")).exists();
        assertThat(app.resolve("data")).doesNotExist();
        assertThat(Packages.tarball().toFile().length()).isLessThan(MOST_BYTES);
    }

    @Test
    void readme_leads_to_pages_of_the_tarball() throws Exception {
        List<String> pages = LINK.matcher(Files.readString(app.resolve("README.md")))
                .results()
                .map(link -> link.group(1))
                .filter(target ->
                        !target.startsWith("http") && !target.startsWith("src/main/")) // sources are not in it
                .toList();

        assertThat(pages)
                .hasSizeGreaterThan(20)
                .allSatisfy(page -> assertThat(app.resolve(page)).exists());
        assertThat(Files.readString(app.resolve("docs/tutorial.md"))).contains("](../README.md#run-it)");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> run(String app) {
        return List.of(
                app + "/bin/portcullis",
                "run",
                "-c",
                app + "/conf/dev.json",
                "--set",
                "http.port=0",
                "--set",
                "admin.port=0",
                "--set",
                "drain.windowMs=0");
    }

    private void serves(List<String> command) throws Exception {
        // Neither the Java of this machine nor its options are those of the node.
        Map<String, String> environment =
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "JAVA_HOME", "", "JAVA_TOOL_OPTIONS", "");
        try (Program node = Program.start(printed, command, environment)) {
            Matcher ready = READY.matcher(node.line(line -> READY.matcher(line).matches(), "the line of a ready node"));
            assertThat(ready.matches()).isTrue();
            URI ws = URI.create("ws://127.0.0.1:" + ready.group(1) + "/ws");
            try (ChatPeer ann = JdkPeer.admitted(ws, DevToken.of("ann").signed())) {
                ann.next("auth_success");
                ann.join("lobby");
                assertThat(ann.say("lobby", "from a tarball", "s1").getString("type"))
                        .isEqualTo("ack");
            }
            node.processes().get(0).destroy();
            assertThat(node.hasSucceeded()).as(node::printed).isTrue();
        }
    }
}
