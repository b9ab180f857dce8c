package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConnections.Keeping;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a host whose DNS is silent takes from the others. The look-ups of hosts named {@code slow…} block. */
@ExtendWith(VertxExtension.class)
class SystemResolverTest {
    private static final long LONG = 30_000;
    private static Vertx vertx;

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> lookups = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @AfterEach
    void letLookupsEnd() {
        release.countDown();
    }

    @Test
    void calls_to_one_host_share_a_lookup_and_leave_the_other_threads() throws Exception {
        try (WorkerPool threads = pool(2, LONG)) {
            SystemResolver resolver = new SystemResolver(threads, this::lookUp);
            List<Future<Result<List<InetAddress>, NotRun>>> slow = IntStream.range(0, 10)
                    .mapToObj(any -> resolver.resolve("slow.example"))
                    .toList();

            assertThat(done(resolver.resolve("quick.example"))).hasSize(1);
            release.countDown();
            for (Future<Result<List<InetAddress>, NotRun>> each : slow) {
                assertThat(done(each)).hasSize(1);
            }
            assertThat(lookups).containsExactlyInAnyOrder("slow.example", "quick.example");
        }
    }

    @Test
    void host_is_looked_up_again_after_an_end() throws Exception {
        try (WorkerPool threads = pool(1, LONG)) {
            SystemResolver resolver = new SystemResolver(threads, this::lookUp);
            done(resolver.resolve("quick.example"));
            done(resolver.resolve("quick.example"));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> done(resolver.resolve("unknown.example")))
                        .isInstanceOf(UnknownHostException.class);
            }

            assertThat(lookups).containsExactly("quick.example", "quick.example", "unknown.example", "unknown.example");
        }
    }

    @Test
    void host_is_looked_up_again_after_no_thread_was_free() throws Exception {
        try (WorkerPool threads = pool(1, 50)) {
            SystemResolver resolver = new SystemResolver(threads, this::lookUp);
            resolver.resolve("slow.example");
            assertThat(Await.until(() -> lookups.size() == 1)).isTrue();

            assertThat(why(resolver.resolve("quick.example"))).isEqualTo(NotRun.LATE);
            assertThat(why(resolver.resolve("quick.example"))).isEqualTo(NotRun.LATE);
        }
    }

    /** The breaker of a target would else open for what the DNS of others does. */
    @Test
    void busy_resolver_is_no_failure_of_the_target() throws Exception {
        OutgoingConfig config =
                new OutgoingConfig(2_000, 1_000, 10, 10, Set.of(), new CircuitBreaker.Config(1, 1, 60_000, 60_000));
        WorkerPool.Config eight = OutgoingHttp.resolverThreads(config);
        WorkerPool threads = new WorkerPool(vertx, "resolver", eight, () -> {});
        OutgoingAddresses addresses = new OutgoingAddresses(
                new SystemResolver(threads, this::lookUp), new AddressPolicy(AddressPolicy.NOT_PUBLIC, Set.of()));
        try (OutgoingHttp http = new OutgoingHttp(
                vertx, config, addresses, OutgoingHttp.options(), Keeping.of(config), threads::close)) {
            OutgoingTarget slow = target("slow0.example", config);
            List<Future<Result<OutgoingAnswer, Why>>> calls = Stream.concat(
                            Stream.of(http.send(slow, OutgoingRequest.get(Map.of()))),
                            IntStream.range(1, eight.threads())
                                    .mapToObj(i -> http.send(
                                            target("slow" + i + ".example", config), OutgoingRequest.get(Map.of()))))
                    .toList();
            for (Future<Result<OutgoingAnswer, Why>> call : calls) {
                assertThat(refused(call)).isEqualTo(Why.TIMED_OUT);
            }

            OutgoingTarget innocent = target("quick.example", config);
            for (int i = 0; i < 2; i++) {
                assertThat(refused(http.send(innocent, OutgoingRequest.get(Map.of()))))
                        .isEqualTo(Why.RESOLVER_BUSY);
            }
            assertThat(innocent.state()).isEqualTo(CircuitBreaker.State.CLOSED);
            assertThat(slow.state()).as("its own DNS is silent").isEqualTo(CircuitBreaker.State.UNRESPONSIVE);
        }
    }

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        lookups.add(host);
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        boolean free = !host.startsWith("slow");
        while (!free) { // like the operating system's, it can't be interrupted
            try {
                free = release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException ignored) {
                free = release.getCount() == 0;
            }
        }
        return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static WorkerPool pool(int threads, long maxWaitMs) {
        return new WorkerPool(vertx, "resolver", new WorkerPool.Config(threads, 100, maxWaitMs), () -> {});
    }

    private static OutgoingTarget target(String host, OutgoingConfig config) {
        return new OutgoingTarget(
                OutgoingService.KEYS,
                OutgoingUrl.parse("https://" + host + "/").orElseThrow(),
                config,
                OutgoingMetrics.uncounted());
    }

    private static Why refused(Future<Result<OutgoingAnswer, Why>> call) throws Exception {
        return call.await(30, TimeUnit.SECONDS)
                .fold(
                        answer -> {
                            throw new AssertionError("answered: " + answer);
                        },
                        why -> why);
    }

    private static List<InetAddress> done(Future<Result<List<InetAddress>, NotRun>> lookup) throws Exception {
        return lookup.await(30, TimeUnit.SECONDS).fold(addresses -> addresses, why -> {
            throw new AssertionError("not run: " + why);
        });
    }

    private static NotRun why(Future<Result<List<InetAddress>, NotRun>> lookup) throws Exception {
        return lookup.await(30, TimeUnit.SECONDS)
                .fold(
                        addresses -> {
                            throw new AssertionError("run: " + addresses);
                        },
                        why -> why);
    }
}
