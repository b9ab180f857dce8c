package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.SelfSigned;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitCommandTest {
    private static final String SERVER = "server\nhttps://chat.example.com\nsecret\nproxy 127.0.0.1\ndata\n";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void install() throws IOException {
        file = folder.resolve("node.json");
        Path tls = Files.createDirectory(folder.resolve("tls"));
        for (String name : List.of("node.pem", "cluster-ca.pem", "chain.pem")) {
            Files.copy(SelfSigned.any().certificate(), tls.resolve(name));
        }
        for (String name : List.of("node-key.pem", "key.pem")) {
            Files.copy(SelfSigned.any().key(), tls.resolve(name));
        }
    }

    /** A line of answers, the keys of what is left open by them, and whether a token can be made. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "try;;;; | tls.required,origin.missing,http.pages,rooms.public | true",
                "try;http://localhost:3000;accounts;here | tls.required,origin.missing,http.pages,rooms.public | false",
                "server;https://chat.example.com;secret;proxy 127.0.0.1;data | '' | true",
                ";https://chat.example.com;;; | '' | true",
                "server;https://*.example.com;accounts;proxy 10.0.0.0/24, 10.1.0.7;srv | '' | false",
                "server;https://chat.example.com;https://id.example.com/keys;tls/chain.pem,tls/key.pem;data | '' | false",
                "cluster 10.0.0.1, 10.0.0.2;https://chat.example.com;secret;proxy 10.0.0.9;"
                        + "rediss://u:pw-9@redis:6379 | cluster.trustedNetwork | true",
                "cluster ::1,node-2;https://chat.example.com;secret;proxy 127.0.0.1;rediss://redis"
                        + " | cluster.trustedNetwork | true",
                "cluster fd00::1,fd00::2;https://chat.example.com;accounts;tls/chain.pem,tls/key.pem;"
                        + "rediss://redis | cluster.trustedNetwork | false"
            })
    void answers_give_a_file_that_is_accepted_and_leaves_open_only_what_they_say(
            String answers, String open, boolean signs) {
        Terminal terminal = typed(answers.replace(';', '\n') + "\n");
        assertThat(terminal.run("init", file.toString()))
                .as(terminal.printed() + terminal.errors())
                .isZero();
        assertThat(terminal.printed()).contains("portcullis run -c " + file);
        assertThat(terminal.printed().contains("portcullis token -c " + file)).isEqualTo(signs);
        assertThat(String.join(
                        ",",
                        ExposureWarnings.of(load()).openings().stream()
                                .map(ExposureWarnings.Opening::key)
                                .toList()))
                .isEqualTo(open);
    }

    @Test
    void answers_are_what_the_file_says() {
        typed("cluster 10.0.0.1,10.0.0.2\nhttps://a.example\nhttps://id.example.com/keys\nproxy 10.0.0.9\nrediss://r\n")
                .run("init", file.toString());
        NodeConfig config = load();
        assertThat(config.dev()).isFalse();
        assertThat(config.cluster().host()).isEqualTo("10.0.0.1");
        assertThat(config.cluster().members())
                .extracting(Object::toString)
                .containsExactly("10.0.0.1:5701", "10.0.0.2:5701");
        assertThat(config.http().trustedProxies()).extracting(Object::toString).containsExactly("10.0.0.9");
        assertThat(config.publicListener().host()).isEqualTo("0.0.0.0");
        assertThat(config.http().health()).as("a load balancer asks").isTrue();
        assertThat(config.origin().allowed())
                .extracting(Object::toString)
                .asString()
                .contains("a.example");
        assertThat(config.auth().tokens().issuers())
                .singleElement()
                .satisfies(issuer -> assertThat(issuer.secret()).isEmpty());
        assertThat(config.usesRedis()).isTrue();
    }

    /** Who reads the terminal, or the configuration, learns no secret (CWE-532). */
    @Test
    void secrets_are_in_files_for_their_owner_alone_and_nowhere_else() throws IOException {
        Terminal terminal = typed(
                "cluster 10.0.0.1,10.0.0.2\nhttps://a.example\nsecret\nproxy 10.0.0.9\nrediss://u:hidden-pw@redis\n");
        assertThat(terminal.run("init", file.toString())).isZero();
        for (String name : List.of("token", "admin", "redis")) {
            Path secret = folder.resolve("secrets").resolve(name);
            String text = Files.readString(secret).strip();
            assertThat(text).hasSizeGreaterThan(20);
            assertThat(terminal.printed() + terminal.errors()).doesNotContain(text);
            assertThat(Files.readString(file)).doesNotContain(text).contains("secrets/" + name);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                        .isEqualTo("rw-------");
            }
        }
        assertThat(Files.readString(folder.resolve("secrets/redis"))).contains("hidden-pw");
        assertThat(folder.resolve("secrets/accounts")).doesNotExist();
    }

    /** A backend may take the bytes of the file as they are, and the node leaves out white space at the end. */
    @Test
    void secret_ends_without_a_line_break() throws IOException {
        typed(SERVER).run("init", file.toString());
        assertThat(Files.readString(folder.resolve("secrets/token")))
                .isNotEmpty()
                .doesNotContainAnyWhitespaces();
    }

    @Test
    void two_runs_make_different_secrets() throws IOException {
        typed(SERVER).run("init", file.toString());
        Path other = Files.createDirectory(folder.resolve("other"));
        typed(SERVER).run("init", other.resolve("node.json").toString());
        assertThat(Files.readString(other.resolve("secrets/token")))
                .isNotEqualTo(Files.readString(folder.resolve("secrets/token")));
    }

    /** Good answers, of which one comes after a wrong one; and the reason that is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | toy | one of try, server and cluster is needed",
                "0 | cluster | write the nodes' addresses behind it, without ports",
                "0 | cluster 10.0.0.1:5701,10.0.0.2:5701 | write the nodes' addresses behind it, without ports",
                "0 | cluster 0.0.0.0,10.0.0.2 | cluster.host: means every address",
                "1 | chat.example.com | origin.allowed[0]: is no origin; write scheme://host",
                "1 | | there is no default: an answer is needed",
                "2 | our backend | auth.issuers[0].jwks: is no URL that keys are read from",
                "2 | http://id.example.com/keys | auth.issuers[0].jwks: is no URL",
                "3 | yes | write 'proxy' and its addresses, or the paths of certificate and key",
                "3 | proxy here | http.trustedProxies[0]: ",
                "3 | tls/none.pem,tls/key.pem | does not exist",
                "3 | tls/key.pem,tls/chain.pem | tls.certificate: the file ",
                "4 | node.json.d/../tls/chain.pem | store.path: is "
            })
    void wrong_answer_is_told_why_and_asked_again(int question, String wrong, String reason) {
        List<String> good = List.of(SERVER.split("\n", -1));
        String lines = Stream.of(
                        good.subList(0, question), List.of(wrong == null ? "" : wrong), good.subList(question, 5))
                .flatMap(List::stream)
                .map(line -> line + "\n")
                .reduce("", String::concat);
        Terminal terminal = typed(lines);
        assertThat(terminal.run("init", file.toString()))
                .as(terminal.printed() + terminal.errors())
                .isZero();
        assertThat(terminal.printed()).contains(reason);
        assertThat(load().store().path()).contains(folder.resolve("data/store").toString());
    }

    @ParameterizedTest
    @CsvSource({"0, What for?", "2, Who issues", "5, ''"})
    void end_of_the_input_is_an_error_and_nothing_is_written(int lines, String asked) throws IOException {
        String some = String.join("\n", List.of(SERVER.split("\n", -1)).subList(0, lines)) + (lines == 0 ? "" : "\n");
        Terminal terminal = typed(some);
        int code = terminal.run("init", file.toString());
        if (lines == 5) {
            assertThat(code).as("all were answered").isZero();
            return;
        }
        assertThat(code).isEqualTo(1);
        assertThat(terminal.errors().lines())
                .singleElement()
                .asString()
                .contains("the input ended before the answer to: " + asked, "Nothing was written");
        assertThat(folder.resolve("secrets")).doesNotExist();
        assertThat(file).doesNotExist();
    }

    @Test
    void existing_file_or_secret_is_not_overwritten() throws IOException {
        Files.writeString(file, "{}");
        Terminal terminal = typed(SERVER);
        assertThat(terminal.run("init", file.toString())).isEqualTo(1);
        assertThat(terminal.errors())
                .isEqualToNormalizingNewlines(
                        file + " exists, and is not overwritten; name a file in another folder, or move it away\n");
        assertThat(Files.readString(file)).isEqualTo("{}");
        Files.delete(file);
        Path secret = Files.writeString(
                Files.createDirectory(folder.resolve("secrets")).resolve("token"), "old");
        assertThat(typed(SERVER).run("init", file.toString())).isEqualTo(1);
        assertThat(secret).hasContent("old");
        assertThat(file).doesNotExist();
    }

    @Test
    void file_of_answers_is_read_instead_of_the_input() throws IOException {
        Path answers = Files.writeString(folder.resolve("answers"), SERVER);
        Terminal terminal = typed("");
        assertThat(terminal.run("init", file.toString(), "--answers", answers.toString()))
                .isZero();
        assertThat(load().publicListener().host()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server;chat.example.com;secret;proxy 127.0.0.1;data | origin.allowed[0]: is",
                "server;https://chat.example.com | the input ended before the answer to: Who issues",
                "cluster 10.0.0.1;https://chat.example.com;;;redis://redis | store.redis.uri: is in plain text",
                "server;;secret;;data | there is no default: an answer is needed",
                "server;https://chat.example.com;;;data;more | has more lines than there are questions"
            })
    void file_of_answers_with_a_mistake_writes_nothing(String lines, String message) throws IOException {
        Path answers = Files.writeString(folder.resolve("answers"), lines.replace(';', '\n') + "\n");
        Terminal terminal = typed("");
        assertThat(terminal.run("init", file.toString(), "--answers", answers.toString()))
                .isEqualTo(1);
        assertThat(terminal.errors().lines()).singleElement().asString().contains(message);
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("secrets")).doesNotExist();
    }

    @Test
    void written_secrets_folder_is_for_its_owner_alone() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        typed(SERVER).run("init", file.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("secrets"))))
                .isEqualTo("rwx------");
    }

    private static Terminal typed(String lines) {
        InputStream in = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
        return Terminal.of(Commands.of(new InitCommand(in)));
    }

    private NodeConfig load() {
        return ConfigFile.load(file, List.of(), Map.of(), NodeConfigReader::read)
                .fold(valid -> valid.value(), invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
    }
}
