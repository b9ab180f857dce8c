package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can do to one who calls it. */
@ExtendWith(VertxExtension.class)
class OutgoingHttpTest {
    private static final OutgoingRequest GET = OutgoingRequest.get(Map.of());
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String PIECE = "1;a=b\r\nx\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    private static final int LONGEST = 20_000;

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
        open(LONG, 100);
    }

    @AfterEach
    void close() {
        release.countDown();
        http.close();
    }

    @Test
    void answer_has_status_headers_and_body() throws Exception {
        try (NastyServer server = NastyServer.answering(OK.replace("\r\n\r\n", "\r\nX-Of: server\r\n\r\n"))) {
            OutgoingAnswer answer = http.send(target(server), GET)
                    .await(30, TimeUnit.SECONDS)
                    .fold(found -> found, why -> {
                        throw new AssertionError("not answered: " + why);
                    });
            assertThat(answer.status() + " " + answer.body()).isEqualTo("200 hi");
            assertThat(answer.headers().get("x-of")).isEqualTo("server");
            assertThat(server.requests().get(0))
                    .startsWith("GET /x?y HTTP/1.1\r\n")
                    .containsIgnoringCase("host: 127.0.0.1:" + server.port() + "\r\n")
                    .doesNotContainIgnoringCase("accept-encoding");
        }
    }

    @Test
    void name_is_found_by_the_resolver_of_the_system() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            OutgoingTarget target = target("http://localhost:" + server.port() + "/");
            assertThat(send(target, GET)).isEqualTo("200 hi");
            assertThat(server.requests().get(0)).containsIgnoringCase("host: localhost:" + server.port() + "\r\n");
        }
    }

    @Test
    void post_carries_its_body_and_headers_but_no_other_host() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            Map<String, String> headers = Map.of("Content-Type", "application/json", "Host", "other.example");
            send(target(server), OutgoingRequest.post(headers, Buffer.buffer("{\"a\":1}")));
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

    static Stream<Arguments> answers() {
        Stream<Arguments> good = Stream.of(
                arguments("refusal of the server", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "404 "),
                arguments("no body needs no end", "HTTP/1.1 204 No Content\r\n\r\n", "204 "),
                arguments("chunks", CHUNKED.replace("chunked", "Chunked") + "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "200 hi"),
                arguments("longest body", ofLength(LONGEST) + "x".repeat(LONGEST), "200 " + "x".repeat(LONGEST)),
                arguments("most pieces", CHUNKED + PIECE.repeat(8_192) + "0\r\n\r\n", "200 " + "x".repeat(8_192)),
                arguments("most interim responses", CONTINUE.repeat(8) + OK, "200 hi"),
                arguments("most hints", HINTS.repeat(8) + OK, "200 hi"));
        Stream<Arguments> large = Stream.of(
                arguments("longer body", ofLength(LONGEST + 1) + "x".repeat(LONGEST + 1), "TOO_LARGE"),
                arguments("more pieces", CHUNKED + PIECE.repeat(8_193) + "0\r\n\r\n", "TOO_LARGE"));
        Stream<String> broken = Stream.of(
                "SSH-2.0-OpenSSH_9.0\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
                CHUNKED + "zz\r\n",
                CHUNKED + "5\r\nhi",
                "",
                CONTINUE.repeat(9) + OK,
                HINTS.repeat(9) + OK,
                "HTTP/1.1 200 OK\r\nX-A: " + "x".repeat(100_000) + "\r\nContent-Length: 0\r\n\r\n");
        Stream<String> odd = IntStream.of(0, 99, 101, 102, 199, 600, 999)
                .mapToObj(status -> "HTTP/1.1 " + status + " Odd\r\nContent-Length: 0\r\n\r\n");
        return Stream.of(
                        good,
                        large,
                        Stream.concat(broken, odd)
                                .map(answer -> arguments("broken: " + start(answer), answer, "BROKEN_ANSWER")))
                .flatMap(rows -> rows);
    }

    private static String ofLength(int length) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String start(String answer) {
        return answer.substring(0, Math.min(60, answer.length()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void answer_has_one_result(String name, String answer, String result) throws Exception {
        try (NastyServer server = NastyServer.answering(answer)) {
            assertThat(send(target(server), GET)).as(name).isEqualTo(result);
        }
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
        for (OutgoingRequest request : List.of(GET, OutgoingRequest.post(Map.of(), Buffer.buffer("x")))) {
            try (NastyServer server = NastyServer.answering(answer)) {
                assertThat(send(target(server), request)).isEqualTo("BROKEN_ANSWER");
            }
        }
    }

    static Stream<String> answersOfOneStatus() {
        return Stream.of(
                "HTTP/1.1 200 OK\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                "HTTP/1.0 200 OK\r\nServer: BaseHTTP/0.6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
                ofLength(2) + "hi",
                ofLength(LONGEST + 1) + "x".repeat(LONGEST + 1),
                CHUNKED + "2\r\nhi\r\n0\r\n\r\n",
                CHUNKED + "zz\r\n",
                CHUNKED + "5\r\nhi",
                CHUNKED + PIECE.repeat(8_193) + "0\r\n\r\n");
    }

    /** What a server has stored must not be sent again because of the body of its answer. */
    @ParameterizedTest
    @MethodSource("answersOfOneStatus")
    void call_for_a_status_is_answered_whatever_the_body_is(String answer) throws Exception {
        try (NastyServer server = NastyServer.answering(answer)) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 4; i++) {
                assertThat(send(target, GET.forStatus())).isEqualTo("200 ");
            }
            assertThat(target.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\nhi", "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\nhi"})
    void call_for_a_status_does_not_wait_for_a_body_without_an_end_or_over_the_bound(String begin) throws Exception {
        try (NastyServer server = staying(begin)) {
            assertThat(send(target(server), GET.forStatus())).isEqualTo("200 ");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"garbage, BROKEN_ANSWER", "HTTP/1.1 302 Found, REDIRECTED", "HTTP/1.1 600 Odd, BROKEN_ANSWER"})
    void call_for_a_status_is_not_answered_by_a_status_of_no_use(String line, String result) throws Exception {
        try (NastyServer server = NastyServer.answering(line + "\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(send(target(server), GET.forStatus())).isEqualTo(result);
        }
    }

    @Test
    void answer_to_head_has_no_body() throws Exception {
        try (NastyServer server = NastyServer.answering(ofLength(999_999))) {
            OutgoingRequest head = new OutgoingRequest(HttpMethod.HEAD, Map.of(), Buffer.buffer(), true);
            assertThat(send(target(server), head)).isEqualTo("200 ");
        }
    }

    /** CWE-400: each of these sends nothing, or never enough, and stays. */
    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-A", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"})
    void server_that_falls_silent_is_left_at_the_deadline(String begin) throws Exception {
        reopen(300, 100);
        try (NastyServer server = staying(begin)) {
            assertThat(send(target(server), GET)).isEqualTo("TIMED_OUT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-A: ", "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"})
    void server_that_sends_a_byte_now_and_then_is_left_at_the_deadline(String begin) throws Exception {
        reopen(500, 100);
        try (NastyServer server = new NastyServer(out -> {
            write(out, begin);
            while (!released(50)) {
                out.write('x');
            }
        })) {
            assertThat(send(target(server), GET)).isEqualTo("TIMED_OUT");
            boolean hasStatus = begin.endsWith("\r\n\r\n");
            assertThat(send(target(server), GET.forStatus())).isEqualTo(hasStatus ? "200 " : "TIMED_OUT");
            assertThat(Await.until(server::isLeft)).as("the connections end").isTrue();
        }
    }

    @Test
    void announced_size_beyond_the_bound_is_refused_at_once() throws Exception {
        try (NastyServer server = staying(ofLength(LONGEST + 1))) {
            assertThat(send(target(server), GET)).isEqualTo("TOO_LARGE");
        }
    }

    @ParameterizedTest
    @CsvSource({"pieces, TOO_LARGE", "continue, BROKEN_ANSWER", "hints, BROKEN_ANSWER"})
    void endless_answer_is_left_as_soon_as_it_is_too_large(String of, String result) throws Exception {
        Map<String, String> piece = Map.of(
                "pieces", "400\r\n" + "x".repeat(0x400) + "\r\n",
                "continue", CONTINUE,
                "hints", HINTS);
        try (NastyServer server = new NastyServer(out -> {
            write(out, of.equals("pieces") ? CHUNKED : "");
            while (true) {
                write(out, piece.getOrDefault(of, ""));
            }
        })) {
            assertThat(send(target(server), GET)).isEqualTo(result);
            assertThat(send(target(server), GET.forStatus())).isEqualTo(of.equals("pieces") ? "200 " : result);
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
            assertThat(send(target(server), GET)).isEqualTo("REDIRECTED");
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
            write(out, ofLength(packed.size()).replace("OK\r\n", "OK\r\nContent-Encoding: gzip\r\n"));
            out.write(packed.toByteArray());
        })) {
            byte[] body = http.send(target(server), GET)
                    .await(30, TimeUnit.SECONDS)
                    .fold(answer -> answer.body().getBytes(), why -> new byte[0]);
            assertThat(body).isEqualTo(packed.toByteArray());
        }
    }

    @Test
    void cookie_of_an_answer_is_not_sent_back() throws Exception {
        try (NastyServer server = NastyServer.answering(OK.replace("OK\r\n", "OK\r\nSet-Cookie: a=b\r\n"))) {
            OutgoingTarget target = target(server);
            send(target, GET);
            send(target, GET);
            assertThat(server.requests())
                    .hasSize(2)
                    .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("cookie"));
        }
    }

    @Test
    void port_without_a_server_is_no_answer() throws Exception {
        assertThat(send(target("http://127.0.0.1:" + FreePort.find() + "/"), GET))
                .isEqualTo("CONNECT_FAILED");
    }

    @Test
    void target_that_fails_again_and_again_is_not_called_for_a_while() throws Exception {
        try (NastyServer server = NastyServer.answering("garbage\r\n\r\n");
                NastyServer other = NastyServer.answering(OK)) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 3; i++) {
                assertThat(send(target, GET)).isEqualTo("BROKEN_ANSWER");
            }
            assertThat(target.state()).isEqualTo(CircuitBreaker.State.UNRESPONSIVE);
            assertThat(send(target, GET)).isEqualTo("BREAKER_OPEN");
            assertThat(server.connections()).isEqualTo(3);
            assertThat(send(target(other), GET)).as("another target").isEqualTo("200 hi");
        }
    }

    /** 304 names no other place, and is good news (RFC 9110, 15.4.5). */
    @ParameterizedTest
    @ValueSource(ints = {304, 403})
    void answers_that_bring_nothing_do_not_open_the_breaker(int status) throws Exception {
        try (NastyServer server =
                NastyServer.answering("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            OutgoingTarget target = target(server);
            for (int i = 0; i < 25; i++) {
                assertThat(send(target, GET)).isEqualTo(status + " ");
            }
            assertThat(target.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @Test
    void call_beyond_the_bound_of_its_target_is_refused_at_once() throws Exception {
        reopen(LONG, 2);
        try (NastyServer server = new NastyServer(out -> {
            released(30_000);
            write(out, OK);
        })) {
            OutgoingTarget target = target(server);
            List<Future<Result<OutgoingAnswer, Why>>> waiting = List.of(http.send(target, GET), http.send(target, GET));
            assertThat(send(target, GET)).isEqualTo("BUSY");
            release.countDown();
            for (Future<Result<OutgoingAnswer, Why>> each : waiting) {
                assertThat(resultOf(each)).isEqualTo("200 hi");
            }
            assertThat(send(target, GET)).as("places are free again").isEqualTo("200 hi");
        }
    }

    @Test
    void header_that_cannot_be_sent_is_a_bug_and_leaves_the_target_usable() throws Exception {
        try (NastyServer server = NastyServer.answering(OK)) {
            OutgoingTarget target = target(server);
            assertThatThrownBy(() -> send(target, OutgoingRequest.get(Map.of("X-A", "b\r\nX-C: d"))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(send(target, GET)).isEqualTo("200 hi");
        }
    }

    private String send(OutgoingTarget target, OutgoingRequest request) throws Exception {
        return resultOf(http.send(target, request));
    }

    /** Status and body, or why there was no answer. */
    private static String resultOf(Future<Result<OutgoingAnswer, Why>> result) throws Exception {
        return result.await(30, TimeUnit.SECONDS).fold(answer -> answer.status() + " " + answer.body(), Why::name);
    }

    private OutgoingTarget target(NastyServer server) {
        return target("http://127.0.0.1:" + server.port() + "/x?y");
    }

    private OutgoingTarget target(String url) {
        return new OutgoingTarget(
                OutgoingService.KEYS, OutgoingUrl.parse(url).orElseThrow(), config, OutgoingMetrics.uncounted());
    }

    private void reopen(long deadlineMs, int inFlightPerTarget) {
        http.close();
        open(deadlineMs, inFlightPerTarget);
    }

    private void open(long deadlineMs, int inFlightPerTarget) {
        CircuitBreaker.Config breaker = new CircuitBreaker.Config(3, 20, 60_000, 60_000);
        config = new OutgoingConfig(deadlineMs, LONGEST, 100, inFlightPerTarget, Set.of(), breaker);
        http = OutgoingHttp.open(vertx, config);
    }

    /** Does not end the connection after its answer. */
    private NastyServer staying(String answer) {
        return new NastyServer(out -> {
            write(out, answer);
            released(60_000);
        });
    }

    private boolean released(long withinMs) {
        try {
            return release.await(withinMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
