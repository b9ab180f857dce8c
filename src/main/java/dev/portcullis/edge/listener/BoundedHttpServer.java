package dev.portcullis.edge.listener;

import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Creates HTTP servers that limit their TCP connections from accept on, and decode one request of each at a time. */
public final class BoundedHttpServer {
    /** Limits the bytes that the kernel holds for a peer that does not read; a WebSocket gets more. */
    private static final int SEND_BUFFER_BYTES = 16_384;

    private final PendingConnectionLimit pending;
    private final int headerLines;
    private final BooleanSupplier full;
    private final boolean proxied;
    private final int loops;

    /**
     * @param full while this holds, reads are small; called on all event loops
     * @param proxied whether only trusted proxies may connect, each of whose connections begins with a PROXY header
     * @param loops the event loops that serve it
     */
    public BoundedHttpServer(
            PendingConnectionLimit pending, int headerLines, BooleanSupplier full, boolean proxied, int loops) {
        this.pending = pending;
        this.headerLines = headerLines;
        this.full = full;
        this.proxied = proxied;
        this.loops = loops;
    }

    /**
     * The request handler must report each request and response to the {@link HttpChannel} and the limit of connections. Call
     * this in the start of a verticle.
     */
    public HttpServer create(Vertx vertx, HttpServerOptions given) {
        HttpServerOptions options = new HttpServerOptions(given).setSendBufferSize(SEND_BUFFER_BYTES);
        ExpiryTimer timer = new ExpiryTimer(vertx);
        AcceptTransport.onAccept(
                vertx,
                channel -> {
                    channel.limitReadsWhile(full);
                    boolean accepted = (!proxied || pending.isOfProxy(channel)) && pending.accepted(channel);
                    timer.run();
                    return accepted;
                },
                pending,
                proxied,
                loops);
        return vertx.createHttpServer(options).connectionHandler(connection -> {
            HttpChannel channel = HttpChannel.open(connection, options, headerLines);
            if (options.getClientAuth() != ClientAuth.NONE) {
                channel.abortIfCertificateIsOver(Instant.now());
            }
            opened(channel);
        });
    }

    private void opened(HttpChannel channel) {
        pending.accepted(channel);
        channel.onRequestBegun(() -> pending.begun(channel));
    }

    /**
     * Creates a listener without upgrades: a connection stays open while its requests arrive, and are answered, in time. Call
     * this in the start of a verticle.
     */
    public HttpServer create(Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> requests) {
        return create(vertx, options)
                .requestHandler(request -> handle(request, requests))
                .invalidRequestHandler(request -> handle(request, HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER));
    }

    private void handle(HttpServerRequest request, Handler<HttpServerRequest> then) {
        HttpChannel channel = HttpChannel.of(request.connection());
        pending.requested(channel);
        request.response().endHandler(any -> {
            pending.answered(channel);
            channel.answered();
        });
        then.handle(request);
    }

    /** Closes expired connections from the accept of one on, until none is pending: an idle listener wakes no event loop. */
    private final class ExpiryTimer {
        private final Context context;
        private final AtomicBoolean set = new AtomicBoolean();

        ExpiryTimer(Vertx vertx) {
            this.context = vertx.getOrCreateContext();
        }

        /** Call this on any thread, once a connection is pending. */
        void run() {
            if (!pending.isEmpty() && set.compareAndSet(false, true)) {
                context.runOnContext(any -> next());
            }
        }

        private void next() {
            context.owner().setTimer(PendingConnectionLimit.CHECK_INTERVAL_MS, any -> {
                pending.closeExpired();
                set.set(false); // before the look at what is left, so that an accept meanwhile is not overlooked
                run();
            });
        }
    }
}
