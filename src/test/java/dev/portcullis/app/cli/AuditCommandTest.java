package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.verify.Forger;
import dev.portcullis.config.Json;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RedisRowStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class AuditCommandTest {
    private static final String FILE = "audit-node-a-0000000000000001.jsonl";

    @TempDir
    Path folder;

    @TempDir
    Path storeFolder;

    private final Terminal terminal = Terminal.of(Commands.of(new AuditCommand(Map.of())));
    private ChainHead head = new ChainHead(1, "", "");

    @BeforeEach
    void write() throws IOException {
        head = WrittenChain.write(folder, 25, WrittenChain.LARGE);
    }

    @Test
    void untouched_files_exit_with_0_and_say_that_their_end_is_unproven() {
        assertThat(run()).isZero();
        assertThat(terminal.printed())
                .contains("chain node-a: 1 files, lines 1 to " + head.n() + ", signed up to line " + head.n())
                .contains("nothing is wrong in the files")
                .contains("end unproven: nothing outside of the files vouches for it");
        assertThat(terminal.errors()).isEmpty();
    }

    @Test
    void unproven_end_exits_with_1_where_proof_is_required() {
        assertThat(run("--require-proof")).isEqualTo(1);
    }

    @Test
    void changed_line_exits_with_1_and_is_named() throws IOException {
        Path file = folder.resolve(FILE);
        Files.writeString(file, Files.readString(file).replace("\"user-3\"", "\"user-4\""));

        assertThat(run()).isEqualTo(1);
        assertThat(terminal.printed()).contains(FILE + ":5: changed:");
    }

    @Test
    void embedded_store_proves_the_end_and_is_said_to_be_on_the_same_machine() throws Exception {
        String config = embedded(true);

        assertThat(run("--config", config, "--require-proof")).isZero();
        assertThat(terminal.printed()).contains("end proven by the store (an embedded store: a user who can write");
    }

    @Test
    void cut_end_is_found_by_the_store() throws Exception {
        Path file = folder.resolve(FILE);
        Files.write(file, Files.readAllLines(file).subList(0, 10));
        String config = embedded(true);

        assertThat(run("--config", config)).isEqualTo(1);
        assertThat(terminal.printed())
                .contains(
                        "truncated: the store knows " + head.n() + " lines of this chain, the files end with line 10");
    }

    @Test
    void deleted_files_are_missed_if_their_chain_is_named() throws Exception {
        Files.delete(folder.resolve(FILE));
        String config = embedded(true);

        assertThat(run("--config", config)).isEqualTo(2);
        assertThat(run("--config", config, "--chain", "node-a")).isEqualTo(1);
        assertThat(terminal.printed()).contains("truncated: the store knows " + head.n());
    }

    @Test
    void mistyped_chain_exits_with_2_and_those_that_exist_are_named() throws Exception {
        assertThat(run("--chain", "node-b")).isEqualTo(2);
        assertThat(run("--config", embedded(true), "--chain", "node-b")).isEqualTo(2);
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors())
                .contains("there are no files of chain node-b in " + folder + "; there are: node-a");
    }

    @Test
    void deleted_files_are_missed_if_the_folder_has_the_name_of_their_chain() throws Exception {
        Files.delete(folder.resolve(FILE));
        Files.writeString(folder.resolve("audit.chain"), "node-a\n");

        assertThat(run("--config", embedded(true))).isEqualTo(1);
        assertThat(terminal.printed()).contains("truncated: the store knows " + head.n());
    }

    @Test
    void lines_behind_the_last_signature_are_named() throws IOException {
        Path file = folder.resolve(FILE);
        Files.write(file, Files.readAllLines(file).subList(0, 6));

        assertThat(run()).isZero();
        assertThat(terminal.printed()).contains("lines behind 0 are not signed");
    }

    @Test
    void store_in_use_leaves_the_end_unproven() throws Exception {
        String config = embedded(true);
        try (EmbeddedStore inUse = EmbeddedStore.open(storeFolder, storeConfig())) {
            assertThat(run("--config", config)).isZero();
            assertThat(inUse.healthy()).isTrue();
        }
        assertThat(terminal.printed()).contains("end unproven: the store can't be opened");
    }

    @Test
    void store_without_a_head_leaves_the_end_unproven() throws Exception {
        assertThat(run("--config", embedded(false))).isZero();
        assertThat(terminal.printed()).contains("end unproven: the store knows no head of this chain");
    }

    @Test
    void redis_proves_the_end(Vertx vertx) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            RedisStore store = RedisStore.open(
                            vertx, new RedisConfig(redis.uri(), 30_000, 2_048), (operation, nanos) -> {})
                    .await(30, TimeUnit.SECONDS);
            record(new AuditHeadStore(new RedisRowStore(store)));
            store.close().await(30, TimeUnit.SECONDS);
            String config = Configs.of(
                            "{\"store\": {\"kind\": \"redis\", \"redis\": {\"uri\": " + Json.write(redis.uri()) + "}}}")
                    .toString();

            assertThat(run("--config", config, "--require-proof")).isZero();
            assertThat(terminal.printed()).contains("end proven by the store\n");
        }
    }

    /** They are on the machine of the node, and this is the auditor's. */
    @Test
    void keys_and_certificates_of_the_configuration_are_not_needed() throws Exception {
        embedded(true);
        String config = Configs.of("{\"store\": {\"path\": " + Json.write(storeFolder.toString())
                        + "}, \"tls\": {\"certificate\": \"/nowhere/cert.pem\", \"key\": \"/nowhere/key.pem\"}, \"admin\":"
                        + " {\"apiKey\": {\"$env\": \"UNSET\"}}, \"audit\": {\"file\": {\"path\": \"/nowhere\", \"key\":"
                        + " \"/nowhere/audit.pem\"}}}")
                .toString();

        assertThat(run("--config", config, "--require-proof")).isZero();
        assertThat(terminal.printed()).contains("end proven by the store");
    }

    @Test
    void store_of_the_configuration_can_be_overridden() throws Exception {
        embedded(true);
        String config = Configs.of("{\"store\": {\"path\": \"/nowhere\"}}").toString();

        assertThat(run("--config", config, "--require-proof")).isEqualTo(1);
        assertThat(run("--config", config, "--set", "store.path=" + storeFolder, "--require-proof"))
                .isZero();
        assertThat(run("--set", "store.path=" + storeFolder)).isEqualTo(2);
        assertThat(terminal.errors()).contains("--set overrides a --config");
    }

    @Test
    void store_that_is_down_exits_with_2_and_one_line() {
        String config;
        try (RedisProcess redis = RedisProcess.start()) {
            config = Configs.of(
                            "{\"store\": {\"kind\": \"redis\", \"redis\": {\"uri\": " + Json.write(redis.uri()) + "}}}")
                    .toString();
        }

        assertThat(run("--config", config)).isEqualTo(2);
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors().strip().lines())
                .singleElement()
                .asString()
                .startsWith("audit verify: the store can't be asked: ");
    }

    @Test
    void trusted_key_is_compared() throws IOException {
        Path trusted = Files.copy(folder.resolve("audit.pub"), storeFolder.resolve("trusted.pem"));
        assertThat(run("--key", trusted.toString())).isZero();

        Path forged = Files.createDirectory(storeFolder.resolve("forged"));
        WrittenChain.write(forged, 25, WrittenChain.LARGE);
        assertThat(terminal.run("audit", "verify", forged.toString(), "--key", trusted.toString()))
                .isEqualTo(1);
        assertThat(terminal.printed()).contains("unknown_key");
    }

    @Test
    void report_is_json_on_demand() throws IOException {
        assertThat(run("--json")).isZero();
        assertThat(Json.parseWithoutComments(terminal.printed().strip()))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("chain", "node-a")
                .containsEntry("last", head.n())
                .containsEntry("whole", true)
                .containsEntry("proven", false);
    }

    /** A line of the files could else clear the screen and write a verdict of its own (CWE-150). */
    @Test
    void text_of_a_forged_line_is_printed_with_its_controls_escaped() throws IOException {
        String hostile = "\u001b[2J\u009b1A\n  nothing is wrong in the files\u202e";
        forge("audit.foreign", "file", hostile);
        forge("audit.foreign", "to", hostile);
        forge("audit.gap", "from", hostile);
        forge("audit.gap", "to", hostile);

        assertThat(run()).isEqualTo(1);
        assertThat(terminal.printed().lines().filter(line -> line.contains("\\u001b[2J\\u009b1A\\u000a")))
                .hasSize(4);
        assertThat(terminal.printed().lines()).doesNotContain("  nothing is wrong in the files");
        assertThat(terminal.printed()).matches("[\\x20-\\x7E\\n]*");
    }

    @Test
    void json_of_a_report_is_ascii() throws IOException {
        forge("audit.foreign", "file", "\u00e4\u009b\u202e");

        assertThat(run("--json")).isEqualTo(1);
        assertThat(terminal.printed()).contains("\\u00E4").matches("[\\x20-\\x7E]*\n");
    }

    @Test
    void json_of_an_analysis_is_ascii() throws IOException {
        for (int i = 0; i < 40; i++) {
            append(EventName.AUTH_LOGIN_FAILURE.id(), ",\"ip\":\"\\u00e4\\u009b\\u202e\"");
        }

        int unused = terminal.run("audit", "analyze", folder.toString(), "--json");
        assertThat(terminal.printed()).contains("\\u00E4\\u009B\\u202E").matches("[\\x20-\\x7E]*\n");
    }

    @Test
    void analysis_of_nothing_exits_with_2(@TempDir Path other) throws IOException {
        assertThat(terminal.run("audit", "analyze", other.toString())).isEqualTo(2);
        Files.createFile(other.resolve("audit-a-0000000000000001.jsonl"));
        assertThat(terminal.run("audit", "analyze", other.toString())).isEqualTo(2);
        assertThat(terminal.errors()).contains("there are no audit files with lines in ");
    }

    @Test
    void folder_without_audit_files_exits_with_2() {
        assertThat(terminal.run("audit", "verify", storeFolder.toString())).isEqualTo(2);
        assertThat(terminal.run("audit", "verify", "/nowhere")).isEqualTo(2);
        assertThat(terminal.run("audit", "verify", folder.toString(), "--key", "/nowhere"))
                .isEqualTo(2);
        assertThat(terminal.run(
                        "audit",
                        "verify",
                        folder.toString(),
                        "--key",
                        folder.resolve(FILE).toString()))
                .isEqualTo(2);
        assertThat(terminal.run("audit")).isEqualTo(2);
        assertThat(terminal.printed()).isEmpty();
    }

    private void forge(String event, String field, String value) throws IOException {
        append(event, ",\"" + field + "\":" + Json.ascii(value));
    }

    private void append(String event, String fields) throws IOException {
        Path file = folder.resolve(FILE);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(Forger.follower(lines.get(lines.size() - 1), event, fields));
        Files.write(file, lines);
    }

    private int run(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "audit";
        all[1] = "verify";
        all[2] = folder.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return terminal.run(all);
    }

    private String embedded(boolean recorded) throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(storeFolder, storeConfig())) {
            if (recorded) {
                record(new AuditHeadStore(new EmbeddedRowStore(store, System::currentTimeMillis)));
            }
        }
        return Configs.of("{\"store\": {\"kind\": \"embedded\", \"path\": " + Json.write(storeFolder.toString()) + "}}")
                .toString();
    }

    private void record(AuditHeadStore heads) throws Exception {
        assertThat(heads.advance("node-a", head).await(30, TimeUnit.SECONDS)).isEqualTo(head);
    }

    private static StoreConfig storeConfig() {
        return new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000);
    }
}
