package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the Dockerfile, in a root as that of its image, where there need be no Docker. */
@Tag("packages")
class DockerfileIT {
    private static final Pattern OPERATORS = Pattern.compile(".* is ready at .* operators: (http://[0-9.]+:\\d+) .*");
    private static final Map<String, String> SECRETS = Map.of(
            "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
            "JAVA_TOOL_OPTIONS", "",
            "JWT_SECRET", "7b1d0c5e9f3a48e2b6a4c8d2e0f19375",
            "ADMIN_API_KEY", "c1a9e37d5f8b42608e4d7a2b9c6f0e13");

    /** Those of the image for programs in C and C++. */
    private static final Pattern LIBRARY_OF_THE_IMAGE =
            Pattern.compile("(ld-linux-.*|lib(c|m|dl|rt|pthread|gcc_s|stdc\\+\\+))\\.so\\.\\d+");

    @TempDir
    Path unpacked;

    @TempDir
    Path image;

    @TempDir
    Path printed;

    private Dockerfile dockerfile;
    private EmptyRoot root;

    @BeforeEach
    void build() throws Exception {
        assumeTrue(EmptyRoot.isOffered(), "unshare, or a user namespace, is not offered");
        dockerfile = Dockerfile.read();
        Packages.unpackedIn(unpacked, printed);
        try (Stream<Path> files = Files.walk(unpacked)) {
            assumeTrue(
                    files.anyMatch(file -> file.endsWith("lib/portcullis.aot")),
                    "the image is made of a tarball whose runtime is of JDK 25");
        }
        for (String run : dockerfile.run()) {
            succeeds("sh", "-c", run.replace(" /", " " + unpacked + "/"));
        }
        for (Dockerfile.Copied each : dockerfile.copied()) {
            Path to = image.resolve(each.to().substring(1));
            Files.createDirectories(to.getParent());
            Files.move(unpacked.resolve(each.from().substring(1)), to);
        }
        root = EmptyRoot.in(image, printed, image.resolve("opt/portcullis"));
        Files.delete(image.resolve("bin/sh"));
        Files.createDirectories(image.resolve("etc/portcullis"));
        Files.writeString(
                image.resolve("etc/portcullis/node.json"),
                Files.readString(Path.of("conf/node.json")).replace("../data/", "/var/lib/portcullis/"));
    }

    @Test
    void program_needs_no_library_that_the_image_does_not_have() throws Exception {
        try (Stream<Path> files = Files.walk(image)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(image.resolve("opt")))
                            .map(file -> file.getFileName().toString())
                            .filter(name -> name.contains(".so")))
                    .isNotEmpty()
                    .allMatch(name -> LIBRARY_OF_THE_IMAGE.matcher(name).matches());
        }
    }

    @Test
    void node_of_the_image_is_healthy_on_a_root_that_can_not_be_written_to_and_drains() throws Exception {
        List<String> command = new ArrayList<>(dockerfile.words("ENTRYPOINT"));
        command.addAll(dockerfile.words("CMD"));
        command.addAll(List.of("--set", "http.port=0", "--set", "admin.port=0", "--set", "drain.windowMs=0"));

        try (Program node = Program.start(printed, root.readOnly("var/lib/portcullis", command), SECRETS)) {
            Matcher ready =
                    OPERATORS.matcher(node.line(line -> OPERATORS.matcher(line).matches(), "the line of a ready node"));
            assertThat(ready.matches()).isTrue();
            assertThat(image.resolve("var/lib/portcullis/store")).isNotEmptyDirectory();
            assertThat(image.resolve("tmp")).isEmptyDirectory();
            assertThat(health(ready.group(1)).hasSucceeded()).isTrue();
            node.processes().get(0).destroy();
            assertThat(node.hasSucceeded()).as(node::printed).isTrue();
            assertThat(health(ready.group(1)).hasSucceeded()).isFalse();
        }
    }

    /** Those of JDK_JAVA_OPTIONS come before the flags of the image, and lose. */
    @Test
    void flag_of_the_variable_that_the_pages_name_wins_over_those_of_the_image() throws Exception {
        List<String> command = new ArrayList<>(dockerfile.words("ENTRYPOINT"));
        command.add("--version");
        Map<String, String> environment = new HashMap<>(SECRETS);
        environment.put("_JAVA_OPTIONS", "-XX:MaxRAMPercentage=55 -XX:+PrintFlagsFinal");
        assertThat(dockerfile.text()).contains("go in _JAVA_OPTIONS");
        try (Program flags = Program.start(printed, root.readOnly("var/lib/portcullis", command), environment)) {
            assertThat(flags.succeeded()).containsPattern(" MaxRAMPercentage += 55[.]0");
        }
    }

    private Program health(String operators) {
        List<String> command = new ArrayList<>(dockerfile.words("HEALTHCHECK"));
        command.add(operators + "/health/ready");
        return Program.start(printed, root.readOnly("var/lib/portcullis", command), SECRETS);
    }

    private void succeeds(String... command) throws Exception {
        try (Program program = Program.start(printed, List.of(command), Map.of())) {
            program.succeeded();
        }
    }
}
