package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConnections.Keeping;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where a call goes, when DNS is the attacker's (CWE-918). 127.0.0.2 plays a public address here. */
@ExtendWith(VertxExtension.class)
class OutgoingAddressTest {
    private static final String HOST = "keys.example.com";
    private static final String PUBLIC = "127.0.0.2";
    private static final String PRIVATE = "127.0.0.1";

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static Context caller;
    private static PrivateAuthority authority;
    private static PrivateAuthority.Issued right;
    private static PrivateAuthority.Issued wrong;

    private final Deque<List<String>> dns = new ArrayDeque<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private OutgoingHttp http;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
        caller = vertx.getOrCreateContext();
        authority = PrivateAuthority.in(folder);
        right = authority.issueFor(HOST);
        wrong = authority.issueFor("other.example.com");
    }

    @BeforeEach
    void open() {
        http = open(Set.of());
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void connection_goes_to_the_judged_address_under_the_name_of_the_url() throws Exception {
        int port = listen(PUBLIC, 0, right);
        dns.add(List.of(PUBLIC));

        assertThat(call(port)).isEqualTo("200 " + HOST + " " + HOST + ":" + port);
        assertThat(lookups).as("no second look-up").hasValue(1);
    }

    /** DNS rebinding: the name is public when it is judged, and this host a moment later. */
    @Test
    void name_that_moves_to_a_private_address_is_judged_again_and_not_connected_to() throws Exception {
        int port = FreePort.find(); // on every address
        listen(PUBLIC, port, right);
        listen(PRIVATE, port, right);
        dns.add(List.of(PUBLIC));
        dns.add(List.of(PRIVATE));

        assertThat(call(port)).startsWith("200");
        assertThat(handshakes).hasValue(1);
        assertThat(call(port)).isEqualTo("ADDRESS_REFUSED");
        assertThat(handshakes).as("nothing went to the private address").hasValue(1);
    }

    @Test
    void private_address_among_public_ones_refuses_the_call() throws Exception {
        int port = listen(PUBLIC, 0, right);
        dns.add(List.of(PUBLIC, PRIVATE));

        assertThat(call(port)).isEqualTo("ADDRESS_REFUSED");
        assertThat(handshakes).hasValue(0);
    }

    @Test
    void next_address_is_tried_where_none_listens() throws Exception {
        int port = listen(PUBLIC, 0, right);
        dns.add(List.of("127.0.0.3", PUBLIC));

        assertThat(call(port)).startsWith("200");
    }

    /** It takes connections, as far as TCP goes, and says nothing: one that is not there at all looks the same to us. */
    @Test
    void next_address_is_tried_where_the_first_is_silent() throws Exception {
        int port = listen(PUBLIC, 0, right);
        dns.add(List.of("127.0.0.3", "127.0.0.4", PUBLIC));
        try (ServerSocket first = new ServerSocket(port, 50, literal("127.0.0.3"));
                ServerSocket second = new ServerSocket(port, 50, literal("127.0.0.4"));
                OutgoingHttp hurried = open(12_000, Set.of(), trusting())) {
            assertThat(call(hurried, "https://" + HOST + ":" + port + "/")).startsWith("200");
            assertThat(first.isBound() && second.isBound()).isTrue();
        }
    }

    @Test
    void internal_host_may_have_a_private_address() throws Exception {
        int port = listen(PRIVATE, 0, right);
        dns.add(List.of(PRIVATE));
        try (OutgoingHttp internal = open(Set.of(HOST))) {
            assertThat(call(internal, "https://" + HOST + ":" + port + "/")).startsWith("200");
        }
    }

    @Test
    void literal_private_address_is_refused_without_a_lookup() throws Exception {
        int port = listen(PRIVATE, 0, right);

        assertThat(call(http, "https://127.0.0.1:" + port + "/")).isEqualTo("ADDRESS_REFUSED");
        assertThat(call(http, "https://[::ffff:127.0.0.1]:" + port + "/")).isEqualTo("ADDRESS_REFUSED");
        assertThat(lookups).hasValue(0);
    }

    @Test
    void certificate_of_another_host_is_refused() throws Exception {
        int port = listen(PUBLIC, 0, wrong);
        dns.add(List.of(PUBLIC));

        assertThat(call(port)).isEqualTo("TLS_FAILED");
    }

    /** The connection to the right host leads to the same address and port. */
    @Test
    void kept_connection_serves_no_call_to_another_host() throws Exception {
        int port = listen(PUBLIC, 0, right);
        assertThat(Await.until(() -> keptIsUsed(port))).isTrue();
        int before = handshakes.get();
        dns.clear();
        dns.add(List.of(PUBLIC));
        assertThat(call(http, "https://other.example.com:" + port + "/")).isEqualTo("TLS_FAILED");
        assertThat(handshakes).hasValue(before);
    }

    private boolean keptIsUsed(int port) {
        int before = handshakes.get();
        dns.clear();
        dns.add(List.of(PUBLIC));
        try {
            return call(port).startsWith("200") && handshakes.get() == before;
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void certificate_of_an_unknown_authority_is_refused() throws Exception {
        int port = listen(PUBLIC, 0, right);
        dns.add(List.of(PUBLIC));
        try (OutgoingHttp trustingTheWeb = open(30_000, Set.of(), OutgoingHttp.options())) {
            assertThat(call(trustingTheWeb, "https://" + HOST + ":" + port + "/"))
                    .isEqualTo("TLS_FAILED");
        }
    }

    @Test
    void server_without_tls_is_no_answer() throws Exception {
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(0, PUBLIC)
                .await(30, TimeUnit.SECONDS)
                .actualPort();
        dns.add(List.of(PUBLIC));

        assertThat(call(port)).isIn("TLS_FAILED", "CONNECT_FAILED");
    }

    @Test
    void host_without_an_address_is_no_answer() throws Exception {
        assertThat(call(443)).isEqualTo("NOT_RESOLVED");
    }

    private String call(int port) throws Exception {
        return call(http, "https://" + HOST + ":" + port + "/");
    }

    /** The status with what the server saw as names in TLS and HTTP; or why there was no answer. */
    private static String call(OutgoingHttp with, String url) throws Exception {
        OutgoingTarget target = new OutgoingTarget(
                OutgoingService.KEYS,
                OutgoingUrl.parse(url).orElseThrow(),
                OutgoingConfig.STANDARD,
                OutgoingMetrics.uncounted());
        Promise<Result<OutgoingAnswer, Why>> result = Promise.promise();
        caller.runOnContext(
                any -> with.send(target, OutgoingRequest.get(Map.of())).onComplete(result));
        return result.future()
                .await(30, TimeUnit.SECONDS)
                .fold(answer -> answer.status() + " " + answer.body(), Why::name);
    }

    private int listen(String address, int port, PrivateAuthority.Issued certificate) throws Exception {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setSni(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificate.certificate().toString())
                                .setKeyPath(certificate.key().toString())))
                .connectionHandler(any -> handshakes.incrementAndGet())
                .requestHandler(request -> request.response()
                        .putHeader(AnswerHead.NONCE, request.getHeader(AnswerHead.NONCE))
                        .end(request.connection().indicatedServerName() + " " + request.getHeader("Host")));
        return server.listen(port, address).await(30, TimeUnit.SECONDS).actualPort();
    }

    private OutgoingHttp open(Set<String> internalHosts) {
        return open(30_000, internalHosts, trusting());
    }

    private static HttpClientOptions trusting() {
        return OutgoingHttp.options()
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(authority.certificate().toString()));
    }

    private OutgoingHttp open(long deadlineMs, Set<String> internalHosts, HttpClientOptions options) {
        OutgoingConfig config =
                new OutgoingConfig(deadlineMs, 1_000, 10, 10, internalHosts, CircuitBreaker.Config.STANDARD);
        AddressPolicy policy =
                new AddressPolicy(List.of(AddressRange.parse(PRIVATE).orElseThrow()), internalHosts);
        return new OutgoingHttp(
                vertx, config, new OutgoingAddresses(this::resolve, policy), options, Keeping.of(config), () -> {});
    }

    private Future<Result<List<InetAddress>, NotRun>> resolve(String host) {
        lookups.incrementAndGet();
        List<String> addresses = dns.poll();
        return addresses == null
                ? Future.failedFuture(new UnknownHostException(host))
                : Future.succeededFuture(Result.done(
                        addresses.stream().map(OutgoingAddressTest::literal).toList()));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
