package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user whose connection died without a word, as that of a phone in a tunnel, at an address that is full. */
class FrozenConnectionIT {
    /** Half of what passes until the heartbeat ends a connection that is silent, with limits as shipped. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String HANDSHAKE = "?EIO=4&transport=polling";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawPeer> peers = new ArrayList<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean over;

    @AfterEach
    void stop() {
        over = true;
        threads.shutdownNow();
        peers.forEach(RawPeer::close);
    }

    /** The strangers hold all other connections of the address, each one of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_is_in_again_within_seconds_and_strangers_stay(int strangers) {
        try (TestNode node = start(strangers + 1)) {
            List<RawPeer> others = fill(node, strangers);
            assertThat(enter(node, "ann").status()).isEqualTo(101);
            RawPeer frozen = last();

            Reply refused = enter(node, "ann");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(Await.until(() -> again(() -> enter(node, "ann").status() == 101), SOON))
                    .isTrue();
            frozen.next("auth_success");
            assertThat(frozen.closeCode()).isEqualTo(4000);
            for (RawPeer peer : others) {
                assertThat(isServed(peer)).as("who was there").isTrue();
            }
        }
    }

    /** They come twice a second, and the user after the time that the refusal names. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void place_of_a_dead_connection_goes_to_no_stranger_who_waits_for_it(int waiting) {
        try (TestNode node = start(2)) {
            fill(node, 1);
            assertThat(enter(node, "ann").status()).isEqualTo(101);
            RawPeer frozen = last();
            assertThat(enter(node, "ann").status()).isEqualTo(429);
            for (int i = 0; i < waiting; i++) {
                String user = "waiting" + i;
                threads.execute(() -> comeAgainAndAgain(node, user));
            }
            frozen.next("auth_success");
            assertThat(frozen.closeCode()).isEqualTo(4000);
            int before = refused.get();
            assertThat(Await.until(() -> refused.get() >= before + waiting)).isTrue();
            assertThat(enter(node, "ann").status()).isEqualTo(101);
            last().next("auth_success");
            over = true;
            assertThat(admitted).hasValue(0);
        }
    }

    private void comeAgainAndAgain(TestNode node, String user) {
        while (!over) {
            try (RawPeer peer = RawPeer.to(node.port())) {
                int status = Upgrade.of().withToken(node.token(user)).from(peer).status();
                (status == 101 ? admitted : refused).incrementAndGet();
            } catch (UncheckedIOException cutOff) {
                assertThat(over).isTrue();
            }
            Await.pass(Duration.ofMillis(500));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_of_socket_io_is_in_again_within_seconds(int strangers) {
        try (TestNode node = start(strangers + 1)) {
            fill(node, strangers);
            EngineClient client = new EngineClient(node);
            client.polled().connect(node.token("ann"));

            assertThat(connect(client, node))
                    .as("not the error after which its library does not try again")
                    .isEqualTo("1");
            assertThat(Await.until(() -> again(() -> connect(client, node).startsWith("40{")), SOON))
                    .isTrue();
        }
    }

    /** Beside a third one of the same user, which is frozen, so that its end shows that all were asked. */
    @Test
    void live_connections_stay_however_often_a_further_one_is_tried() {
        try (TestNode node = start(10)) {
            fill(node, 7);
            try (JdkPeer one = JdkPeer.admitted(node.ws(), node.token("ann"));
                    JdkPeer other = JdkPeer.admitted(node.ws(), node.token("ann"))) {
                one.next("auth_success");
                other.next("auth_success");
                assertThat(enter(node, "ann").status()).isEqualTo(101);
                RawPeer frozen = last();
                for (int i = 0; i < 3; i++) {
                    assertThat(enter(node, "ann").status()).isEqualTo(429);
                }
                frozen.next("auth_success");
                assertThat(frozen.closeCode()).isEqualTo(4000);
                for (int i = 0; i < 3; i++) {
                    for (JdkPeer live : List.of(one, other)) {
                        live.send("{\"type\":\"ping\",\"id\":\"p\"}");
                        assertThat(live.next("pong").getString("id")).isEqualTo("p");
                    }
                }
            }
        }
    }

