package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What reaches any log, of the server or of its libraries, when a token comes in an address or a cookie. */
class SecretsInLogsIT {
    private static final String CSRF = "csrf-token-that-only-a-page-knows";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();

    @BeforeEach
    void tap() {
        log.start();
        root.setLevel(Level.DEBUG);
        root.addAppender(log);
    }

    @AfterEach
    void untap() {
        root.detachAppender(log);
        root.setLevel(level);
    }

    @Test
    void token_of_a_request_reaches_no_log_and_no_answer() {
        String good = DevToken.of("ann").csrf(CSRF).signed();
        String expired =
                DevToken.of("ann").csrf(CSRF).lasting(Duration.ofSeconds(-1)).signed();
        for (String rejectWith : List.of("close", "http")) {
            try (TestNode node = TestNode.generous(
                    "auth.accept=[\"query\", \"cookie\"]",
                    "auth.rejectWith=" + rejectWith,
                    "origin.missing=reject",
                    "sessions.max=1000")) {
                for (String token : List.of(good, expired, "forged." + good)) {
                    exchange(node, "/ws?token=" + token, "Origin: http://localhost:1\r\n");
                    exchange(node, "/ws?token=" + token, "Origin: https://evil.example\r\n");
                    exchange(node, "/ws?token=" + token + "&token=x", "Origin: http://localhost:1\r\n");
                    exchange(node, "/ws?token=" + token + "%zz", "Origin: http://localhost:1\r\n");
                    exchange(node, "/nothing?token=" + token, "");
                    exchange(node, "/schemas/ping.json?token=" + token, "");
                    exchange(node, "/ws?token=" + token + "x".repeat(9_000), "");
                    exchange(
                            node,
                            "/ws",
                            "Origin: http://localhost:1\r\nCookie: __Host-portcullis_token=" + token
                                    + "\r\nSec-WebSocket-Protocol: portcullis.v1, csrf." + CSRF + "\r\n");
                    exchange(
                            node,
                            "/ws",
                            "Origin: http://localhost:1\r\nCookie: __Host-portcullis_token=" + token
                                    + "\r\nSec-WebSocket-Protocol: portcullis.v1, csrf.x" + CSRF + "\r\n");
                }
            }
        }
        String signature = good.substring(good.lastIndexOf('.'));
        String claims = expired.split("\\.", -1)[1];
        List<String> lines = lines();
        assertThat(lines).anyMatch(line -> line.contains("ws.csrf.failure"));
        assertThat(lines).noneMatch(line -> line.contains(signature) || line.contains(claims) || line.contains(CSRF));
    }

    private void exchange(TestNode node, String target, String headers) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            RawPeer.Reply reply = peer.request("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
            assertThat(reply.body() + reply.headers()).doesNotContain("eyJ").doesNotContain(CSRF);
        }
    }

    private List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getFormattedMessage()
                        + event.getKeyValuePairs()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .toList();
    }
}
