package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.outgoing.OutgoingResult.Answered;
import dev.portcullis.http.outgoing.OutgoingResult.Why;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can do to one who calls it. */
@ExtendWith(VertxExtension.class)
class OutgoingHttpTest {
    private static final OutgoingRequest GET = OutgoingRequest.get(Map.of());
    private static final String OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nX-Of: server\r\n\r\nhi";

    /** Long enough for what must arrive on a busy machine, where the deadline is not what is tested. */
    private static final long LONG = 30_000;

    private static Vertx vertx;

    private final CountDownLatch release = new CountDownLatch(1);
    private OutgoingConfig config;
    private OutgoingHttp http;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @BeforeEach
    void open() {
        open(LONG, 262_144, 100);
    }

    @AfterEach
    void close() {
        release.countDown();
        http.close();
    }

    @Test
    void answer_has_status_headers_and_body() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            Answered answer = answered(get(server));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().get("x-of")).isEqualTo("server");
            assertThat(answer.body()).hasToString("hi");
            assertThat(server.requests().get(0))
                    .startsWith("GET /x?y HTTP/1.1\r\n")
                    .containsIgnoringCase("host: 127.0.0.1:" + server.port() + "\r\n")
                    .doesNotContainIgnoringCase("accept-encoding");
        }
    }

    @Test
    void name_is_found_by_the_resolver_of_the_system() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            OutgoingUrl url =
                    OutgoingUrl.parse("http://localhost:" + server.port() + "/").orElseThrow();

            assertThat(answered(await(http.send(
                                    new OutgoingTarget(OutgoingService.KEYS, url, config, OutgoingMetrics.uncounted()),
                                    GET)))
                            .status())
                    .isEqualTo(200);
            assertThat(server.requests().get(0)).containsIgnoringCase("host: localhost:" + server.port() + "\r\n");
        }
    }

    @Test
    void post_carries_its_body_and_headers_but_no_other_host() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            await(http.send(
                    target(server),
                    OutgoingRequest.post(
                            Map.of("Content-Type", "application/json", "Host", "other.example"),
                            Buffer.buffer("{\"a\":1}"))));

            assertThat(server.requests().get(0))
                    .startsWith("POST /x?y HTTP/1.1\r\n")
                    .containsIgnoringCase("content-type: application/json\r\n")
                    .doesNotContain("other.example")
                    .endsWith("\r\n\r\n{\"a\":1}");
        }
    }

    @Test
    void result_comes_back_on_the_callers_context() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            Context caller = vertx.getOrCreateContext();
            Future<Context> completedOn =
                    Future.future(completed -> caller.runOnContext(any -> http.send(target(server), GET)
                            .map(result -> Vertx.currentContext())
                            .onComplete(completed)));

            assertThat(completedOn.await(30, TimeUnit.SECONDS)).isSameAs(caller);
        }
    }

    @Test
    void refusal_of_the_server_is_an_answer() throws Exception {
        try (NastyServer server =
                NastyServer.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            assertThat(answered(get(server)).status()).isEqualTo(404);
        }
    }

    /** CWE-400: each of these sends nothing, or never enough, and stays. */
    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-A", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"})
    void server_that_falls_silent_is_left_at_the_deadline(String begin) throws Exception {
        reopen(300);
        try (NastyServer server = new NastyServer(out -> {
            out.write(begin.getBytes(UTF_8));
            awaitRelease();
        })) {
            assertThat(refused(get(server))).isEqualTo(Why.TIMED_OUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-A: ", "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"})
    void server_that_sends_a_byte_now_and_then_is_left_at_the_deadline(String begin) throws Exception {
        reopen(500);
        try (NastyServer server = new NastyServer(out -> {
            out.write(begin.getBytes(UTF_8));
            drip(out);
        })) {
            assertThat(refused(get(server))).isEqualTo(Why.TIMED_OUT);
            assertThat(Await.until(server::isLeft)).as("the connection ends").isTrue();
        }
    }

    @Test
    void answer_of_the_longest_size_is_whole_and_one_byte_more_is_refused() throws Exception {
        reopen(LONG, 1_000, 100);
        for (int length : new int[] {1_000, 1_001}) {
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
            try (NastyServer server = NastyServer.answering(head + "x".repeat(length))) {
                OutgoingResult result = get(server);
                if (length == 1_000) {
                    assertThat(answered(result).body().length()).isEqualTo(1_000);
                } else {
                    assertThat(refused(result)).isEqualTo(Why.TOO_LARGE);
                }
            }
        }
    }

    @Test
    void endless_answer_is_left_as_soon_as_it_is_too_large() throws Exception {
        try (NastyServer server = new NastyServer(out -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
            byte[] chunk = ("400\r\n" + "x".repeat(0x400) + "\r\n").getBytes(UTF_8);
            while (true) {
                out.write(chunk);
            }
        })) {
            assertThat(refused(get(server))).isEqualTo(Why.TOO_LARGE);
            assertThat(Await.until(server::isLeft)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirect_is_not_followed(int status) throws Exception {
        try (NastyServer other = NastyServer.answering(OK);
                NastyServer server =
                        NastyServer.answering("HTTP/1.1 " + status + " Moved\r\nLocation: http://127.0.0.1:"
                                + other.port() + "/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            assertThat(refused(get(server))).isEqualTo(Why.REDIRECTED);
            assertThat(other.connections()).isZero();
        }
    }

    /** CWE-409: 2 MB of zeros are 2 KB on the way. */
    @Test
    void compressed_answer_is_not_expanded() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[2_000_000]);
        }
        try (NastyServer server = new NastyServer(out -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(packed.toByteArray());
        })) {
            assertThat(answered(get(server)).body().getBytes()).isEqualTo(packed.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.0\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
                ""
            })
    void answer_that_is_no_http_or_ends_early_is_refused(String answer) throws Exception {
        try (NastyServer server = NastyServer.answering(answer)) {
            assertThat(refused(get(server))).isEqualTo(Why.BROKEN_ANSWER);
        }
    }

    @Test
    void header_beyond_the_bound_is_refused() throws Exception {
        try (NastyServer server = NastyServer.answering("HTTP/1.1 200 OK\r\nX-A: " + "x".repeat(100_000)
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            assertThat(refused(get(server))).isEqualTo(Why.BROKEN_ANSWER);
        }
    }

    @Test
    void cookie_of_an_answer_is_not_sent_back() throws Exception {
        try (NastyServer server = NastyServer.answering(
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            OutgoingTarget target = target(server);
            await(http.send(target, GET));
            await(http.send(target, GET));

            assertThat(server.requests())
                    .hasSize(2)
                    .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("cookie"));
        }
    }

    @Test
    void port_without_a_server_is_no_answer() throws Exception {
        assertThat(refused(await(http.send(target(FreePort.find()), GET)))).isEqualTo(Why.CONNECT_FAILED);
    }

    @Test
    void target_that_fails_again_and_again_is_not_called_for_a_while() throws Exception {
        try (NastyServer server = NastyServer.answering("garbage\r\n\r\n")) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 3; i++) {
                assertThat(refused(await(http.send(target, GET)))).isEqualTo(Why.BROKEN_ANSWER);
            }

            assertThat(target.state()).isEqualTo(CircuitBreaker.State.UNRESPONSIVE);
            assertThat(refused(await(http.send(target, GET)))).isEqualTo(Why.BREAKER_OPEN);
            assertThat(server.connections()).isEqualTo(3);
            assertThat(answered(getFromAnother()).status()).as("another target").isEqualTo(200);
        }
    }

    @Test
    void refusals_of_a_server_that_answers_do_not_open_the_breaker() throws Exception {
        try (NastyServer server =
                NastyServer.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 10; i++) {
                assertThat(answered(await(http.send(target, GET))).status()).isEqualTo(403);
            }
        }
    }

    @Test
    void call_beyond_the_bound_of_its_target_is_refused_at_once() throws Exception {
        reopen(LONG, 1_000, 2);
        try (NastyServer server = new NastyServer(out -> {
            awaitRelease();
            out.write(OK.getBytes(UTF_8));
        })) {
            OutgoingTarget target = target(server);
            List<Future<OutgoingResult>> waiting = List.of(http.send(target, GET), http.send(target, GET));

            assertThat(refused(await(http.send(target, GET)))).isEqualTo(Why.BUSY);
            release.countDown();
            for (Future<OutgoingResult> each : waiting) {
                assertThat(answered(await(each)).status()).isEqualTo(200);
            }
            assertThat(answered(await(http.send(target, GET))).status())
                    .as("places are free again")
                    .isEqualTo(200);
        }
    }

    @Test
    void header_that_cannot_be_sent_is_a_bug_and_leaves_the_target_usable() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            OutgoingTarget target = target(server);

            assertThatThrownBy(() -> await(http.send(target, OutgoingRequest.get(Map.of("X-A", "b\r\nX-C: d")))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(answered(await(http.send(target, GET))).status()).isEqualTo(200);
        }
    }

    private OutgoingResult getFromAnother() throws Exception {
        try (NastyServer other = NastyServer.answering(OK)) {
            return get(other);
        }
    }

    private OutgoingResult get(NastyServer server) throws Exception {
        return await(http.send(target(server), GET));
    }

    private OutgoingTarget target(NastyServer server) {
        return target(server.port());
    }

    private OutgoingTarget target(int port) {
        return new OutgoingTarget(
                OutgoingService.KEYS,
                OutgoingUrl.parse("http://127.0.0.1:" + port + "/x?y").orElseThrow(),
                config,
                OutgoingMetrics.uncounted());
    }

    private void reopen(long deadlineMs) {
        reopen(deadlineMs, 262_144, 100);
    }

    private void reopen(long deadlineMs, int answerBytes, int inFlightPerTarget) {
        http.close();
        open(deadlineMs, answerBytes, inFlightPerTarget);
    }

    private void open(long deadlineMs, int answerBytes, int inFlightPerTarget) {
        config = new OutgoingConfig(
                deadlineMs,
                answerBytes,
                100,
                inFlightPerTarget,
                Set.of(),
                new CircuitBreaker.Config(3, 20, 60_000, 60_000));
        http = OutgoingHttp.open(vertx, config);
    }

    private void awaitRelease() {
        try {
            release.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void drip(OutputStream out) throws IOException {
        try {
            while (!release.await(50, TimeUnit.MILLISECONDS)) {
                out.write('x');
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static OutgoingResult await(Future<OutgoingResult> result) throws Exception {
        return result.await(30, TimeUnit.SECONDS);
    }

    private static Answered answered(OutgoingResult result) {
        return result.fold(answer -> answer, why -> {
            throw new AssertionError("not answered: " + why);
        });
    }

    private static Why refused(OutgoingResult result) {
        return result.fold(
                answer -> {
                    throw new AssertionError("answered: " + answer);
                },
                why -> why);
    }
}
