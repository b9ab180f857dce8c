package dev.portcullis.edge;

import dev.portcullis.edge.socket.AcceptTransport;
import dev.portcullis.edge.socket.HttpChannel;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/** Makes HTTP servers that bound their TCP connections from accept, and decode one request of each at a time. */
public final class BoundedServer {
    /** What the kernel takes for a peer that does not read; a WebSocket has more. */
    private static final int SEND_BUFFER = 16_384;

    private final Doorstep doorstep;
    private final int headerLines;
    private final BooleanSupplier full;

    /** @param full while this holds little is read of a connection at once; asked from all event loops */
    public BoundedServer(Doorstep doorstep, int headerLines, BooleanSupplier full) {
        this.doorstep = doorstep;
        this.headerLines = headerLines;
        this.full = full;
    }

    /** Its handler of requests has to tell the {@link HttpChannel} of each answer. To be called by a verticle's start. */
    HttpServer create(Vertx vertx, HttpServerOptions given) {
        HttpServerOptions options = new HttpServerOptions(given).setSendBufferSize(SEND_BUFFER);
        AcceptTransport.onAccept(vertx, options, channel -> {
            channel.readSparinglyWhile(full);
            return doorstep.accepted(channel);
        });
        vertx.setPeriodic(Doorstep.LOOK_MS, any -> doorstep.closeLate());
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> doorstep.accepted(HttpChannel.open(connection, options, headerLines)));
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
        doorstep.requested(channel);
        request.response().endHandler(any -> {
            doorstep.answered(channel);
            channel.answered();
        });
        then.handle(request);
    }
}
