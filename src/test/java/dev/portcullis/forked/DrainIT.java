package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planned stop announces itself to each client, loses no message, and spreads the reconnects over the window. */
class DrainIT {
    private static final int CONNECTIONS = 50;
    private static final long PATIENCE_SECONDS = 180;
    private static final long WINDOW_MS = 10_000;
    private static final String WINDOW = "drain.windowMs=" + WINDOW_MS;

    @TempDir
    Path folder;

    /** A connection with the slot in which it will be closed. */
    private record Leaving(ChatPeer peer, long slot) {}

    @Test
    void connection_is_served_until_its_slot_and_then_closed_1012() throws Exception {
        try (ForkedNode node = ForkedNode.generous(ForkedNode.configIn(folder), WINDOW)) {
            List<ChatPeer> peers = IntStream.range(0, CONNECTIONS)
                    .mapToObj(i -> (ChatPeer) node.enter("user-" + i))
                    .toList();
            peers.forEach(peer -> peer.join("lobby"));
            long began = System.nanoTime();
            node.process().terminate();
            List<Leaving> order = peers.stream()
                    .map(peer -> new Leaving(peer, peer.next("server_draining").getLong("reconnectInMs")))
                    .sorted(Comparator.comparingLong(Leaving::slot))
                    .toList();
            assertThat(countPerQuarter(order)).allMatch(count -> count >= CONNECTIONS / 10);
            assertThat(order.get(CONNECTIONS - 1).slot()).isLessThanOrEqualTo(WINDOW_MS);
            assertRefusesConnections(node);
            node.awaitReadiness(503);

            ChatPeer last = order.get(CONNECTIONS - 1).peer();
            order.get(CONNECTIONS / 4).peer().ended();
            assertThat(last.say("lobby", "still here", "s1").getString("type")).isEqualTo("ack");
            for (Leaving each : order) {
                assertThat(each.peer().ended()).isEqualTo(1012);
                assertThat(millisSince(began)).isGreaterThanOrEqualTo(each.slot());
            }
            assertThat(node.process().ended().code()).isZero();
            assertThat(millisSince(began)).isLessThan(WINDOW_MS + 30_000);
        }
    }

    @Test
    void messages_stored_during_a_drain_are_exactly_the_acknowledged_ones() throws Exception {
        Path config = ForkedNode.configIn(folder);
        String keepAll = "streams.room.entries=100000";
        List<PublishingClient> clients = new ArrayList<>();
        try (ForkedNode node = ForkedNode.generous(config, "drain.windowMs=500", keepAll)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String user = "user-" + i;
                PublishingClient client =
                        new PublishingClient(user, node.enter(user), user, List.of("lobby"), new Random(i), () -> {});
                clients.add(client);
                Thread thread = new Thread(client, user);
                thread.start();
                threads.add(thread);
            }
            try (ChatPeer witness = node.enter("witness")) {
                witness.join("lobby");
                witness.next("chat");
                assertThat(node.stop().code()).isZero();
            }
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }
        try (ForkedNode node = ForkedNode.generous(config, keepAll);
                ChatPeer reader = node.enter("reader")) {
            List<ObservedMessage> acked = clients.stream()
                    .flatMap(client -> client.acked().keySet().stream())
                    .map(ObservedMessage::inAnyEpoch)
                    .toList();
            assertThat(RoomLog.read(reader, "lobby").messages()).containsExactlyInAnyOrderElementsOf(acked);
        }
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.others())
                        .extracting(frame -> frame.getString("type"))
                        .containsExactly("server_draining"));
    }

    @Test
    void node_without_connections_stops_at_once() throws Exception {
        try (ForkedNode node = ForkedNode.start(ForkedNode.configIn(folder), "drain.windowMs=600000")) {
            assertThat(node.stop().code()).isZero();
        }
    }

    @Test
    void node_stopped_while_it_waits_for_its_store_exits_with_0() throws Exception {
        String unreachable = "store.redis.uri=redis://127.0.0.1:" + FreePort.find();
        List<String> arguments = ForkedNode.arguments(ForkedNode.configIn(folder), "store.kind=redis", unreachable);
        try (JarProcess process = JarProcess.start(ForkedNode.ENVIRONMENT, arguments)) {
            assertThat(process.err().await(line -> line.contains("node.start.again"), PATIENCE_SECONDS))
                    .isPresent();
            process.terminate();
            assertThat(process.ended().code()).isZero();
        }
    }

    @Test
    void node_stopped_during_its_start_leaves_no_temporary_store() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = new HashMap<>(ForkedNode.ENVIRONMENT);
        environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        List<String> arguments = ForkedNode.arguments(ForkedNode.configIn(folder), "store.path=null");
        try (JarProcess process = JarProcess.start(environment, arguments)) {
            assertThat(Await.until(() -> !stores(temporary).isEmpty(), Duration.ofSeconds(PATIENCE_SECONDS)))
                    .isTrue();
            process.terminate();
            assertThat(process.ended().code()).isZero();
            assertThat(stores(temporary)).isEmpty();
        }
    }

    private static List<Path> stores(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("portcullis-"))
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The number of connections closed in each quarter of the window. */
    private static List<Long> countPerQuarter(List<Leaving> order) {
        long quarter = WINDOW_MS / 4;
        return IntStream.range(0, 4)
                .mapToObj(i -> order.stream()
                        .filter(each -> each.slot() > i * quarter && each.slot() <= (i + 1) * quarter)
                        .count())
                .toList();
    }

    private static void assertRefusesConnections(ForkedNode node) {
        try (RawPeer late = RawPeer.to(node.port())) {
            RawPeer.Reply reply = late.upgrade("Sec-WebSocket-Protocol: portcullis.v1, bearer." + node.token("late"));
            assertThat(reply.status()).isEqualTo(503);
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
