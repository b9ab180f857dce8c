package dev.portcullis.edge.listener;

import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/** Makes HTTP servers that bound their TCP connections from accept, and decode one request of each at a time. */
public final class BoundedHttpServer {
    /** What the kernel takes for a peer that does not read; a WebSocket has more. */
    private static final int SEND_BUFFER_BYTES = 16_384;

    private final PendingConnectionLimit pending;
    private final int headerLines;
    private final BooleanSupplier full;

    /** @param full while this holds little is read of a connection at once; asked from all event loops */
    public BoundedHttpServer(PendingConnectionLimit pending, int headerLines, BooleanSupplier full) {
        this.pending = pending;
        this.headerLines = headerLines;
        this.full = full;
    }

    /** Its handler of requests has to tell the {@link HttpChannel} of each answer. To be called by a verticle's start. */
    public HttpServer create(Vertx vertx, HttpServerOptions given) {
        HttpServerOptions options = new HttpServerOptions(given).setSendBufferSize(SEND_BUFFER_BYTES);
        AcceptTransport.onAccept(vertx, options, channel -> {
            channel.limitReadsWhile(full);
            return pending.accepted(channel);
        });
        vertx.setPeriodic(PendingConnectionLimit.CHECK_INTERVAL_MS, any -> pending.closeExpired());
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> pending.accepted(HttpChannel.open(connection, options, headerLines)));
    }

    /**
     * For requests alone: a connection stays as long as each of them comes, and is answered, in time. To be called by a
     * verticle's start.
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
}
