package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The command line of the README by which a backend publishes, run as it stands there, but with the ports of this test. */
class ReadmePublishIT {
    private static final Pattern COMMAND =
            Pattern.compile("## Publish from your backend\n.*?```sh\n(.*?)```", Pattern.DOTALL);

    @Test
    void command_of_the_readme_is_heard_in_the_room() throws Exception {
        assumeTrue(run("command -v curl").code() == 0, "curl is not installed");
        Matcher readme = COMMAND.matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        try (TestNode node = TestNode.start();
                JdkPeer bob = JdkPeer.admitted(node.ws(), node.token("bob"))) {
            bob.next("auth_success");
            bob.join("lobby");
            String command = readme.group(1)
                    .replace("localhost:9090", "localhost:" + node.admin("/").getPort())
                    .replace("target/portcullis.jar", System.getProperty("portcullis.jar", "target/portcullis.jar"));

            Result first = run(command);
            Result again = run(command);

            assertThat(first.code()).as(first.output()).isZero();
            JsonObject chat = bob.next("chat");
            assertThat(chat.getString("userId")).isEqualTo("system");
            assertThat(chat.getString("content")).isEqualTo("Order 4711 is on its way");
            assertThat(new JsonObject(first.output()).getString("messageId")).isEqualTo(chat.getString("messageId"));
            assertThat(again.output()).as("under its key it is published once").isEqualTo(first.output());
        }
    }

    private static Result run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private record Result(int code, String output) {}
}
