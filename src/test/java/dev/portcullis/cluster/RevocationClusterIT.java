package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revocations on three nodes with all stages, each in a process of its own, by the clock of the clients. */
class RevocationClusterIT {
    private static final int USERS = 200;
    private static final int SESSIONS = 5;
    private static final int REVOKED = 1008;
    private static final List<String> STAGES = List.of("edge", "auth", "ratelimit", "rooms", "broadcast");

    @TempDir
    private static Path folder;

    private static ForkedCluster cluster;
    private static Vertx vertx;
    private static WebSocketClient client;

    /** One client: what it has learnt, and when. */
    private static final class Peer {
        private final int user;
        private volatile boolean greeted;
        private volatile long closedAt;
        private volatile int code;

        Peer(int user) {
            this.user = user;
        }

        void watch(WebSocket socket) {
            socket.textMessageHandler(text -> greeted |= text.contains("\"auth_success\""));
            socket.closeHandler(closed -> {
                code = socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode();
                closedAt = System.nanoTime();
            });
        }
    }

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.of(folder, List.of("a", "b", "c"), List.of(STAGES, STAGES, STAGES));
        vertx = Vertx.vertx();
        client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(USERS * SESSIONS));
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void thousand_connections_on_three_nodes_are_closed_within_a_second_of_their_revocation() throws Exception {
        List<Peer> peers = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            List<Future<WebSocket>> opening = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                Peer peer = new Peer(user);
                peers.add(peer);
                opening.add(connect(node(user + i), "user-" + user).onSuccess(peer::watch));
            }
            Future.all(opening).await(60, TimeUnit.SECONDS);
        }
        assertThat(Await.until(() -> peers.stream().allMatch(peer -> peer.greeted)))
                .isTrue();
        long[] askedAt = new long[USERS];
        AtomicInteger refused = new AtomicInteger();

        long before = System.currentTimeMillis() + 30_000;
        for (int user = 0; user < USERS; user++) {
            askedAt[user] = System.nanoTime();
            int status = node(user).revoke("{\"userId\":\"user-" + user + "\",\"before\":" + before + "}");
            refused.addAndGet(status == 204 ? 0 : 1);
        }

        assertThat(refused).hasValue(0);
        assertThat(Await.until(() -> peers.stream().allMatch(peer -> peer.closedAt != 0)))
                .isTrue();
        assertThat(peers).allMatch(peer -> peer.code == REVOKED);
        report(
                "each user alone",
                peers.stream()
                        .mapToLong(peer -> peer.closedAt - askedAt[peer.user])
                        .toArray());
    }

    /** The user is not given: the revocation concerns every lane. */
    @Test
    void token_of_an_unknown_user_is_revoked_on_every_node_at_once() throws Exception {
        String token = node(0).token("shared", Role.MEMBER);
        List<Peer> peers = IntStream.range(0, 90).mapToObj(Peer::new).toList();
        for (Peer peer : peers) {
            connectWith(node(peer.user), token).onSuccess(peer::watch).await(60, TimeUnit.SECONDS);
        }
        assertThat(Await.until(() -> peers.stream().allMatch(peer -> peer.greeted)))
                .isTrue();
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        String jti = new JsonObject(claims).getString("jti");

        long askedAt = System.nanoTime();
        assertThat(node(1).revoke("{\"jti\":\"" + jti + "\"}")).isEqualTo(204);

        assertThat(Await.until(() -> peers.stream().allMatch(peer -> peer.closedAt != 0)))
                .isTrue();
        assertThat(peers).allMatch(peer -> peer.code == REVOKED);
        report(
                "a token in every lane",
                peers.stream().mapToLong(peer -> peer.closedAt - askedAt).toArray());
        for (NodeFork node : cluster.nodes()) {
            Peer late = new Peer(0);
            connectWith(node, token).onSuccess(late::watch).await(60, TimeUnit.SECONDS);
            assertThat(Await.until(() -> late.closedAt != 0)).isTrue();
            assertThat(late.greeted).as("no session begins on any node").isFalse();
        }
    }

    private static void report(String what, long[] nanos) {
        long[] millis = Arrays.stream(nanos)
                .map(TimeUnit.NANOSECONDS::toMillis)
                .sorted()
                .toArray();
        System.out.printf(
                "revocation of %s: %d connections, p50 %d ms, p99 %d ms, max %d ms%n",
                what,
                millis.length,
                millis[millis.length / 2],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
        assertThat(millis[millis.length - 1]).as("the slowest, in ms").isLessThan(1_000);
    }

    private static NodeFork node(int number) {
        return cluster.nodes().get(number % 3);
    }

    private static Future<WebSocket> connect(NodeFork node, String user) {
        return connectWith(node, node.token(user, Role.MEMBER));
    }

    private static Future<WebSocket> connectWith(NodeFork node, String token) {
        URI uri = node.ws();
        return client.connect(new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI(uri.getRawPath())
                .setAllowOriginHeader(false)
                .setSubProtocols(List.of("portcullis.v1", "bearer." + token)));
    }
}
