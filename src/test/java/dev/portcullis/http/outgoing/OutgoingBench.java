package dev.portcullis.http.outgoing;

import com.sun.management.OperatingSystemMXBean;
import dev.portcullis.http.outgoing.OutgoingConnections.Keeping;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls to a server in this process: with a connection for each call, and with connections that are kept. The CPU is that of
 * both sides.
 */
final class OutgoingBench {
    private static final String HOST = "hook.example.com";
    private static final long SECONDS = 5;
    private static final OutgoingConfig CONFIG =
            new OutgoingConfig(10_000, 65_536, 256, 256, Set.of(HOST), CircuitBreaker.Config.STANDARD);
    private static final OutgoingRequest REQUEST = OutgoingRequest.post(
                    Map.of("Content-Type", "application/json"),
                    Buffer.buffer("{\"content\":\"" + "x".repeat(200) + "\"}"))
            .asIdempotent();

    private final Vertx vertx = Vertx.vertx();
    private final int inFlight;

    private OutgoingBench(int inFlight) {
        this.inFlight = inFlight;
    }

    /** @param args number of rounds, and of calls in flight */
    public static void main(String[] args) throws Exception {
        int rounds = args.length < 1 ? 3 : Integer.parseInt(args[0]);
        int inFlight = args.length < 2 ? 64 : Integer.parseInt(args[1]);
        Path folder = Files.createTempDirectory("outgoing-bench");
        new OutgoingBench(inFlight).run(PrivateAuthority.in(folder), rounds);
    }

    private void run(PrivateAuthority authority, int rounds) throws Exception {
        int plain = listen(new HttpServerOptions());
        PrivateAuthority.Issued issued = authority.issueFor(HOST);
        int tls = listen(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(issued.certificate().toString())
                        .setKeyPath(issued.key().toString())));
        OutgoingUrl overTcp =
                OutgoingUrl.parse("http://127.0.0.1:" + plain + "/").orElseThrow();
        OutgoingUrl overTls =
                OutgoingUrl.parse("https://" + HOST + ":" + tls + "/").orElseThrow();
        try (OutgoingHttp each = open(authority, new Keeping(0, 2, 2_000, 30_000));
                OutgoingHttp kept = open(authority, Keeping.of(CONFIG))) {
            for (int round = 0; round < rounds; round++) {
                compare("http ", each, kept, overTcp);
                compare("https", each, kept, overTls);
            }
        }
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private void compare(String scheme, OutgoingHttp each, OutgoingHttp kept, OutgoingUrl url) throws Exception {
        Cost before = cost(each, url);
        Cost after = cost(kept, url);
        System.out.printf(
                "%s: %s with a connection each, %s with kept ones: %.1f times the calls, 1/%.1f of the CPU%n",
                scheme, before, after, after.perSecond() / before.perSecond(), before.cpuMicros() / after.cpuMicros());
    }

    private record Cost(double perSecond, double cpuMicros) {
        @Override
        public String toString() {
            return String.format("%,.0f calls/s of %,.0f us CPU", perSecond, cpuMicros);
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private Cost cost(OutgoingHttp http, OutgoingUrl url) throws Exception {
        OutgoingTarget target =
                new OutgoingTarget(OutgoingService.CONTENT_HOOK, url, CONFIG, OutgoingMetrics.uncounted());
        Context caller = vertx.getOrCreateContext();
        long began = System.nanoTime();
        long cpu = cpuNanos();
        long end = began + TimeUnit.SECONDS.toNanos(SECONDS);
        AtomicInteger answers = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(inFlight);
        caller.runOnContext(any -> {
            for (int i = 0; i < inFlight; i++) {
                next(http, target, end, answers, over);
            }
        });
        over.await();
        return new Cost(answers.get() * 1e9 / (System.nanoTime() - began), (cpuNanos() - cpu) / 1e3 / answers.get());
    }

    private void next(OutgoingHttp http, OutgoingTarget target, long end, AtomicInteger answers, CountDownLatch over) {
        if (System.nanoTime() > end) {
            over.countDown();
            return;
        }
        http.send(target, REQUEST).onComplete((result, bug) -> {
            answers.addAndGet(result != null && result.fold(answer -> true, why -> false) ? 1 : 0);
            next(http, target, end, answers, over);
        });
    }

    private OutgoingHttp open(PrivateAuthority authority, Keeping keeping) {
        OutgoingAddresses addresses = new OutgoingAddresses(
                host -> Future.succeededFuture(Result.done(List.of(InetAddress.getLoopbackAddress()))),
                new AddressPolicy(AddressPolicy.NOT_PUBLIC, CONFIG.internalHosts()));
        return new OutgoingHttp(
                vertx,
                CONFIG,
                addresses,
                OutgoingHttp.options()
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(authority.certificate().toString())),
                keeping,
                () -> {});
    }

    private int listen(HttpServerOptions options) throws Exception {
        return vertx.createHttpServer(options)
                .requestHandler(request -> request.body()
                        .onSuccess(any -> request.response()
                                .putHeader(AnswerHead.NONCE, request.getHeader(AnswerHead.NONCE))
                                .end("{\"action\":\"allow\"}")))
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }
}
