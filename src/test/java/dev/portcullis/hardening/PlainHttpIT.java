package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where TLS is required, no password and no token is taken in clear text (CWE-319). */
class PlainHttpIT {
    private static TestNode node;

    @BeforeAll
    static void open() {
        node = TestNode.start("tls.required=true", "http.trustedProxies=[\"127.0.0.1\"]", "accounts.enabled=true");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    static List<Operation> operations() {
        return ApiContract.published().operations(Listener.PUBLIC);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void call_without_tls_is_refused_with_426_before_its_body_is_read(Operation operation) {
        String path = operation.path().toString().replaceAll("\\{[^}]*}", "x");
        refused(operation.method() + " " + path + " HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 9\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS /api/auth/login", "GET /nothing", "GET /ws"})
    void request_of_another_kind_without_tls_is_refused_likewise(String line) {
        refused(line + " HTTP/1.1\r\nHost: chat.example\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https, http", "", "httpss"})
    void call_not_received_over_tls_by_the_nearest_proxy_is_refused(String proto) {
        refused("GET /api/auth/me HTTP/1.1\r\nHost: chat.example\r\nX-Forwarded-Proto: " + proto + "\r\n\r\n");
    }

    @Test
    void call_that_a_trusted_proxy_received_over_tls_is_handled() {
        try (RawPeer peer = RawPeer.to(node.port())) {
            assertThat(peer.request(
                                    "GET /api/auth/me HTTP/1.1\r\nHost: chat.example\r\nX-Forwarded-Proto: https\r\n\r\n")
                            .status())
                    .isEqualTo(401);
        }
    }

    private static void refused(String request) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            Reply reply = peer.request(request);
            assertThat(reply.status()).isEqualTo(426);
            assertThat(reply.header("Upgrade")).isEqualTo("TLS/1.2");
            assertThat(reply.header("Connection")).isEqualTo("Upgrade, close");
            assertThat(new JsonObject(reply.body()).getJsonObject("error").getString("reason"))
                    .isEqualTo("secure_connection_required");
            assertThat(peer.isCutOff()).isTrue();
        }
    }
}
