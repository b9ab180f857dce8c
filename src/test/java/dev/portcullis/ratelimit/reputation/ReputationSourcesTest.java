package dev.portcullis.ratelimit.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Secret;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import dev.portcullis.ratelimit.reputation.ReputationConfig.Action;
import dev.portcullis.resilience.WorkerPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class ReputationSourcesTest {
    private static final double CLOSED = 0; // of the gauge, as the page of metrics says
    private static final double OPEN = 2;
    private static final ListedRule BY_STATUS = new ListedRule(Optional.empty(), 1);
    private static final ListedRule BY_SCORE = new ListedRule(Optional.of("/data/score"), 75);

    /** No answer is late by accident, however busy the machine is. */
    private static final long DEADLINE_MS = 30_000;

    private static final long SHORT_DEADLINE_MS = 400;

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(1_780_000_000_000L);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final RecordedEvents events = new RecordedEvents();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SimpleMeterRegistry calls = new SimpleMeterRegistry();
    private final OutgoingMetrics outgoing = new OutgoingMetrics(new Metrics(calls));
    private final List<ReputationSources> opened = new ArrayList<>();
    private volatile Consumer<HttpServerRequest> script = answering(404, "");
    private Vertx vertx;
    private HttpServer server;
    private WorkerPool workers;

    @BeforeEach
    void serve(Vertx fresh) throws Exception {
        vertx = fresh;
        workers = new WorkerPool(vertx, "test", WorkerPool.Config.STANDARD, () -> {});
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.add(request.uri() + " " + request.getHeader("X-Key"));
                    script.accept(request);
                })
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (ReputationSources each : opened) {
            each.close().await(30, TimeUnit.SECONDS);
        }
        workers.close();
    }

    @Test
    void service_is_asked_once_for_an_address_with_its_key_and_keeps_what_it_said() throws Exception {
        script = answering(200, "");
        ReputationSources sources = withService(BY_STATUS);
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        script = answering(404, "");
        assertThat(of(sources, "192.0.2.2")).isEqualTo(Standing.UNKNOWN);
        assertThat(of(sources, "192.0.2.2")).isEqualTo(Standing.UNKNOWN);
        assertThat(asked).containsExactly("/v1/192.0.2.1?key=x k-1", "/v1/192.0.2.2?key=x k-1");
        clock.addAndGet(60_000);
        assertThat(of(sources, "192.0.2.1")).as("asked again").isEqualTo(Standing.UNKNOWN);
    }

    @Test
    void all_addresses_of_a_network_of_ipv6_are_one_question() throws Exception {
        script = answering(200, "");
        ReputationSources sources = withService(BY_STATUS);
        for (int i = 1; i < 20; i++) {
            assertThat(of(sources, "2001:db8:1:1::" + i)).isEqualTo(Standing.LISTED);
        }
        assertThat(asked).containsExactly("/v1/2001:db8:1:1::1?key=x k-1");
    }

    @Test
    void clients_that_come_at_once_share_one_question(VertxTestContext context) throws Exception {
        script = request -> held.add(() -> answering(200, "").accept(request));
        ReputationSources sources = withService(BY_STATUS);
        List<Future<Standing>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(sources.of(address("192.0.2.1")));
        }
        assertThat(Await.until(() -> !held.isEmpty())).isTrue();
        held.forEach(Runnable::run);
        Future.all(all).onComplete(context.succeeding(answers -> {
            assertThat(answers.<Standing>list()).containsOnly(Standing.LISTED);
            assertThat(asked).hasSize(1);
            context.completeNow();
        }));
    }

    @Test
    void score_in_the_answer_says_whether_it_is_listed() throws Exception {
        ReputationSources sources = withService(BY_SCORE);
        script = answering(200, "{\"data\": {\"score\": 75}}");
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        script = answering(200, "{\"data\": {\"score\": 74}}");
        assertThat(of(sources, "192.0.2.2")).isEqualTo(Standing.UNKNOWN);
    }

    /** The body is not needed, so it may have any length. */
    @Test
    void status_says_whether_it_is_listed_whatever_the_body_is() throws Exception {
        ReputationSources sources = withService(BY_STATUS);
        script = answering(200, "x".repeat(300_000));
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
    }

    @Test
    void answers_without_sense_tell_nothing_and_are_not_kept() throws Exception {
        ReputationSources sources = withService(BY_SCORE);
        for (String garbage : List.of("", "{", "[]", "{\"data\": null}", "{\"data\": {\"score\": \"75\"}}", "<html>")) {
            script = answering(200, garbage);
            assertThat(of(sources, "192.0.2.1")).as(garbage).isEqualTo(Standing.UNKNOWN);
        }
        script = answering(302, "");
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.UNKNOWN);
        script = answering(200, "{\"data\": {\"score\": 99}}");
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        assertThat(count("failed")).isEqualTo(7);
    }

    @Test
    void slow_service_delays_a_client_for_the_deadline_only_and_serves_the_next_one() throws Exception {
        script = request -> held.add(() -> answering(200, "").accept(request));
        ReputationSources sources = open(Action.REFUSE, List.of(), Optional.of(service(BY_STATUS, SHORT_DEADLINE_MS)));
        assertThat(of(sources, "192.0.2.1")).as("while it is held").isEqualTo(Standing.UNKNOWN);
        assertThat(count("late")).isEqualTo(1);
        assertThat(Await.until(() -> !held.isEmpty()))
                .as("the question of a busy machine arrives")
                .isTrue();
        held.forEach(Runnable::run);
        assertThat(Await.until(() -> of(sources, "192.0.2.1") == Standing.LISTED))
                .isTrue();
        assertThat(asked).hasSize(1);
    }

    @Test
    void broken_service_is_left_alone_for_a_while_and_asked_again() throws Exception {
        script = answering(500, "");
        ReputationSources sources = withService(BY_STATUS);
        for (int i = 0; i < 60; i++) {
            assertThat(of(sources, "192.0.2." + i)).isEqualTo(Standing.UNKNOWN);
        }
        assertThat(asked)
                .as("with a trial after each long pause of this machine")
                .hasSizeBetween(20, 25);
        assertThat(Await.until(() -> of(sources, "192.0.2.60") == Standing.UNKNOWN && breaker() == OPEN))
                .isTrue();
        script = answering(200, "");
        assertThat(Await.until(() -> of(sources, "192.0.2.77") == Standing.LISTED))
                .isTrue();
        assertThat(breaker()).isEqualTo(CLOSED);
    }

    @Test
    void shared_and_private_addresses_are_never_asked_about() throws Exception {
        script = answering(200, "");
        ReputationSources sources = withService(BY_STATUS);
        for (String address : List.of("203.0.113.9", "10.1.2.3", "192.168.0.7", "fd00::1", "fe80::1", "100.64.0.1")) {
            assertThat(of(sources, address)).as(address).isEqualTo(Standing.UNKNOWN);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void list_is_read_again_while_it_is_used_and_needs_no_service() throws Exception {
        Path list = Files.writeString(folder.resolve("bad.txt"), "192.0.2.0/24\n203.0.113.0/24\n");
        ReputationSources sources = open(Action.REFUSE, List.of(list), Optional.of(service(BY_STATUS, DEADLINE_MS)));
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        assertThat(of(sources, "203.0.113.9")).as("a shared address").isEqualTo(Standing.UNKNOWN);
        assertThat(asked).isEmpty();
        assertThat(registry.get("portcullis.reputation.ranges").gauge().value()).isEqualTo(2);
        Files.writeString(list, "192.0.2.1 # all but this one are good\n");
        assertThat(Await.until(() -> of(sources, "192.0.2.2") == Standing.UNKNOWN))
                .isTrue();
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        Files.writeString(list, "no list at all\n");
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        Files.delete(list);
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
    }

    @Test
    void emptied_list_stays_in_force_and_the_gauge_says_that_its_file_is_unusable() throws Exception {
        Path list = Files.writeString(folder.resolve("bad.txt"), "192.0.2.0/24\n");
        ReputationSources sources = open(Action.REFUSE, List.of(list), Optional.empty());
        assertThat(unusable()).isZero();
        Files.writeString(list, "");
        assertThat(Await.until(() -> unusable() == 1)).isTrue();
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.LISTED);
        Files.writeString(list, "192.0.2.2\n");
        assertThat(Await.until(() -> unusable() == 0)).isTrue();
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.UNKNOWN);
    }

    @Test
    void list_that_can_not_be_read_at_first_refuses_none_and_shows() throws Exception {
        ReputationSources sources = open(Action.REFUSE, List.of(folder.resolve("none.txt")), Optional.empty());
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.UNKNOWN);
        assertThat(unusable()).isEqualTo(1);
    }

    @Test
    void observed_listed_address_is_logged_and_not_refused() throws Exception {
        Path list = Files.writeString(folder.resolve("bad.txt"), "192.0.2.1\n");
        ReputationSources sources = open(Action.OBSERVE, List.of(list), Optional.empty());
        assertThat(of(sources, "192.0.2.1")).isEqualTo(Standing.UNKNOWN);
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "ws.reputation")
                        .containsEntry("reason", "file")
                        .containsEntry("ip", "192.0.2.1"));
        assertThat(count("file")).isEqualTo(1);
    }

    private ReputationSources withService(ListedRule rule) throws Exception {
        return open(Action.REFUSE, List.of(), Optional.of(service(rule, DEADLINE_MS)));
    }

    private ReputationServiceConfig service(ListedRule rule, long deadlineMs) {
        return new ReputationServiceConfig(
                OutgoingUrl.parse("http://127.0.0.1:" + server.actualPort() + "/v1/" + ReputationServiceConfig.PLACE
                                + "?key=x")
                        .orElseThrow(),
                Map.of("X-Key", new Secret("k-1")),
                Set.of(),
                rule,
                deadlineMs,
                DEADLINE_MS,
                60_000,
                100,
                32);
    }

    private ReputationSources open(Action action, List<Path> files, Optional<ReputationServiceConfig> service)
            throws Exception {
        ReputationSources sources = new ReputationSources(
                vertx,
                workers,
                outgoing,
                new ReputationConfig(action, files, 100, 1_000, 100, service),
                address -> address.equals(address("203.0.113.9")),
                new Audit(new AuditConfig(10_000, 100), clock::get, events),
                new Metrics(registry),
                clock::get);
        opened.add(sources);
        sources.open().await(30, TimeUnit.SECONDS);
        return sources;
    }

    private double breaker() {
        return calls.get("portcullis.breaker.state")
                .tag("service", "reputation")
                .gauge()
                .value();
    }

    private double unusable() {
        return registry.get("portcullis.reputation.files.unusable").gauge().value();
    }

    private double count(String result) {
        return registry.get("portcullis.reputation.lookups")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    private static Consumer<HttpServerRequest> answering(int status, String body) {
        return request -> request.response().setStatusCode(status).end(body);
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static Standing of(ReputationSources sources, String address) {
        try {
            return sources.of(address(address)).await(30, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
