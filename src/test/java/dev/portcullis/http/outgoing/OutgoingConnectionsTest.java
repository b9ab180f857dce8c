package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConnections.Keeping;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which call may use the connection of another, made before it. */
@ExtendWith(VertxExtension.class)
class OutgoingConnectionsTest {
    private static final String NAMED = "Portcullis-Request: " + NastyServer.NONCE + "\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n" + NAMED + "Content-Length: 2\r\n\r\nhi";
    private static final String UNASKED = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nunasked";
    private static final OutgoingRequest GET = OutgoingRequest.get(Map.of());
    private static final OutgoingRequest POST = OutgoingRequest.post(Map.of(), Buffer.buffer("x"));
    private static final long LONG = 60_000;
    private static final Keeping AT_ONCE = new Keeping(100, 0, LONG, LONG);
    private static final OutgoingConfig CONFIG =
            new OutgoingConfig(30_000, 20_000, 100, 100, Set.of(), new CircuitBreaker.Config(3, 20, LONG, LONG));

    private static Vertx vertx;

    private final CountDownLatch release = new CountDownLatch(1);
    private Context caller;
    private OutgoingHttp http;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @BeforeEach
    void openAtOnce() {
        caller = vertx.getOrCreateContext();
        http = open(AT_ONCE);
    }

    @AfterEach
    void close() {
        release.countDown();
        http.close();
    }

    @Test
    void calls_one_after_the_other_share_a_connection() throws Exception {
        try (NastyServer server = NastyServer.keeping(out -> write(out, OK))) {
            for (int i = 0; i < 5; i++) {
                assertThat(call(server, i % 2 == 0 ? GET : POST)).isEqualTo("200 hi");
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.requests()).hasSize(5);
            http.close();
            assertThat(Await.until(server::isLeft)).isTrue();
        }
    }

