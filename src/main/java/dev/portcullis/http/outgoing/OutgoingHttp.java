package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConnections.Keeping;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Calls servers outside. One instance for each node, used by all its threads. Follows no redirect, keeps no cookie, and
 * knows no proxy.
 */
public final class OutgoingHttp implements AutoCloseable {
    private static final int RESOLVER_THREADS = 8;

    /**
     * A file store answers with the headers that a client gave its object, 8 KiB and more. If they could not be read, who put
     * it would have the store count as away for all (CWE-400).
     */
    private static final int HEADER_BYTES = 64 << 10;

    private final Vertx vertx;
    private final OutgoingConfig config;
    private final OutgoingAddresses addresses;
    private final HttpClientAgent client;
    private final OutgoingConnections connections;
    private final Semaphore inFlight;
    private final Runnable onClose;

    /** For tests: takes its own DNS, rules for addresses, and trust. */
    OutgoingHttp(
            Vertx vertx,
            OutgoingConfig config,
            OutgoingAddresses addresses,
            HttpClientOptions options,
            Keeping keeping,
            Runnable onClose) {
        this.vertx = vertx;
        this.config = config;
        this.addresses = addresses;
        this.client = vertx.createHttpClient(withinDeadline(options, config));
        this.connections = new OutgoingConnections(vertx, client, keeping);
        this.inFlight = new Semaphore(config.inFlight());
        this.onClose = onClose;
    }

    public static OutgoingHttp open(Vertx vertx, OutgoingConfig config) {
        return open(vertx, config, Optional.empty());
    }

    /** @param ca the text of the certificates that are trusted instead of those of the JDK */
    public static OutgoingHttp open(Vertx vertx, OutgoingConfig config, Optional<String> ca) {
        WorkerPool threads = new WorkerPool(vertx, "resolver", resolverThreads(config), () -> {});
        return new OutgoingHttp(
                vertx,
                config,
                new OutgoingAddresses(
                        new SystemResolver(threads),
                        new AddressPolicy(AddressPolicy.NOT_PUBLIC, config.internalHosts())),
                trusting(ca),
                Keeping.of(config),
                threads::close);
    }

    /**
     * A look-up waits half a deadline for a thread at most. So a call learns that the threads are held by other hosts
     * before it times out, which would count against its own.
     */
    static WorkerPool.Config resolverThreads(OutgoingConfig config) {
        return new WorkerPool.Config(RESOLVER_THREADS, config.inFlight(), Math.max(1, config.deadlineMs() / 2));
    }

    private static HttpClientOptions trusting(Optional<String> ca) {
        HttpClientOptions options = options();
        ca.ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }

    /** A server's name is checked against the URL's host, although the connection goes to an address. */
    static HttpClientOptions options() {
        return new HttpClientOptions()
                .setTrustAll(false)
                .setVerifyHost(true)
                .setDecompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE) // each call has a span of its own, which ends with it
                .setMaxHeaderSize(HEADER_BYTES);
    }

    /** A connection that is not made by the end of its call is given up. */
    private static HttpClientOptions withinDeadline(HttpClientOptions options, OutgoingConfig config) {
        return new HttpClientOptions(options)
                .setConnectTimeout(Math.toIntExact(config.deadlineMs()))
                .setSslHandshakeTimeout(config.deadlineMs())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    /** Completes on the caller's context, once the target knows the result. Fails only for a bug, such as a header that can't be sent. */
    public Future<Result<OutgoingAnswer, Why>> send(OutgoingTarget target, OutgoingRequest request) {
        Pass pass = target.pass();
        if (pass == Pass.OPEN) {
            return Future.succeededFuture(Result.refused(Why.BREAKER_OPEN));
        }
        if (!target.begin(pass)) {
            return Future.succeededFuture(Result.refused(Why.BUSY));
        }
        long began = System.nanoTime();
        return call(target.url(), request).andThen((result, bug) -> {
            if (bug == null) {
                target.end(result, pass, System.nanoTime() - began);
            } else {
                target.cancel(pass);
            }
        });
    }

    /** For tests. */
    int keptConnections() {
        return connections.size();
    }

    @Override
    public void close() {
        onClose.run();
        connections.close();
        client.close();
    }

    private Future<Result<OutgoingAnswer, Why>> call(OutgoingUrl url, OutgoingRequest request) {
        if (!inFlight.tryAcquire()) {
            return Future.succeededFuture(Result.refused(Why.BUSY));
        }
        return new OutgoingCall(vertx, connections, addresses, config, url, request)
                .begin()
                .andThen(any -> inFlight.release());
    }
}
