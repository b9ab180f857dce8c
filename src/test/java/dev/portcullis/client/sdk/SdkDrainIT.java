package dev.portcullis.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred JavaScript clients while each of three nodes is stopped as planned and started again, as in a rollout. */
@Tag("faults") // three nodes and 200 clients take two minutes
@ExtendWith(VertxExtension.class)
class SdkDrainIT {
    private static final int CLIENTS = 200;
    private static final int ROOMS = 10;
    private static final long WINDOW_MS = 8_000;

    /** The first ceiling of the client's backoff. */
    private static final double JITTER_MS = 1_000;

    /** The process may pause between the look of the client at the clock and that of its listener. */
    private static final double PAUSE_MS = 1_000;

    private static final double USUAL_PAUSE_MS = 200;

    private static final List<String> STAGES = List.of("edge", "auth", "ratelimit", "rooms", "broadcast");

    @TempDir
    Path folder;

    @Test
    void clients_lose_and_repeat_nothing_and_come_back_in_their_slots(Vertx vertx) throws Exception {
        NodeProgram.assumeInstalled();
        try (ForkedCluster cluster = ForkedCluster.of(
                folder,
                List.of("one", "two", "three"),
                List.of(STAGES, STAGES, STAGES),
                "drain.windowMs=" + WINDOW_MS)) {
            TcpBalancer balancer = new TcpBalancer(
                    vertx,
                    () -> cluster.nodes().stream()
                            .map(node -> node.ws().getPort())
                            .toList());
            String plan = swarm(cluster.whole(), balancer.port()).toString();
            Map<String, String> environment = SdkRuntime.environment(Map.of("SWARM", plan));
            try (Program swarm = NodeProgram.start(folder, SdkRuntime.TESTS.resolve("swarm.mjs"), environment)) {
                judge(rollOut(cluster, swarm));
            }
        }
    }

    /** Where the clients go, and who they are. */
    private Path swarm(NodeFork node, int port) throws IOException {
        JsonArray tokens = new JsonArray();
        IntStream.range(0, CLIENTS)
                .mapToObj(i -> "user-" + i)
                .forEach(user -> tokens.add(new JsonArray().add(user).add(node.token(user, Role.MEMBER))));
        JsonArray rooms = new JsonArray();
        IntStream.range(0, ROOMS).forEach(i -> rooms.add("team-" + i));
        return Files.writeString(
                folder.resolve("swarm.json"),
                new JsonObject()
                        .put("url", "ws://127.0.0.1:" + port + "/ws")
                        .put("rooms", rooms)
                        .put("tokens", tokens)
                        .encode());
    }

    private static JsonObject rollOut(ForkedCluster cluster, Program swarm) throws Exception {
        swarm.line("ready"::equals, "its start");
        for (NodeFork node : cluster.nodes()) {
            swarm.tell("drain");
            node.stop();
            node.restart();
        }
        swarm.tell("end");
        return new JsonObject(swarm.line(line -> line.startsWith("{"), "its report"));
    }

    private static void judge(JsonObject report) {
        System.out.println("acknowledged " + report.getInteger("acknowledged") + ", shown " + report.getInteger("shown")
                + ", resumes " + report.getInteger("resumes") + ", disconnects " + report.getJsonObject("codes"));
        assertThat(report.getJsonArray("problems")).isEmpty();
        assertThat(report.getInteger("acknowledged")).isGreaterThan(CLIENTS);
        for (Object each : report.getJsonArray("drains")) {
            List<JsonObject> drained =
                    ((JsonArray) each).stream().map(JsonObject.class::cast).toList();
            System.out.println("drain of " + drained.size() + " clients, slots " + perSecond(drained, "slotMs")
                    + ", first attempts " + perSecond(drained, "triedMs") + ", open " + perSecond(drained, "openMs"));
            assertInSlots(drained);
        }
        assertThat(report.getJsonArray("drains")).hasSize(3);
    }

    /** The server's slots are spread evenly; no client comes before its slot, or adds more than its jitter. */
    private static void assertInSlots(List<JsonObject> drained) {
        assertThat(drained).hasSizeGreaterThan(CLIENTS / 10);
        long quarter = WINDOW_MS / 4;
        for (int i = 0; i < 4; i++) {
            int from = i;
            assertThat(drained.stream().mapToDouble(client -> client.getDouble("slotMs")))
                    .filteredOn(slot -> slot > from * quarter && slot <= (from + 1) * quarter)
                    .hasSizeGreaterThanOrEqualTo(drained.size() / 10);
        }
        assertThat(drained).allSatisfy(client -> {
            assertThat(client.getDouble("triedMs")).isGreaterThanOrEqualTo(client.getDouble("slotMs") - PAUSE_MS);
            assertThat(client.getDouble("jitterMs")).isBetween(-PAUSE_MS, JITTER_MS + PAUSE_MS);
        });
        assertThat(drained)
                .filteredOn(client -> client.getDouble("jitterMs") <= JITTER_MS + USUAL_PAUSE_MS)
                .hasSizeGreaterThanOrEqualTo(drained.size() * 9 / 10);
    }

    private static List<Long> perSecond(List<JsonObject> drained, String time) {
        return IntStream.rangeClosed(0, (int) (WINDOW_MS / 1_000) + 4)
                .mapToObj(second -> drained.stream()
                        .filter(client -> (int) (client.getDouble(time) / 1_000) == second)
                        .count())
                .toList();
    }
}
