package dev.portcullis.hooks;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.hooks.Delivery.Outcome;
import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class WebhookTargetTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final long NOW = 1_795_000_000_000L;
    private static final List<StoredEvent> EVENTS = List.of(
            new StoredEvent(
                    "session.opened", "user:ann", "e-1", NOW, "{\"id\":\"e-1\"}".getBytes(StandardCharsets.UTF_8)),
            new StoredEvent(
                    "session.closed", "user:ann", "e-2", NOW, "{\"id\":\"e-2\"}".getBytes(StandardCharsets.UTF_8)));

    private final AtomicLong clock = new AtomicLong(NOW);
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private volatile int status = 204;
    private WebhookTarget target;

    private record Request(String path, MultiMap headers, String body) {}

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        HttpServer server = done(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    requests.add(new Request(request.path(), request.headers(), body.toString()));
                    request.response()
                            .putHeader("Location", "/elsewhere")
                            .setStatusCode(status)
                            .end();
                }))
                .listen(0, "127.0.0.1"));
        target = target(vertx, server.actualPort());
    }

    private WebhookTarget target(Vertx vertx, int port) {
        Map<String, Object> http =
                Map.of("url", "http://127.0.0.1:" + port + "/hooks", "secret", KEY, "deadlineMs", 60_000L);
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        return new WebhookTarget(
                vertx,
                WebhookConfig.read(Section.root(http, reading), CircuitBreaker.Config.STANDARD)
                        .orElseThrow(),
                OutgoingMetrics.uncounted(),
                clock::get);
    }

    @AfterEach
    void close() {
        target.close();
    }

    @Test
    void request_is_signed_over_the_time_the_first_id_and_the_body() throws Exception {
        assertThat(deliver()).isEqualTo(Delivery.TAKEN);
        Request request = requests.remove();
        assertThat(request.body()).isEqualTo("{\"events\":[{\"id\":\"e-1\"},{\"id\":\"e-2\"}]}");
        assertThat(request.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.headers().get("Portcullis-Id")).isEqualTo("e-1");
        assertThat(request.headers().get("Portcullis-Timestamp")).isEqualTo("1795000000");
        assertThat(request.headers().get("Portcullis-Signature"))
                .isEqualTo("v1=" + hmac("1795000000.e-1." + request.body()));
    }

    /** An application refuses requests of long ago, but not events (CWE-294). */
    @Test
    void event_that_is_delivered_again_much_later_has_the_time_of_that_delivery() throws Exception {
        status = 500;
        assertThat(deliver().outcome()).isEqualTo(Outcome.FAILED);
        Request first = requests.remove();
        clock.addAndGet(TimeUnit.HOURS.toMillis(1));
        status = 204;
        assertThat(deliver()).isEqualTo(Delivery.TAKEN);
        Request again = requests.remove();
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().get("Portcullis-Timestamp")).isEqualTo("1795003600");
        assertThat(again.headers().get("Portcullis-Signature"))
                .isEqualTo("v1=" + hmac("1795003600.e-1." + again.body()));
    }

    @ParameterizedTest
    @CsvSource({
        "200, TAKEN", "204, TAKEN", "299, TAKEN", "400, REFUSED", "413, REFUSED", "415, REFUSED", "422, REFUSED",
        "401, AWAY", "403, AWAY", "404, AWAY", "409, AWAY", "429, AWAY", "500, FAILED", "503, FAILED"
    })
    void only_answers_about_the_events_refuse_them(int answer, Outcome outcome) throws Exception {
        status = answer;
        assertThat(deliver().outcome()).isEqualTo(outcome);
    }

    /** As many servers answer, such as that of Python's standard library. */
    @ParameterizedTest
    @CsvSource({"200 OK, TAKEN", "422 No, REFUSED", "503 No, FAILED"})
    void only_the_status_of_an_answer_counts_whatever_its_body_is(String line, Outcome outcome, Vertx vertx)
            throws Exception {
        for (String rest : List.of(
                "\r\n\r\n",
                "\r\nConnection: close\r\n\r\nok",
                "\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000),
                "\r\nContent-Length: 9\r\n\r\nok")) {
            NetServer server = done(vertx.createNetServer()
                    .connectHandler(
                            socket -> socket.handler(any -> socket.end(Buffer.buffer("HTTP/1.0 " + line + rest))))
                    .listen(0, "127.0.0.1"));
            try (WebhookTarget plain = target(vertx, server.actualPort())) {
                assertThat(done(plain.deliver(EVENTS, Long.MAX_VALUE, () -> false))
                                .outcome())
                        .isEqualTo(outcome);
            }
        }
    }

    /** Who can change the answers of an application must not learn what is sent to it (CWE-918). */
    @ParameterizedTest
    @CsvSource({"301", "302", "303", "307", "308"})
    void redirect_is_not_followed(int answer) throws Exception {
        status = answer;
        assertThat(deliver().outcome()).isEqualTo(Outcome.AWAY);
        assertThat(requests)
                .singleElement()
                .satisfies(request -> assertThat(request.path()).isEqualTo("/hooks"));
    }

    private Delivery deliver() throws Exception {
        return done(target.deliver(EVENTS, Long.MAX_VALUE, () -> false));
    }

    private static String hmac(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