    @Test
    void calls_at_the_same_time_have_their_own() throws Exception {
        try (NastyServer server = NastyServer.keeping(out -> {
            awaitRelease();
            write(out, OK);
        })) {
            Future<String> first = begin(server, GET);
            Future<String> second = begin(server, GET);
            assertThat(Await.until(() -> server.requests().size() == 2)).isTrue();
            release.countDown();
            assertThat(first.await(30, TimeUnit.SECONDS)).isEqualTo("200 hi");
            assertThat(second.await(30, TimeUnit.SECONDS)).isEqualTo("200 hi");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    /** CWE-444: it would be the answer of the next call. */
    @Test
    void response_that_comes_unasked_with_an_answer_ends_the_connection() throws Exception {
        try (NastyServer server = NastyServer.keeping(out -> write(out, OK + UNASKED))) {
            for (int i = 0; i < 5; i++) {
                assertThat(call(server, GET)).isEqualTo("200 hi");
            }
            assertThat(server.connections()).isEqualTo(5);
        }
    }

    @Test
    void response_that_comes_unasked_while_the_connection_rests_ends_it() throws Exception {
        reopen(new Keeping(100, LONG, LONG, LONG));
        try (NastyServer server = NastyServer.keeping(out -> {
            write(out, OK);
            awaitRelease();
            write(out, UNASKED);
        })) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(server.connections()).as("the first one rests").isEqualTo(2);
            assertThat(server.isLeft()).isFalse();
            release.countDown();
            assertThat(Await.until(server::isLeft)).isTrue();
        }
    }

    /** CWE-444: all later answers would be those of the calls before. */
    @Test
    void late_answer_to_the_call_before_answers_no_other() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        String late = OK.replace(NastyServer.NONCE, "0").replace("hi", "no");
        try (NastyServer server =
                NastyServer.keeping(out -> write(out, answers.incrementAndGet() == 1 ? OK : late + OK))) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("BROKEN_ANSWER");
            assertThat(Await.until(server::isLeft)).isTrue();
        }
    }

    @Test
    void answer_that_names_no_request_is_taken_from_a_new_connection_only() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (NastyServer server =
                NastyServer.keeping(out -> write(out, answers.incrementAndGet() == 1 ? OK : OK.replace(NAMED, "")))) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("BROKEN_ANSWER");
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n" + NAMED + "Content-Length: 2\r\nConnection: close\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\n" + NAMED + "Content-Length: 2\r\nConnection: TE, Close\r\n\r\nhi",
                "HTTP/1.0 200 OK\r\n" + NAMED + "Content-Length: 2\r\n\r\nhi"
            })
    void connection_that_the_server_wants_to_end_is_not_kept(String answer) throws Exception {
        try (NastyServer server = NastyServer.keeping(out -> write(out, answer))) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(server.connections()).isEqualTo(2);
            assertThat(Await.until(server::isLeft)).isTrue();
        }
    }

    @Test
    void connection_of_a_call_for_a_status_is_kept_if_the_body_was_read_to_its_end() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        String cut = OK.replace("Content-Length: 2", "Content-Length: 20001");
        String endless = OK.replace("Content-Length: 2\r\n", "");
        try (NastyServer server = NastyServer.keeping(
                out -> write(out, List.of(OK, OK, cut, endless, OK, OK).get(answers.getAndIncrement())))) {
            for (int connections : List.of(1, 1, 1, 2, 3, 3)) {
                assertThat(call(server, POST.forStatus())).isEqualTo("200 ");
                assertThat(server.connections()).isEqualTo(connections);
            }
        }
    }

    @Test
    void connection_that_no_call_uses_is_closed() throws Exception {
        reopen(new Keeping(100, 0, 50, LONG));
        try (NastyServer server = NastyServer.keeping(out -> write(out, OK))) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(Await.until(server::isLeft)).isTrue();
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void old_connection_is_used_by_no_call() throws Exception {
        reopen(new Keeping(100, 0, LONG, 0));
        try (NastyServer server = NastyServer.keeping(out -> write(out, OK))) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connections_beyond_the_bound_are_closed() throws Exception {
        reopen(new Keeping(1, LONG, LONG, LONG));
        try (NastyServer first = NastyServer.keeping(out -> write(out, OK));
                NastyServer second = NastyServer.keeping(out -> write(out, OK))) {
            assertThat(call(first, GET)).isEqualTo("200 hi");
            assertThat(call(second, GET)).isEqualTo("200 hi");
            assertThat(Await.until(second::isLeft)).isTrue();
            assertThat(first.isLeft()).isFalse();
        }
    }

    /** The server ends the connection without a word, as the second request is on its way. */
    @Test
    void call_on_a_connection_that_ends_is_repeated_only_if_that_is_safe() throws Exception {
        for (OutgoingRequest request : List.of(GET, POST.asIdempotent(), POST)) {
            AtomicInteger answers = new AtomicInteger();
            try (NastyServer server = NastyServer.keeping(out -> {
                if (answers.incrementAndGet() == 2) {
                    throw new EOFException();
                }
                write(out, OK);
            })) {
                assertThat(call(server, request)).isEqualTo("200 hi");
                assertThat(call(server, request)).isEqualTo(request.idempotent() ? "200 hi" : "BROKEN_ANSWER");
                assertThat(server.requests()).hasSize(request.idempotent() ? 3 : 2);
                assertThat(server.connections()).isEqualTo(request.idempotent() ? 2 : 1);
            }
        }
    }

    @Test
    void call_is_repeated_once() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (NastyServer server = NastyServer.keeping(out -> {
            if (answers.incrementAndGet() > 1) {
                throw new EOFException();
            }
            write(out, OK);
        })) {
            assertThat(call(server, GET)).isEqualTo("200 hi");
            assertThat(call(server, GET)).isEqualTo("BROKEN_ANSWER");
            assertThat(server.requests()).hasSize(3);
        }
    }

    /** Nothing of the request was sent: the connection was seen to end before. */
    @Test
    void connection_that_ended_before_the_call_loses_none() throws Exception {
        try (NastyServer server = NastyServer.keeping(out -> {
            write(out, OK);
            throw new EOFException();
        })) {
            for (int i = 0; i < 5; i++) {
                assertThat(call(server, POST)).isEqualTo("200 hi");
                assertThat(server.connections()).isEqualTo(i + 1);
                assertThat(Await.until(() -> http.keptConnections() == 0)).isTrue();
            }
        }
    }

    private void reopen(Keeping keeping) {
        http.close();
        http = open(keeping);
    }

    private static OutgoingHttp open(Keeping keeping) {
        OutgoingAddresses addresses = new OutgoingAddresses(
                host -> Future.succeededFuture(Result.done(List.of(InetAddress.getLoopbackAddress()))),
                new AddressPolicy(List.of(), Set.of()));
        return new OutgoingHttp(vertx, CONFIG, addresses, OutgoingHttp.options(), keeping, () -> {});
    }

    private String call(NastyServer server, OutgoingRequest request) throws Exception {
        return begin(server, request).await(30, TimeUnit.SECONDS);
    }

    /** Status and body, or why there was no answer. */
    private Future<String> begin(NastyServer server, OutgoingRequest request) {
        OutgoingTarget target = new OutgoingTarget(
                OutgoingService.KEYS,
                OutgoingUrl.parse("http://127.0.0.1:" + server.port() + "/").orElseThrow(),
                CONFIG,
                OutgoingMetrics.uncounted());
        Promise<String> result = Promise.promise();
        caller.runOnContext(any -> http.send(target, request)
                .map(each -> each.fold(answer -> answer.status() + " " + answer.body(), Why::name))
                .onComplete(result));
        return result.future();
    }

    private void awaitRelease() {
        try {
            release.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }
}
