package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.HttpResponses;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A request of long-polling that waits for its answer, which any event loop may give.
 *
 * @param refused is told each request that is refused
 */
public record EngineExchange(
        HttpServerRequest request, HttpResponses responses, EngineLoop loop, Consumer<EngineError> refused) {
    static final String TEXT = "text/plain; charset=UTF-8";

    private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);

    /** Runs {@code then} on the loop of the request if its connection closes before the answer was written. */
    public void onClosed(Runnable then) {
        request.response().closeHandler(any -> then.run());
    }

    /** Its connection. Any thread may ask. */
    public HttpChannel channel() {
        return HttpChannel.of(request.connection());
    }

    public void send(byte[] payload, Runnable written, Runnable lost) {
        answer(200, TEXT, payload, written, lost);
    }

    void accept() {
        answer(200, TEXT, OK, () -> {}, () -> {});
    }

    public void refuse(EngineError why) {
        refused.accept(why);
        answer(EngineError.STATUS, HttpResponses.JSON, why.json(), () -> {}, () -> {});
    }

    /** Closes its connection, with what of the answer the client has not taken. Any thread may call it. */
    void cutOff() {
        channel().abort();
    }

    private void answer(int status, String contentType, byte[] body, Runnable written, Runnable lost) {
        loop.execute(() -> {
            if (request.response().closed() || request.response().ended()) {
                lost.run();
                return;
            }
            request.response().putHeader("Cache-Control", "no-store");
            Future<Void> sent = responses.send(request, status, contentType, Buffer.buffer(body));
            sent.onComplete(any -> written.run(), failure -> lost.run());
        });
    }
}
