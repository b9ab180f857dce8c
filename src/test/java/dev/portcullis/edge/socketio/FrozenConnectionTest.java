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
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user whose connection died without a word, as that of a phone in a tunnel, at an address that is full. */
class FrozenConnectionTest {
    /** Half of what passes until the heartbeat ends a connection that is silent, with limits as shipped. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String HANDSHAKE = "?EIO=4&transport=polling";

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void stop() {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_of_socket_io_is_in_again_within_seconds(int strangers) {
        try (TestNode node = start(strangers + 1)) {
            fill(node, strangers);
            EngineClient client = new EngineClient(node);
            client.polled().connect(node.token("ann"));

            assertThat(connect(client, node)).contains("TOO_MANY_CONNECTIONS");
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
