package dev.portcullis.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our clients show a hundred rooms on a node with its limits as shipped, and meet none of them: neither at once, nor
 * after a reload, nor where the server is started again within the minute, which they have to wait out.
 */
@Tag("faults")
@ExtendWith(VertxExtension.class)
class ManyRoomsIT {
    private static final List<String> ROOMS =
            IntStream.range(0, 100).mapToObj(i -> "many-" + i).toList();
    private static final String KEY = "an-api-key-of-a-test-that-is-long-enough-0123456789";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path folder;

    @Test
    void javascript_client_shows_a_hundred_rooms_and_meets_no_limit(Vertx vertx) throws Exception {
        SdkRuntime.NODEJS.assumeInstalled();
        LimitedNode node = new LimitedNode(folder.resolve("store"));
        try (SdkStage stage = new SdkStage(vertx, node, "rooms.mjs")) {
            stage.on("fill", node::fill);
            stage.on("limited", any -> Long.toString(node.limited()));
            stage.assertEachPasses(SdkRuntime.NODEJS, folder);
        }
    }

    @Test
    void java_client_shows_a_hundred_rooms_and_meets_no_limit(Vertx vertx) throws Exception {
        Queue<ClientEvent> events = new ConcurrentLinkedQueue<>();
        try (LimitedNode node = new LimitedNode(folder.resolve("store"))) {
            SwitchedProxy proxy = new SwitchedProxy(vertx);
            proxy.pointTo(node.port());
            node.fill("before");
            PortcullisClient first = open(vertx, proxy.port(), node, events);
            awaitShown(events, false);
            first.close().await(30, TimeUnit.SECONDS);
            events.clear();

            open(vertx, proxy.port(), node, events);
            awaitShown(events, false);
            events.clear();
            node.restart();
            proxy.pointTo(node.port());
            awaitShown(events, true);

            assertThat(events)
                    .noneMatch(ClientEvent.Limited.class::isInstance)
                    .noneMatch(ClientEvent.Refused.class::isInstance)
                    .noneMatch(ClientEvent.PositionLost.class::isInstance);
            assertThat(node.limited()).isZero();
        }
    }

    private static PortcullisClient open(Vertx vertx, int port, LimitedNode node, Queue<ClientEvent> events) {
        ClientOptions options = ClientOptions.to(
                        "ws://127.0.0.1:" + port + "/ws",
                        () -> Future.succeededFuture(node.token("reader", Duration.ofMinutes(10))))
                .withRooms(ROOMS.toArray(String[]::new))
                .withTail(50)
                .withBackoff(100, 1_000);
        return PortcullisClient.connect(vertx, options, events::add);
    }

    /** @param resumed whether nothing was missed; otherwise each room comes with its message */
    private static void awaitShown(Queue<ClientEvent> events, boolean resumed) {
        assertThat(Await.until(() -> joined(events).size() == ROOMS.size(), PATIENCE))
                .as("%s", events)
                .isTrue();
        assertThat(joined(events))
                .allMatch(event -> event.resumed() == resumed)
                .allMatch(event -> event.newest().size() == (resumed ? 0 : 1));
    }

    private static List<ClientEvent.Joined> joined(Queue<ClientEvent> events) {
        return events.stream()
                .filter(ClientEvent.Joined.class::isInstance)
                .map(ClientEvent.Joined.class::cast)
                .toList();
    }

    /** A node with the limits of {@code conf/dev.json}, and public rooms. */
    private static final class LimitedNode implements StagedNode {
        private final HttpClient http = HttpClient.newHttpClient();
        private final Path store;
        private TestNode node;
        private long limitedBefore;

        LimitedNode(Path store) {
            this.store = store;
            this.node = start();
        }

        private TestNode start() {
            String rooms = ROOMS.stream().map(room -> '"' + room + '"').collect(Collectors.joining(",", "[", "]"));
            return TestNode.start("store.path=" + store, "admin.apiKey=\"" + KEY + '"', "rooms.public=" + rooms);
        }

        @Override
        public int port() {
            return node.port();
        }

        @Override
        public String token(String user, Duration life) {
            return node.token(user, Role.MEMBER, life);
        }

        @Override
        public void restart() {
            limitedBefore = limited();
            node.close();
            node = start();
        }

        /** The application's server says something in each room. */
        String fill(String text) {
            for (String room : ROOMS) {
                HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/rooms/" + room + "/messages"))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(
                                new JsonObject().put("content", text).encode()))
                        .build();
                assertThat(PatientCalls.send(http, request).statusCode()).isEqualTo(201);
            }
            return "";
        }

        /** How many frames were refused for a limit, since the first start. */
        long limited() {
            HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                    .header("Authorization", "Bearer " + KEY)
                    .build();
            return limitedBefore
                    + PatientCalls.send(http, request)
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("portcullis_limited_total{"))
                            .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum();
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
