package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.OutgoingResult.Why;
import dev.portcullis.kit.Await;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers are whole, and belong to their call. */
@ExtendWith(VertxExtension.class)
class OutgoingAnswerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final OutgoingConfig CONFIG =
            new OutgoingConfig(30_000, 20_000, 100, 100, Set.of(), new CircuitBreaker.Config(3, 20, 60_000, 60_000));
    private static OutgoingHttp http;

    private final CountDownLatch release = new CountDownLatch(1);

    @BeforeAll
    static void start(Vertx vertx) {
        http = OutgoingHttp.open(vertx, CONFIG);
    }

    @AfterAll
    static void stop() {
        http.close();
    }

    @AfterEach
    void letServersEnd() {
        release.countDown();
    }

    /** TCP can be ended by who is between, also under TLS: the end of a connection does not show that a body is whole. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\nhi",
                "HTTP/1.1 404 Not Found\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
            })
    void answer_without_an_own_end_is_refused(String answer) throws Exception {
        try (NastyServer server = NastyServer.answering(answer)) {
            assertThat(get(server)).isEqualTo("BROKEN_ANSWER");
        }
        try (NastyServer server = NastyServer.answering(answer)) {
            assertThat(send(server, OutgoingRequest.post(Map.of(), Buffer.buffer("x"))))
                    .isEqualTo("BROKEN_ANSWER");
        }
    }

    @Test
    void answer_without_a_body_needs_no_end() throws Exception {
        try (NastyServer none = NastyServer.answering("HTTP/1.1 204 No Content\r\n\r\n");
                NastyServer head = NastyServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")) {
            assertThat(get(none)).isEqualTo("204 ");
            assertThat(send(head, new OutgoingRequest(HttpMethod.HEAD, Map.of(), Buffer.buffer(), true)))
                    .isEqualTo("200 ");
        }
    }

    @Test
    void chunked_answer_is_whole() throws Exception {
        try (NastyServer server = NastyServer.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n")) {
            assertThat(get(server)).isEqualTo("200 hi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"})
    void interim_responses_are_bounded(String interim) throws Exception {
        try (NastyServer few = NastyServer.answering(interim.repeat(8) + OK);
                NastyServer many = NastyServer.answering(interim.repeat(9) + OK);
                NastyServer endless = new NastyServer(out -> writeForEver(out, interim))) {
            assertThat(get(few)).isEqualTo("200 hi");
            assertThat(get(many)).isEqualTo("BROKEN_ANSWER");
            assertThat(get(endless)).isEqualTo("BROKEN_ANSWER");
            assertThat(Await.until(endless::isLeft)).isTrue();
        }
    }

    /** Each piece may bring a long chunk extension, which counts for nothing in the size of the body. */
    @Test
    void pieces_of_an_answer_are_bounded() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (NastyServer few = NastyServer.answering(head + "1;a=b\r\nx\r\n".repeat(8_192) + "0\r\n\r\n");
                NastyServer many = NastyServer.answering(head + "1;a=b\r\nx\r\n".repeat(8_193) + "0\r\n\r\n")) {
            assertThat(get(few)).isEqualTo("200 " + "x".repeat(8_192));
            assertThat(get(many)).isEqualTo("TOO_LARGE");
        }
    }

    @Test
    void announced_size_beyond_the_bound_is_refused_at_once() throws Exception {
        try (NastyServer server = staying("HTTP/1.1 200 OK\r\nContent-Length: 20001\r\n\r\n")) {
            assertThat(get(server)).isEqualTo("TOO_LARGE");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 101, 102, 199, 600, 999})
    void status_that_http_does_not_know_is_refused(int status) throws Exception {
        try (NastyServer server = NastyServer.answering("HTTP/1.1 " + status + " Odd\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(get(server)).isEqualTo("BROKEN_ANSWER");
        }
    }

    /** RFC 9110, 15.4.5: it names no other place, and is good news. */
    @Test
    void not_modified_is_an_answer_and_no_failure() throws Exception {
        try (NastyServer server = NastyServer.answering("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n")) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 25; i++) {
                assertThat(send(target, OutgoingRequest.get(Map.of()))).isEqualTo("304 ");
            }
            assertThat(target.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    /** Does not end the connection after its answer. */
    private NastyServer staying(String answer) {
        return new NastyServer(out -> {
            out.write(answer.getBytes(ISO_8859_1));
            try {
                release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void writeForEver(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        while (true) {
            out.write(bytes);
        }
    }

    private static String get(NastyServer server) throws Exception {
        return send(server, OutgoingRequest.get(Map.of()));
    }

    private static String send(NastyServer server, OutgoingRequest request) throws Exception {
        return send(target(server), request);
    }

    /** Status and body, or why there was no answer. */
    private static String send(OutgoingTarget target, OutgoingRequest request) throws Exception {
        return http.send(target, request)
                .await(30, TimeUnit.SECONDS)
                .fold(answer -> answer.status() + " " + answer.body(), Why::name);
    }

    private static OutgoingTarget target(NastyServer server) {
        return new OutgoingTarget(
                OutgoingService.KEYS,
                OutgoingUrl.parse("http://127.0.0.1:" + server.port() + "/").orElseThrow(),
                CONFIG,
                OutgoingMetrics.uncounted());
    }
}