    /** At 40 KB a second a ping waits about six seconds behind what the kernel holds for the client. */
    @Test
    void client_on_a_slow_line_stays_while_it_takes_what_it_asked_for() throws Exception {
        try (TestNode node = TestNode.generous("limits.connectionsPerIp=2", "sessions.handshakesPerMinute=1000")) {
            fillLobby(node);
            assertThat(Await.until(() -> enter(node, "stranger").status() == 101))
                    .isTrue();
            try (Socket line = new Socket()) {
                line.setReceiveBufferSize(16_384);
                line.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
                RawPeer slow = RawPeer.over(line);
                assertThat(Upgrade.of().withToken(node.token("ann")).from(slow).status())
                        .isEqualTo(101);
                slow.next("auth_success");
                slow.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
                for (int i = 0; i < 3; i++) {
                    slow.text("{\"type\":\"history\",\"roomId\":\"lobby\",\"limit\":100,\"id\":\"h" + i + "\"}");
                }
                Await.pass(Duration.ofMillis(500));
                assertThat(enter(node, "ann").status()).isEqualTo(429);
                long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                while (System.nanoTime() - until < 0) { // a line that answers nothing as long as the ping is behind
                    assertThat(line.getInputStream().readNBytes(4_096)).hasSize(4_096);
                    Await.pass(Duration.ofMillis(100));
                }
            }
        }
    }

    /** A pong can't overtake the POST, and only a whole one has packets. */
    @Test
    void client_of_socket_io_stays_while_its_post_is_on_its_way() {
        try (TestNode node = TestNode.start("limits.connectionsPerIp=2", "http.bodyMs=30000")) {
            fill(node, 1);
            Polled ann = new EngineClient(node).polled().connect(node.token("ann"));
            byte[] body = ("42[\"ping\",{\"id\":\"" + "x".repeat(40) + "\"}]").getBytes(StandardCharsets.UTF_8);
            try (RawPeer poster = RawPeer.to(node.port())) {
                poster.write(("POST /socket.io/" + EngineClient.pollOf(ann.sid()) + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                + node.port()
                                + "\r\nOrigin: http://localhost:3000\r\nContent-Type: text/plain\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
                poster.write(Arrays.copyOf(body, 1));
                assertThat(enter(node, "ann").status()).isEqualTo(429);
                for (int i = 1; i < body.length - 1; i++) {
                    Await.pass(Duration.ofMillis(5_000 / body.length));
                    poster.write(new byte[] {body[i]});
                }
                assertThat(poster.request(new String(body, body.length - 1, 1, StandardCharsets.UTF_8))
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    /** 300 KB. */
    private static void fillLobby(TestNode node) {
        String text = "\u4e2d".repeat(1_000);
        try (JdkPeer writer = node.enter("writer")) {
            writer.join("lobby");
            for (int i = 0; i < 100; i++) {
                assertThat(writer.chat("lobby", text, "m" + i).getString("type"))
                        .isEqualTo("ack");
                writer.next("chat");
            }
        }
    }

    /** As a library would, which waits before it tries again. */
    private static boolean again(BooleanSupplier connect) {
        Await.pass(Duration.ofMillis(500));
        return connect.getAsBoolean();
    }

    private static TestNode start(int perAddress) {
        return TestNode.start(
                "limits.connectionsPerIp=" + perAddress,
                "sessions.handshakesPerMinute=1000",
                "ratelimit.handshakes.minute=10000");
    }

    private List<RawPeer> fill(TestNode node, int strangers) {
        for (int i = 0; i < strangers; i++) {
            assertThat(enter(node, "stranger" + i).status()).isEqualTo(101);
            last().next("auth_success");
        }
        return List.copyOf(peers);
    }

    private Reply enter(TestNode node, String user) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return Upgrade.of().withToken(node.token(user)).from(peer);
    }

    private RawPeer last() {
        return peers.get(peers.size() - 1);
    }

    private static boolean isServed(RawPeer peer) {
        peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
        return "p".equals(peer.next("pong").getString("id"));
    }

    /** Each opening is used: one that is not takes a place of the address for its time. */
    private static String connect(EngineClient client, TestNode node) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        assertThat(Await.until(() -> {
                    answers.add(0, client.get(HANDSHAKE));
                    return answers.get(0).statusCode() == 200;
                }))
                .as("let in on trial")
                .isTrue();
        JsonObject opened = new JsonObject(answers.get(0).body().substring(1));
        Polled session = client.new Polled(opened.getString("sid"));
        session.post("40" + new JsonObject().put("token", node.token("ann")));
        return session.next();
    }
}
