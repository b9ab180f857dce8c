package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator's bans on a node with each kind of store. */
class BansIT {
    private static final String ANN = "ann";
    private static final String PROXY = "http.trustedProxies=[\"127.0.0.1\"]";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "redis"})
    void ban_closes_what_is_open_outlives_a_restart_and_ends_when_it_is_lifted(String kind) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            String[] store = kind.equals("redis")
                    ? new String[] {"store.kind=redis", "store.redis.uri=" + redis.uri(), PROXY}
                    : new String[] {"store.path=" + folder.resolve("data"), PROXY};
            try (TestNode node = TestNode.steady(store)) {
                JdkPeer open = JdkPeer.admitted(node.ws(), node.token(ANN));
                open.next("auth_success");

                assertThat(post(node, "{\"userId\":\"ann\",\"seconds\":600,\"reason\":\"spam\"}"))
                        .isEqualTo(201);
                assertThat(post(node, "{\"ip\":\"203.0.113.0/24\",\"seconds\":600}"))
                        .isEqualTo(201);

                assertThat(open.ended()).isEqualTo(1008);
                assertThat(Await.until(() -> statusFrom(node, "203.0.113.9") == 403))
                        .isTrue();
                assertThat(statusFrom(node, "203.0.114.9")).isEqualTo(101);
            }
            try (TestNode node = TestNode.steady(store)) {
                assertThat(bans(node)).hasSize(2);
                JdkPeer refused = JdkPeer.withToken(node.ws(), node.token(ANN));
                assertThat(refused.ended()).isEqualTo(1008);
                assertThat(refused.rest()).isEmpty();
                assertThat(statusFrom(node, "203.0.113.9")).isEqualTo(403);

                assertThat(delete(node, "userId=ann")).isEqualTo(204);
                assertThat(delete(node, "ip=203.0.113.0/24")).isEqualTo(204);

                assertThat(bans(node)).isEmpty();
                assertThat(Await.until(() -> statusFrom(node, "203.0.113.9") == 101))
                        .isTrue();
                assertThat(Await.until(() -> isLetIn(node, node.token(ANN)))).isTrue();
            }
        }
    }

    @Test
    void user_whose_ban_was_lifted_comes_in_with_the_token_of_before() throws Exception {
        try (TestNode node = TestNode.generous()) {
            String token = node.token(ANN);
            JdkPeer open = JdkPeer.admitted(node.ws(), token);
            open.next("auth_success");
            assertThat(post(node, "{\"userId\":\"ann\",\"seconds\":600}")).isEqualTo(201);
            assertThat(open.ended()).isEqualTo(1008);
            assertThat(delete(node, "userId=ann")).isEqualTo(204);

            assertThat(Await.until(() -> isLetIn(node, token))).isTrue();
        }
    }

    @Test
    void ban_that_redis_has_lost_is_there_again() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestNode node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri(), PROXY)) {
            assertThat(post(node, "{\"userId\":\"ann\",\"seconds\":600}")).isEqualTo(201);
            assertThat(post(node, "{\"ip\":\"203.0.113.0/24\",\"seconds\":600}"))
                    .isEqualTo(201);
            assertThat(post(node, "{\"ip\":\"198.51.100.7\",\"seconds\":600}")).isEqualTo(201);
            assertThat(delete(node, "ip=198.51.100.7")).isEqualTo(204);
            assertThat(Await.until(() -> statusFrom(node, "203.0.113.9") == 403))
                    .isTrue();
            assertThat(Await.until(() -> statusFrom(node, "198.51.100.7") == 101))
                    .isTrue();

            new RedisConsole(redis).ask("FLUSHALL");

            assertThat(Await.until(() -> bans(node).size() == 2)).isTrue();
            assertThat(statusFrom(node, "203.0.113.9")).isEqualTo(403);
        }
    }

    @Test
    void ban_of_the_configuration_holds_from_the_start() throws Exception {
        try (TestNode node = TestNode.generous(
                PROXY,
                "bans.users=[\"ann\"]",
                "bans.ranges=[\"203.0.113.0/24\"]",
                "bans.allowed.ranges=[\"203.0.113.7\"]")) {
            assertThat(JdkPeer.withToken(node.ws(), node.token(ANN)).ended()).isEqualTo(1008);
            assertThat(statusFrom(node, "203.0.113.9")).isEqualTo(403);
            assertThat(statusFrom(node, "203.0.113.7")).isEqualTo(101);
            assertThat(bans(node)).hasSize(2);
            assertThat(delete(node, "userId=ann")).isEqualTo(409);
        }
    }

    private static boolean isLetIn(TestNode node, String token) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("Authorization: Bearer " + token).status() == 101
                    && peer.read().text().contains("auth_success");
        }
    }

    private static int statusFrom(TestNode node, String address) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("X-Forwarded-For: " + address, "Authorization: Bearer " + node.token("bob"))
                    .status();
        }
    }

    private int post(TestNode node, String body) {
        return request(
                        node,
                        "",
                        each -> each.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)))
                .statusCode();
    }

    private int delete(TestNode node, String query) {
        return request(node, "?" + query, HttpRequest.Builder::DELETE).statusCode();
    }

    private JsonArray bans(TestNode node) {
        return new JsonObject(request(node, "", HttpRequest.Builder::GET).body()).getJsonArray("bans");
    }

    private HttpResponse<String> request(TestNode node, String query, UnaryOperator<HttpRequest.Builder> method) {
        String operator = node.token("op", Role.ADMIN, Duration.ofMinutes(10));
        return PatientCalls.send(
                http,
                method.apply(HttpRequest.newBuilder(node.admin("/admin/bans" + query))
                                .header("Authorization", "Bearer " + operator))
                        .build());
    }
}
