package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client, and a server that does what a test says. */
@ExtendWith(VertxExtension.class)
abstract class ClientFixture {
    final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();
    final AtomicLong millis = new AtomicLong(1_000_000);

    /** The frames that the server got, of all connections. */
    final Queue<JsonObject> arrived = new ConcurrentLinkedQueue<>();

    Vertx vertx;
    FakeServer server;
    private final List<PortcullisClient> clients = new ArrayList<>();

    @BeforeEach
    void listen(Vertx fresh) throws Exception {
        vertx = fresh;
        server = new FakeServer(vertx);
        server.instead = this::record;
    }

    @AfterEach
    void close() throws Exception {
        for (PortcullisClient client : clients) {
            client.close().await(30, TimeUnit.SECONDS);
        }
    }

    private boolean record(ServerWebSocket socket, JsonObject frame) {
        arrived.add(frame);
        return answersItself(socket, frame);
    }

    /** Whether the test has answered the frame itself. */
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        return false;
    }

    ClientOptions options() {
        return ClientOptions.to(server.url(), "t1").withRooms("lobby").withBackoff(1, 5);
    }

    PortcullisClient connect(ClientOptions options) {
        return connect(options, events::add);
    }

    PortcullisClient connect(ClientOptions options, Consumer<ClientEvent> listener) {
        PortcullisClient client = PortcullisClient.connect(vertx, options, listener);
        clients.add(client);
        return client;
    }

    <E extends ClientEvent> E next(Class<E> kind) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            ClientEvent event = events.poll(100, TimeUnit.MILLISECONDS);
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
        throw new AssertionError("no " + kind.getSimpleName() + " came");
    }

    List<JsonObject> arrived(String type) {
        return arrived.stream()
                .filter(frame -> type.equals(frame.getString("type")))
                .toList();
    }

    void awaitArrived(String type, int count) {
        if (!Await.until(() -> arrived(type).size() >= count)) {
            throw new AssertionError(count + " " + type + " did not come, but " + arrived);
        }
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    static void assertFails(Future<?> future, ClientFailure.Kind kind) {
        assertThatThrownBy(() -> await(future))
                .isInstanceOfSatisfying(
                        ClientFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    /** Answers a frame with an error, or with the limit of its action for a minute; always true. */
    static boolean refuse(ServerWebSocket socket, JsonObject frame, String reason) {
        JsonObject answer = new JsonObject().put("id", frame.getString("id"));
        if (frame.containsKey("roomId")) {
            answer.put("roomId", frame.getString("roomId"));
        }
        send(
                socket,
                reason.equals("rate_limited")
                        ? answer.put("type", reason)
                                .put("scope", "action")
                                .put("window", "minute")
                                .put("retryAfter", 60_000)
                        : answer.put("type", "error").put("reason", reason));
        return true;
    }

    static void send(ServerWebSocket socket, JsonObject frame) {
        socket.writeTextMessage(frame.encode());
    }
}
