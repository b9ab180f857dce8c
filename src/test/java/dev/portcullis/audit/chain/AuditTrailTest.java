package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.audit.verify.ChainReport;
import dev.portcullis.audit.verify.ChainVerifier;
import dev.portcullis.kit.Await;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of an event: queue, thread, file, store. */
@ExtendWith(VertxExtension.class)
class AuditTrailTest {
    private static final String CHAIN = "node-a";

    @TempDir
    Path folder;

    private final AtomicInteger gaps = new AtomicInteger();
    private final List<EventQueue.Kind> dropped = new ArrayList<>();
    private Vertx vertx;
    private final MemoryRowStore rows = new MemoryRowStore(System::currentTimeMillis);
    private final AuditHeadStore store = new AuditHeadStore(rows);

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
    }

    @Test
    void events_of_several_runs_are_one_proven_chain() throws Exception {
        for (int run = 1; run <= 3; run++) {
            AuditTrail trail = open(1_000, 1_000);
            trail.write(event(EventName.NODE_START)); // waits for the store
            trail.start(vertx, store, gaps::incrementAndGet);
            for (int i = 0; i < 100; i++) {
                trail.write(event(EventName.WS_CONNECT));
            }
            trail.close();
            assertThat(trail.unanchored()).isZero();
        }

        ChainReport report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.isProven()).isTrue();
        assertThat(count("ws.connect")).isEqualTo(300);
        assertThat(count("node.start")).isEqualTo(3);
        assertThat(gaps).hasValue(0);
        assertThat(dropped).isEmpty();
    }

    @Test
    void checkpoint_comes_by_itself_and_is_recorded() throws Exception {
        try (AuditTrail trail = open(1_000, 1_000)) {
            trail.start(vertx, store, gaps::incrementAndGet);
            trail.write(event(EventName.WS_CONNECT));
            await(() ->
                    trail.unanchored() == 0 && trail.queued() == 0 && recorded().isPresent());
        }
        assertThat(verify().isProven()).isTrue();
    }

    @Test
    void cut_chain_is_reported_at_the_start() throws Exception {
        try (AuditTrail trail = open(1_000, 1_000)) {
            trail.start(vertx, store, gaps::incrementAndGet);
            trail.write(event(EventName.WS_CONNECT));
        }
        Files.delete(ChainFile.all(files(), CHAIN).get(0).path());

        try (AuditTrail trail = open(1_000, 1_000)) {
            trail.start(vertx, store, gaps::incrementAndGet);
        }

        assertThat(gaps).hasValue(1);
        assertThat(verify().isWhole()).isFalse();
        assertThat(count("audit.gap")).isEqualTo(1);
    }

    @Test
    void flood_is_counted_in_the_chain_and_evidence_outlives_it() throws Exception {
        AuditTrail trail = open(50, 50);
        for (int i = 0; i < 1_000; i++) {
            trail.write(event(EventName.WS_HANDSHAKE_REFUSED));
            trail.write(event(EventName.AUTH_LOGIN_FAILURE));
        }
        trail.write(event(EventName.ADMIN_REVOKED));
        trail.write(event(EventName.WS_BAN));
        trail.start(vertx, store, gaps::incrementAndGet);
        trail.close();

        assertThat(count("ws.handshake.refused")).isEqualTo(50);
        assertThat(count("auth.login.failure")).isEqualTo(25);
        assertThat(count("admin.revoked")).isEqualTo(1);
        assertThat(count("ws.ban")).isEqualTo(1);
        assertThat(dropped).hasSize(950 + 975);
        assertThat(text()).contains("\"count\":950,\"queue\":\"ordinary\"", "\"count\":975,\"queue\":\"reserved\"");
        assertThat(verify().isProven()).isTrue();
    }

    @Test
    void events_wait_while_the_disk_fails() throws Exception {
        AuditTrail trail = open(1_000, 1_000);
        trail.start(vertx, store, gaps::incrementAndGet);
        Path away = folder.resolve("away");
        Files.move(files(), away);

        trail.write(event(EventName.WS_CONNECT));
        await(() -> !trail.writes());
        Files.move(away, files());
        trail.write(event(EventName.WS_BAN));
        await(trail::writes);
        trail.close();

        assertThat(count("ws.connect")).isEqualTo(1);
        assertThat(count("ws.ban")).isEqualTo(1);
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void store_that_fails_leaves_the_lines_unanchored_until_it_answers() throws Exception {
        try (AuditTrail trail = open(1_000, 1_000)) {
            trail.start(vertx, store, gaps::incrementAndGet);
            rows.failNext(2);
            trail.write(event(EventName.WS_CONNECT));
            await(() -> rows.failuresLeft() <= 1); // the line of the start may have a checkpoint of its own
            assertThat(trail.unanchored()).isPositive();
            trail.write(event(EventName.WS_CONNECT));
            await(() -> rows.failuresLeft() == 0);
            trail.write(event(EventName.WS_CONNECT));
        }
        assertThat(verify().isProven()).isTrue();
    }

    @Test
    void folder_that_is_a_file_is_refused_with_the_cause() throws Exception {
        Files.createFile(files());
        assertThatThrownBy(() -> open(1_000, 1_000))
                .hasMessage("the audit file can't be written in " + files() + " (FileAlreadyExistsException " + files()
                        + ")");
    }

    @Test
    void folder_in_use_is_refused_by_name() throws Exception {
        try (AuditTrail trail = open(1_000, 1_000)) {
            trail.start(vertx, store, gaps::incrementAndGet);
            assertThatThrownBy(() -> open(1_000, 1_000))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(files().toString());
        }
    }

    @Test
    void trail_without_a_folder_does_nothing() throws Exception {
        try (AuditTrail trail = AuditTrail.open(
                config(Optional.empty(), 1_000, 1_000), "host", "host-1", System::currentTimeMillis, any -> {})) {
            trail.start(vertx, store, gaps::incrementAndGet);
            trail.write(event(EventName.WS_CONNECT));
            assertThat(trail.reader()).isEmpty();
            assertThat(trail.queued()).isZero();
        }
        assertThat(files()).doesNotExist();
    }

    @Test
    void chain_is_named_by_the_host_where_neither_configuration_nor_folder_name_it() throws IOException {
        AuditFileConfig named = WrittenChain.config(1, 1);
        AuditFileConfig ofHost = new AuditFileConfig(
                Optional.empty(),
                "",
                named.rotation(),
                named.fsync(),
                named.checkpoints(),
                Optional.empty(),
                16,
                16,
                named.onFailure());

        assertThat(AuditTrail.nameOf(named.chain(), folder, "host")).isEqualTo("node-a");
        assertThat(AuditTrail.nameOf(ofHost.chain(), folder, "host-1.example")).isEqualTo("host-1.example");
        assertThat(AuditTrail.nameOf(ofHost.chain(), folder, "..\u00e4 b")).isEqualTo("b");
        assertThat(AuditTrail.nameOf(ofHost.chain(), folder, "")).isEqualTo("node");

        ChainFolder.keepName(folder, "began-so");
        assertThat(AuditTrail.nameOf(ofHost.chain(), folder, "host-2")).isEqualTo("began-so");
        assertThat(AuditTrail.nameOf(named.chain(), folder, "host-2")).isEqualTo("node-a");
        Files.writeString(folder.resolve("audit.chain"), "../x");
        assertThat(AuditTrail.nameOf(ofHost.chain(), folder, "host-2")).isEqualTo("host-2");
    }

    private Path files() {
        return folder.resolve("audit");
    }

    private AuditTrail open(int queue, int reserved) throws IOException {
        return AuditTrail.open(
                config(Optional.of(files().toString()), queue, reserved),
                "host",
                "node-a-1",
                System::currentTimeMillis,
                dropped::add);
    }

    private static AuditFileConfig config(Optional<String> path, int queue, int reserved) {
        return new AuditFileConfig(
                path,
                CHAIN,
                new AuditFileConfig.Rotation(20_000, Long.MAX_VALUE, 100, 2, 0, 0),
                AuditFileConfig.Fsync.CHECKPOINT,
                new AuditFileConfig.Checkpoints(1_000, 100),
                Optional.empty(),
                queue,
                reserved,
                AuditFileConfig.OnFailure.COUNT);
    }

    private ChainReport verify() throws Exception {
        return ChainVerifier.verify(files(), CHAIN, List.of(), Anchor.of(recorded()));
    }

    private Optional<ChainHead> recorded() {
        return store.find(CHAIN).await();
    }

    private long count(String event) throws IOException {
        return text().lines()
                .filter(line -> line.contains("\"event\":\"" + event + '"'))
                .count();
    }

    private String text() throws IOException {
        StringBuilder all = new StringBuilder();
        for (ChainFile file : ChainFile.all(files(), CHAIN)) {
            all.append(Files.readString(file.path()));
        }
        return all.toString();
    }

    private static AuditEvent event(EventName name) {
        return AuditEvent.of(name).requestId("r");
    }

    private static void await(BooleanSupplier condition) {
        assertThat(Await.until(condition)).isTrue();
    }
}
