package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.Program;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat that was copied and restored by the commands of the page about backups has what its users wrote. */
class BackupPageIT {
    /** What the shell started ends with it, also if a command fails. */
    private static final String TIDY = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";

    @TempDir
    Path folder;

    private final RedisProcess redis = RedisProcess.start();
    private final int restored = FreePort.find();

    @BeforeEach
    void build() throws Exception {
        for (String program : List.of("redis-cli", "redis-server", "redis-check-rdb", "curl")) {
            assumeTrue(Program.succeeds(program, "--version"), program + " is not installed");
        }
        for (String part : List.of("target", "conf")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
    }

    @AfterEach
    void close() {
        redis.close();
        Program.succeeds("redis-cli", "-p", Integer.toString(restored), "shutdown", "nosave");
    }

    @Test
    void message_of_before_the_copy_is_there_after_its_restore() throws Exception {
        try (TestNode node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri());
                ChatPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "hello", "1").getInteger("seq")).isEqualTo(1);
            assertThat(ann.ask(new JsonObject()
                                    .put("type", "chat_message")
                                    .put("recipientId", "ben")
                                    .put("content", "kept for ever")
                                    .put("id", "d1"))
                            .getString("type"))
                    .isEqualTo("ack");
            run("backup");
            assertThat(ann.say("lobby", "behind the copy", "2").getInteger("seq"))
                    .isEqualTo(2);
        }
        redis.close();

        assertThat(run("restore")).contains("\"seq\":1", "kept for ever").doesNotContain("\"seq\":2");
    }

    @Test
    void message_of_before_the_backup_of_an_embedded_store_is_there_after_its_restore() throws Exception {
        Path config = ForkedNode.configIn(folder);
        try (ForkedNode node = ForkedNode.generous(config);
                ChatPeer ann = node.enter("ann")) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "hello", "1").getInteger("seq")).isEqualTo(1);
            String port = " --set admin.port=" + node.adminPort();
            assertThat(run("embedded backup", "-c conf/dev.json", "-c " + config + port))
                    .contains("backup whole: backup/chat-1, of ", "the node made its checkpoint in ");
            assertThat(ann.say("lobby", "behind the copy", "2").getInteger("seq"))
                    .isEqualTo(2);
        }

        assertThat(run("embedded restore", "-c conf/dev.json", "-c " + config))
                .contains("restored: backup whole: backup/chat-1", "\"seq\":1")
                .doesNotContain("\"seq\":2");
    }

    private String run(String marker) throws Exception {
        return run(marker, "redis-cli --rdb", "redis-cli -p " + redis.port() + " --rdb");
    }

    /**
     * Returns what was printed.
     *
     * @param written in the commands for what is {@code meant} here
     */
    private String run(String marker, String written, String meant) throws Exception {
        List<PageBlock> blocks = PageBlock.marked("run: " + marker);
        assertThat(blocks).hasSize(1);
        String commands = TIDY
                + blocks.get(0)
                        .commands()
                        .replace(written, meant)
                        .replace("6390", Integer.toString(restored))
                        .replace("8085", Integer.toString(FreePort.find()))
                        .replace("9095", Integer.toString(FreePort.find()));
        new PageBlock(blocks.get(0).page(), commands).succeeds(folder, ForkedNode.ENVIRONMENT);
        return Files.readString(folder.resolve("printed.txt"));
    }
}
