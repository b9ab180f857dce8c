package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package for Debian: what it installs, and the unit that runs it. */
@Tag("packages")
class DebIT {
    /** Tenths of the exposure that systemd computes: 100 is a service without any protection, 96 the usual one. */
    private static final String MOST_EXPOSURE = "20";

    private static final Map<String, String> SECRETS = Map.of(
            "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
            "JAVA_TOOL_OPTIONS", "",
            "JWT_SECRET", "7b1d0c5e9f3a48e2b6a4c8d2e0f19375",
            "ADMIN_API_KEY", "c1a9e37d5f8b42608e4d7a2b9c6f0e13");

    @TempDir
    Path folder;

    @TempDir
    Path printed;

    private Path deb;

    @BeforeEach
    void find() throws Exception {
        assumeTrue(Program.succeeds("dpkg-deb", "--version"), "dpkg-deb is not on the path");
        deb = Packages.only("portcullis_*.deb", "no package for Debian: mvn -Pdist package");
        succeeds("dpkg-deb", "-x", deb.toString(), folder.toString());
    }

    @Test
    void package_states_what_it_depends_on_and_keeps_the_configuration_of_an_upgrade() throws Exception {
        assertThat(succeeds("dpkg-deb", "--field", deb.toString()))
                .contains("Package: portcullis\n")
                .containsPattern("Depends: libc6 \\(>= 2[.](1[7-9]|[2-9]\\d)\\)(, zlib1g)?, libstdc\\+\\+6 ")
                .doesNotContainPattern("@[A-Z]+@");
        Path control = Files.createDirectory(folder.resolve("control"));
        succeeds("dpkg-deb", "-e", deb.toString(), control.toString());
        assertThat(control.resolve("conffiles")).hasContent("/etc/portcullis/node.json");
    }

    @Test
    void file_of_the_package_belongs_to_root_and_is_written_by_no_other() throws Exception {
        assertThat(succeeds("dpkg-deb", "-c", deb.toString()).lines())
                .hasSizeGreaterThan(50)
                .allMatch(line -> line.matches("([d-]rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root/root .*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postinst", "prerm", "postrm"})
    void script_of_the_package_is_read_by_a_shell(String script) throws Exception {
        Path control = Files.createDirectory(folder.resolve("control"));
        succeeds("dpkg-deb", "-e", deb.toString(), control.toString());
        succeeds("sh", "-n", control.resolve(script).toString());
    }

    /** With the command of the unit, in a root that has the package and the libraries that it depends on. */
    @Test
    void node_of_the_unit_starts_with_the_installed_configuration_and_drains() throws Exception {
        assumeTrue(EmptyRoot.isOffered(), "unshare, or a user namespace, is not offered");
        EmptyRoot root = EmptyRoot.in(folder, printed, folder.resolve("usr/lib/portcullis"));
        root.add(Path.of("/usr/bin/readlink")); // of the essential packages
        Files.createDirectories(folder.resolve("var/lib/portcullis")); // systemd makes it: StateDirectory
        String unit = Files.readString(folder.resolve("usr/lib/systemd/system/portcullis.service"));
        String start = unit.lines()
                .filter(line -> line.startsWith("ExecStart="))
                .map(line -> line.substring("ExecStart=".length()))
                .findFirst()
                .orElseThrow();
        List<String> command =
                root.command((start + " --set http.port=0 --set admin.port=0 --set drain.windowMs=0").split(" ", -1));

        try (Program node = Program.start(printed, command, SECRETS)) {
            assertThat(node.line(line -> line.contains(" is ready at "), "the line of a ready node"))
                    .contains("store: embedded, /var/lib/portcullis/store", "nothing left open");
            assertThat(folder.resolve("var/lib/portcullis/store")).isNotEmptyDirectory();
            node.processes().get(0).destroy();
            assertThat(node.hasSucceeded()).as(node::printed).isTrue();
        }
    }

    @Test
    void unit_is_one_that_systemd_takes_and_finds_closed() throws Exception {
        assumeTrue(Program.succeeds("systemd-analyze", "--version"), "systemd-analyze is not on the path");
        String unit = Files.readString(folder.resolve("usr/lib/systemd/system/portcullis.service"));
        assertThat(unit).contains("ExecStart=/usr/bin/portcullis run");
        Path checked = Files.writeString(
                folder.resolve("portcullis.service"),
                unit.replace("/usr/bin/portcullis", "/bin/true")); // it must exist

        assertThat(succeeds("systemd-analyze", "verify", checked.toString())).isEmpty();
        succeeds("systemd-analyze", "security", "--offline=yes", "--threshold=" + MOST_EXPOSURE, checked.toString());
    }

    private String succeeds(String... command) throws Exception {
        try (Program program = Program.start(printed, List.of(command), Map.of())) {
            return program.succeeded();
        }
    }
}
