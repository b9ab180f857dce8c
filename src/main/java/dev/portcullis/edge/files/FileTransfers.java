package dev.portcullis.edge.files;

import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.http.ClientAddress;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Prepares the connection of a transfer: the transfer may take longer than other requests, and is the last one on its
 * connection. So the connection is closed at its end whatever the client does.
 */
public record FileTransfers(PendingConnectionLimit pending, BooleanSupplier draining, ClientAddress proxies) {
    /** Added to the time of a transfer: in it the client takes the answer, or the last bytes of the file. */
    private static final long ANSWER_MS = 10_000;

    /** In this time a client that still sends may see the answer, and stop. */
    private static final long LINGER_MS = 5_000;

    /** Bytes that the kernel holds for a client that downloads. */
    private static final int SEND_BUFFER_BYTES = 262_144;

    static HttpChannel last(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        channel.endAfterAnswer();
        return channel;
    }

    /** Call it just before a request is answered whose body may be on its way, of up to this many bytes. */
    static void linger(HttpServerRequest request, long bytes) {
        HttpChannel.of(request.connection()).lingerAfterAnswer(LINGER_MS, bytes);
    }

    /** The keys that the transfers of a client count under. */
    List<String> addressOf(HttpServerRequest request) {
        return proxies.keysOf(request);
    }

    boolean isDraining() {
        return draining.getAsBoolean();
    }

    void receive(HttpChannel channel, long withinMs) {
        pending.transferring(channel, withinMs + ANSWER_MS);
    }

    void send(HttpChannel channel, long withinMs) {
        channel.sendAhead(SEND_BUFFER_BYTES);
        pending.transferring(channel, withinMs + ANSWER_MS);
    }
}
