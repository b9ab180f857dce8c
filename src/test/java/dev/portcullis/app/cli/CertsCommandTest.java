package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.app.Main;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertsCommandTest {
    private static final String AUTHORITY = "_authority";
    private static final String CA = "cluster-ca.pem";
    private static final String CA_KEY = "cluster-ca-key.pem";

    @TempDir
    private static Path shared;

    private static Path cluster;
    private static String printed;

    @TempDir
    private Path folder;

    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @BeforeAll
    static void make() {
        cluster = shared.resolve("cluster/tls");
        Terminal first = Terminal.of(Main.commands(Map.of(), config -> 0));
        assertThat(first.run("certs", cluster.toString(), "--nodes", "Node-1,10.0.0.2,fd00::3,node-1"))
                .isZero();
        assertThat(first.errors()).isEmpty();
        printed = first.printed();
    }

    @ParameterizedTest
    @CsvSource({"node-1, 2, node-1", "10.0.0.2, 7, 10.0.0.2", "fd00::3, 7, fd00:0:0:0:0:0:0:3"})
    void certificate_of_a_node_is_signed_by_the_authority_for_both_ends_of_tls(String node, int kind, String name)
            throws Exception {
        X509Certificate certificate = certificate(cluster.resolve(node).resolve("node.pem"));
        certificate.verify(certificate(cluster.resolve(AUTHORITY).resolve(CA)).getPublicKey());
        assertThat(certificate.getBasicConstraints()).as("is no authority").isEqualTo(-1);
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(kind, name));
        assertThat(certificate.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(pem(cluster.resolve(node).resolve("node.pem"))
                        .problemWith(pem(cluster.resolve(node).resolve("node-key.pem"))))
                .isEmpty();
        assertThat(daysUntil(certificate)).isBetween(364L, 365L);
        assertThat(certificate.getNotBefore().toInstant())
                .isBefore(Instant.now().minus(Duration.ofMinutes(50)));
    }

    @Test
    void authority_signs_itself_and_no_further_authority() throws Exception {
        X509Certificate authority = certificate(cluster.resolve(AUTHORITY).resolve(CA));
        authority.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints())
                .as("length of a path below it")
                .isZero();
        assertThat(daysUntil(authority)).isBetween(3_649L, 3_650L);
        assertThat(Files.readString(cluster.resolve("node-1").resolve(CA)))
                .isEqualTo(Files.readString(cluster.resolve(AUTHORITY).resolve(CA)));
    }

    /** Who reads the authority's key can make a node (CWE-732). */
    @Test
    void keys_are_for_their_owner_alone() throws IOException {
        assumeTrue(cluster.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Map<String, String> rights = new TreeMap<>();
        try (Stream<Path> files = Files.walk(cluster)) {
            for (Path file : files.toList()) {
                rights.put(
                        cluster.relativize(file).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        assertThat(rights)
                .hasSize(16)
                .containsEntry("", "rwx------")
                .containsEntry("node-1", "rwx------")
                .containsEntry("node-1/node.pem", "rw-r--r--")
                .containsEntry("_authority", "rwx------")
                .allSatisfy((file, right) -> {
                    if (file.endsWith("key.pem")) {
                        assertThat(right).as(file).isEqualTo("rw-------");
                    }
                });
    }

    @Test
    void output_says_what_goes_where_and_has_no_key() throws IOException {
        assertThat(printed)
                .contains("node-1: " + cluster.resolve("node-1") + ", valid until ")
                .contains(
                        "\"certificate\": \"tls/node.pem\", \"key\": \"tls/node-key.pem\", \"ca\": \"tls/cluster-ca.pem\"")
                .contains("Keep " + cluster.resolve(AUTHORITY).resolve(CA_KEY) + " offline");
        for (String line :
                Files.readAllLines(cluster.resolve(AUTHORITY).resolve(CA_KEY)).subList(1, 3)) {
            assertThat(printed).doesNotContain(line);
        }
    }

    @Test
    void second_run_adds_a_node_under_the_same_authority_and_replaces_no_file() throws Exception {
        made("a");
        Map<String, String> before = texts();
        assertThat(terminal.run("certs", folder.toString(), "--nodes", "b,a")).isEqualTo(1);
        assertThat(terminal.errors().lines())
                .containsExactly(folder.resolve("a")
                        + " exists, and is not overwritten; --renew gives that node a new certificate");
        assertThat(texts()).isEqualTo(before);
        assertThat(terminal.run("certs", folder.toString(), "--nodes", "b", "--days", "20"))
                .isZero();
        assertThat(texts()).containsAllEntriesOf(before).hasSize(before.size() + 3);
        X509Certificate added = certificate(folder.resolve("b/node.pem"));
        added.verify(certificate(folder.resolve(AUTHORITY).resolve(CA)).getPublicKey());
        assertThat(daysUntil(added)).isBetween(19L, 20L);
    }

    @Test
    void renewal_replaces_key_and_certificate_of_one_node_alone_with_an_authority_from_elsewhere() throws Exception {
        made("a,b");
        Path away = Files.move(folder.resolve(AUTHORITY), shared.resolve("medium"));
        Map<String, String> before = texts();
        assertThat(terminal.run("certs", folder.toString(), "--renew", "a")).isEqualTo(1);
        assertThat(terminal.errors()).contains("the key of the authority is not in", "--authority");
        assertThat(texts()).isEqualTo(before);
        assertThat(terminal.run("certs", folder.toString(), "--renew", "a", "--authority", away.toString()))
                .isZero();
        Map<String, String> after = texts();
        assertThat(after).hasSameSizeAs(before);
        after.forEach((file, text) -> assertThat(text.equals(before.get(file)))
                .as(file + " is as before")
                .isEqualTo(!List.of("a/node.pem", "a/node-key.pem").contains(file)));
        certificate(folder.resolve("a/node.pem"))
                .verify(certificate(away.resolve(CA)).getPublicKey());
        assertThat(pem(folder.resolve("a/node.pem")).problemWith(pem(folder.resolve("a/node-key.pem"))))
                .isEmpty();
    }

    @Test
    void certificate_does_not_outlive_its_authority() throws Exception {
        assertThat(terminal.run("certs", folder.toString(), "--nodes", "a", "--days", "30", "--authority-days", "29"))
                .isEqualTo(1);
        assertThat(terminal.errors()).startsWith("the authority in ").contains("give --days fewer");
        assertThat(folder).isEmptyDirectory();
        assertThat(terminal.run("certs", folder.toString(), "--nodes", "a", "--days", "30", "--authority-days", "30"))
                .isZero();
    }

    @Test
    void key_of_another_authority_signs_nothing() throws Exception {
        made("a");
        Files.copy(
                cluster.resolve(AUTHORITY).resolve(CA_KEY),
                folder.resolve(AUTHORITY).resolve(CA_KEY),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(terminal.run("certs", folder.toString(), "--nodes", "b")).isEqualTo(1);
        assertThat(terminal.errors()).contains("can't sign: the key belongs to another certificate");
        assertThat(folder.resolve("b")).doesNotExist();
    }

    /** Who may write there can put another authority in place of the one that is made. */
    @Test
    void folder_to_which_everybody_can_write_gets_no_authority() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(terminal.run("certs", folder.toString(), "--nodes", "a", "--authority", open.toString()))
                .isEqualTo(1);
        assertThat(terminal.errors()).contains("every user can write to " + open);
        assertThat(open).isEmptyDirectory();
    }

    @Test
    void node_without_a_certificate_is_not_renewed() throws Exception {
        assertThat(terminal.run("certs", folder.toString(), "--renew", "a")).isEqualTo(1);
        assertThat(terminal.errors()).contains("there is no ", "--nodes makes the certificate of a further node");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes ../a | '../a' is not the name of a host",
                "--nodes a/b | is not the name of a host",
                "--nodes _authority | is not the name of a host",
                "--nodes a,,b | is not the name of a host",
                "--nodes a- | is not the name of a host",
                "--nodes a..b | is not the name of a host",
                "--nodes 1:2 | is not the name of a host",
                "--nodes a,CN=b | is not the name of a host",
                "--nodes 0177.0.0.1 | is not the name of a host",
                "--nodes 1.2.3 | is not the name of a host",
                "--nodes node.7 | is not the name of a host",
                "--nodes a --days 0 | --days: is 0; a number from 1 to 3650 is needed",
                "--nodes a --authority-days 9126 | --authority-days: is 9126; a number from 1 to 9125 is needed",
                "--nodes a --renew a | mutually exclusive",
                "--days 3 | Missing required argument"
            })
    void wrong_arguments_are_refused_and_nothing_is_made(String options, String message) {
        List<String> words = Stream.concat(Stream.of("certs", folder.toString()), Stream.of(options.split(" ", -1)))
                .toList();
        assertThat(terminal.run(words.toArray(String[]::new))).isEqualTo(2);
        assertThat(terminal.errors()).contains(message);
        assertThat(folder).isEmptyDirectory();
    }

    private void made(String nodes) {
        assertThat(terminal.run("certs", folder.toString(), "--nodes", nodes)).isZero();
    }

    /** Each file below the folder with its text. */
    private Map<String, String> texts() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    private static long daysUntil(X509Certificate certificate) {
        return Duration.between(Instant.now(), certificate.getNotAfter().toInstant())
                .toDays();
    }

    private static Pem pem(Path file) {
        return new Pem(new Secret(file.toString()));
    }

    private static X509Certificate certificate(Path file) throws Exception {
        return (X509Certificate) Certificates.in(Files.readString(file)).get(0);
    }
}
