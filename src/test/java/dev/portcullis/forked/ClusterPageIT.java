package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs the commands of the page about clusters as they stand there, but for ports, which others may use. */
class ClusterPageIT {
    private static final Path PAGE = Path.of("src/docs/cluster.md");
    private static final Pattern PORT = Pattern.compile("\\b(?:[89]0|57)\\d\\d\\b");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final int PATIENCE_SECONDS = 120;

    private final Map<String, Integer> ports = new HashMap<>();
    private final RedisProcess redis = RedisProcess.start();
    private final List<JarProcess> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(JarProcess::close);
        redis.close();
    }

    @Test
    void three_nodes_on_one_machine_are_one_cluster_in_which_two_terminals_talk() throws Exception {
        for (int number = 1; number <= 3; number++) {
            List<String> command = command("three nodes", Integer.toString(number));
            command.addAll(List.of("--set", "store.redis.uri=" + redis.uri()));
            awaitLine(start(command), number == 1 ? "the first node" : number + " nodes");
        }
        JarProcess ann = start(command("chat", ""));
        JarProcess ben = start(command("chat", "").stream()
                .map(word -> word.equals("ann") ? "ben" : word)
                .toList());
        awaitLine(ann, "-- in lobby");
        awaitLine(ben, "-- in lobby");
        ann.type("hello Ben");
        awaitLine(ben, "ann: hello Ben");
    }

    private JarProcess start(List<String> arguments) {
        JarProcess process = JarProcess.start(Map.of(), arguments);
        processes.add(process);
        return process;
    }

    private static void awaitLine(JarProcess process, String text) throws Exception {
        assertThat(process.out().await(line -> line.contains(text), PATIENCE_SECONDS))
                .as(() -> text + "; it printed " + process.err().lines())
                .isPresent();
    }

    /** The arguments of the command with this marker, with a number for N and free ports. */
    private List<String> command(String marker, String number) throws IOException {
        Matcher block = Pattern.compile(
                        "<!-- run: " + marker + " -->\n```sh\njava -jar target/portcullis.jar (.*?)\n```",
                        Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).as(marker).isTrue();
        String line = PORT.matcher(block.group(1).replace("\\\n", " ").replaceAll("(?<=\\d)N", number))
                .replaceAll(port -> Integer.toString(ports.computeIfAbsent(port.group(), any -> FreePort.find())));
        return new ArrayList<>(WORD.matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toList());
    }
}
