package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of HTTP requests per connection and per address. */
class RequestLimitsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OTHER_ADDRESS = "127.0.0.2";
    private static final int MINUTE = 200;

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void connection_ends_after_its_last_request_and_later_pipelined_ones_are_not_read() {
        try (TestNode node = TestNode.generous("http.requestsPerConnection=5")) {
            RawPeer peer = from("127.0.0.1", node);
            Reply reply = peer.request(get("/nothing", "").repeat(50));
            for (int i = 1; i < 5; i++) {
                assertThat(reply.header("Connection")).isEmpty();
                reply = peer.request("");
            }
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(peer.rest()).isEmpty();
            assertThat(from("127.0.0.1", node).upgrade().status()).isEqualTo(101);
        }
    }

    @Test
    void address_over_its_limit_is_refused_and_its_open_connections_and_other_addresses_are_served() {
        try (TestNode node = TestNode.generous("http.requestsPerMinute=" + MINUTE, "admin.apiKey=" + Gauges.KEY)) {
            RawPeer member = from("127.0.0.1", node);
            String token = "Authorization: Bearer " + node.token("ann");
            assertThat(member.upgrade(token).status()).isEqualTo(101);
            member.next("auth_success");
            RawPeer flood = from("127.0.0.1", node);
            Reply reply = flood.request(get("/nothing", "").repeat(2 * MINUTE));
            for (int i = 0; i < MINUTE; i++) {
                assertThat(reply.status()).isEqualTo(404);
                reply = flood.request("");
            }
            assertThat(reply.status()).isEqualTo(429);
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 60);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(reply.body()).contains("rate_limited");
            assertThat(flood.isCutOff()).isTrue();

            assertThat(from("127.0.0.1", node).request("nonsense\r\n\r\n").status())
                    .as("malformed requests count")
                    .isEqualTo(429);
            assertThat(from("127.0.0.1", node).request(get("/ws", "")).status())
                    .as("requests to /ws without an upgrade count")
                    .isEqualTo(429);
            assertThat(from(OTHER_ADDRESS, node).request(get("/nothing", "")).status())
                    .isEqualTo(404);
            member.text("{\"type\":\"ping\"}");
            member.next("pong");
            assertThat(from("127.0.0.1", node).upgrade(token).status())
                    .as("handshakes have their own limits")
                    .isEqualTo(101);
            assertThat(Gauges.scrape(node)).contains("portcullis_http_requests_limited_total 3.0");
        }
    }

    @Test
    void address_that_opens_too_many_connections_gets_some_of_them_closed_and_no_other_address_does() {
        try (TestNode node = TestNode.generous("limits.acceptsPerSecond=15", "admin.apiKey=" + Gauges.KEY)) {
            assertThat(Await.until(
                            () -> !isAnswered(node)
                                    && Gauges.scrape(node)
                                            .contains(
                                                    "portcullis_pending_connections_closed_total{reason=\"address_rate\"}"),
                            PATIENCE))
                    .isTrue();
            assertThat(from(OTHER_ADDRESS, node).request(get("/nothing", "")).status())
                    .isEqualTo(404);
            assertThat(Await.until(() -> isAnswered(node), PATIENCE))
                    .as("a moment later")
                    .isTrue();
        }
    }

    @Test
    void clients_behind_a_trusted_proxy_count_by_their_own_address() {
        try (TestNode node = TestNode.generous("http.requestsPerMinute=3", "http.trustedProxies=[\"127.0.0.1\"]")) {
            for (int i = 0; i < 3; i++) {
                assertThat(of("198.51.100.1", node)).isEqualTo(404);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(of("198.51.100.1", node)).isEqualTo(429);
            }
            assertThat(of("198.51.100.2", node)).isEqualTo(404);
        }
    }

    /** Else one stranger has a load balancer take the node away from all users: it asks from the same address. */
    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"})
    void flood_through_a_proxy_or_at_its_address_leaves_the_check_of_the_load_balancer(String flood) {
        try (TestNode node = TestNode.generous(
                "http.requestsPerMinute=10", "http.trustedProxies=[\"127.0.0.1\"]", "http.health=true")) {
            assertThat(Await.until(() -> from("127.0.0.1", node).request(flood).status() == 429))
                    .isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(health(node)).as("503 on a busy machine").isIn(200, 503);
            }
            assertThat(Await.until(() -> health(node) == 200)).isTrue();
            assertThat(of("198.51.100.2", node)).as("a user behind the proxy").isEqualTo(404);
        }
    }

    private int health(TestNode node) {
        return from("127.0.0.1", node).request(get("/health/ready", "")).status();
    }

    @Test
    void requests_of_which_nothing_can_be_read_are_not_paid_for_by_their_proxy() {
        try (TestNode node = TestNode.generous("http.requestsPerMinute=3", "http.trustedProxies=[\"127.0.0.1\"]")) {
            assertThat(Await.until(() ->
                            from("127.0.0.1", node).request("nonsense\r\n\r\n").status() == 429))
                    .isTrue();
            assertThat(from("127.0.0.1", node).request(get("/nothing", "")).status())
                    .as("of the proxy itself")
                    .isEqualTo(404);
        }
    }

    private int of(String client, TestNode node) {
        return from("127.0.0.1", node)
                .request(get("/nothing", "X-Forwarded-For: " + client + "\r\n"))
                .status();
    }

    private static boolean isAnswered(TestNode node) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(get("/nothing", "")).status() == 404;
        } catch (UncheckedIOException closed) {
            return false;
        }
    }

    private static String get(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    }

    private RawPeer from(String address, TestNode node) {
        try {
            RawPeer peer = RawPeer.over(
                    new Socket(InetAddress.getLoopbackAddress(), node.port(), InetAddress.getByName(address), 0));
            peers.add(peer);
            return peer;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
