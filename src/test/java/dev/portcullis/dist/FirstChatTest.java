package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The compose file for a first chat builds what the README builds, and runs what it runs, with no right beyond that. */
class FirstChatTest {
    private static final Path FILE = Path.of("src/dist/docker/first-chat.yaml");
    private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from)(\\S+) (\\S+)$");
    private static final String BUILD = "-Dmaven.test.skip package";

    private Tree chat;
    private String dockerfile = "";

    @BeforeEach
    void read() throws IOException {
        chat = Tree.read(FILE).at("services").at("chat");
        dockerfile = chat.text("build.dockerfile_inline");
    }

    @Test
    void image_is_built_of_what_a_clone_has_by_the_command_of_the_readme() throws IOException {
        Path context = FILE.getParent().resolve(chat.text("build.context")).normalize();
        assertThat(context).isEqualTo(Path.of(""));
        assertThat(COPY.matcher(dockerfile).results().map(copy -> copy.group(1)))
                .contains("pom.xml", "src", "conf", ".mvn")
                .allSatisfy(source -> assertThat(Path.of(source)).exists());
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme).contains(BUILD, "docker compose -f " + FILE + " up");
        assertThat(dockerfile).contains("RUN mvn -q -B " + BUILD, "COPY --from=build /build/target/portcullis.jar");
    }

    @Test
    void container_runs_the_configuration_of_development_which_only_its_machine_reaches() {
        assertThat(chat.list("command")).isEqualTo(List.of("run", "-c", "conf/dev.json"));
        assertThat(dockerfile).contains("/portcullis/conf/dev.json", "WORKDIR /portcullis\n");
        assertThat(chat.value("network_mode")).isEqualTo("host");
        NodeConfig config = ConfigFile.load(Path.of("conf/dev.json"), List.of(), Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems().toString());
                });
        assertThat(config.http().host()).isEqualTo("127.0.0.1");
    }

    @Test
    void container_has_no_right_that_it_does_not_need_and_keeps_what_was_written() {
        assertThat(chat.value("read_only")).isEqualTo(true);
        assertThat(chat.list("cap_drop")).isEqualTo(List.of("ALL"));
        assertThat(chat.list("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
        assertThat(dockerfile).contains("USER 10001:10001", "chown 10001:10001 /portcullis/data");
        assertThat(chat.list("volumes")).isEqualTo(List.of("data:/portcullis/data"));
        assertThat(chat.list("tmpfs").toString()).contains("exec"); // libraries are unpacked there
    }
}
