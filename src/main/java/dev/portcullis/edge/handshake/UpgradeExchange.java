package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.anomaly.AddressWatch;
import dev.portcullis.edge.anomaly.RequestText;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.AuthRefusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One request that asks for a connection, and the two ways to end it: an upgrade to WebSocket, or a refusal in HTTP. */
public final class UpgradeExchange {
    private final Dependencies dependencies;
    private final HttpServerRequest request;
    private final HttpChannel channel;
    private final UpgradeRequest upgradeRequest;

    /**
     * The objects that all handshakes of a node share.
     *
     * @param pending bounds the connections that have not upgraded
     */
    public record Dependencies(
            PendingConnectionLimit pending,
            ClientAddress proxies,
            HttpResponses responses,
            AuthConfig auth,
            Audit audit,
            AddressWatch addresses,
            EnumCounters<HandshakeRefusal> refusals,
            Metrics metrics,
            LongSupplier clock) {}

    private UpgradeExchange(
            Dependencies dependencies, HttpServerRequest request, HttpChannel channel, UpgradeRequest upgradeRequest) {
        this.dependencies = dependencies;
        this.request = request;
        this.channel = channel;
        this.upgradeRequest = upgradeRequest;
    }

    /** Empty where the connection is of no use, and closed. The request is paused: what follows it waits for the upgrade. */
    public static Optional<UpgradeExchange> of(Dependencies dependencies, HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        Optional<IpAddress> address = dependencies.proxies().of(request);
        if (address.isEmpty() || !channel.claimUpgrade()) {
            channel.abort();
            return Optional.empty();
        }
        dependencies.pending().handshakeReceived(channel);
        request.pause();
        return Optional.of(read(dependencies, request, channel, address.get()));
    }

    /** Reads a request without an upgrade. Empty where nothing can be answered. */
    public static Optional<UpgradeExchange> withoutUpgrade(Dependencies dependencies, HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        return dependencies.proxies().of(request).map(address -> read(dependencies, request, channel, address));
    }

    private static UpgradeExchange read(
            Dependencies dependencies, HttpServerRequest request, HttpChannel channel, IpAddress address) {
        return new UpgradeExchange(
                dependencies,
                request,
                channel,
                UpgradeRequest.of(
                        request,
                        !channel.hasUnread(),
                        address,
                        dependencies.proxies(),
                        dependencies.auth(),
                        channel.certificate(),
                        dependencies.clock().getAsLong()));
    }

    /**
     * The handshake waits for its turn. Until it {@link #goOn goes on} nothing is known of its client, so the connection may be
     * evicted.
     *
     * @param onClosed runs once the connection has closed, which keeps it until then
     */
    void waits(Runnable onClosed) {
        dependencies.pending().unproved(channel);
        channel.onClose(onClosed);
    }

    void goOn() {
        dependencies.pending().handshakeReceived(channel);
    }

    public UpgradeRequest upgradeRequest() {
        return upgradeRequest;
    }

    public HttpServerRequest request() {
        return request;
    }

    /** Searches what was sent along with a token that was refused. */
    void refusedAfterUpgrade(TokenDefect defect) {
        search(Optional.of(defect));
    }

    void refuse(HandshakeOutcome.Refused outcome) {
        HandshakeRefusal refusal = outcome.refusal();
        recordRefusal(refusal, refusal.status(), outcome.defect());
        HttpServerResponse response =
                dependencies.responses().protectedResponse(request).setStatusCode(refusal.status());
        if (outcome.retryAfterMs() > 0) {
            HttpResponses.retryAfter(response, outcome.retryAfterMs());
        }
        response.putHeader("Connection", "close");
        refusal.headers().forEach(response::putHeader);
        channel.stopReading();
        request.resume(); // Vert.x counts a request as active until its end is read
        response.putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(refusal.sentence())
                .onComplete(any -> channel.close());
    }

    /** Answers a request that is refused by another rule than those of a handshake, and closes the connection. */
    public void refuse(int status, String contentType, byte[] body) {
        HttpServerResponse response =
                dependencies.responses().protectedResponse(request).setStatusCode(status);
        channel.stopReading();
        request.resume();
        response.putHeader("Connection", "close")
                .putHeader("Content-Type", contentType)
                .end(Buffer.buffer(body))
                .onComplete(any -> channel.close());
    }

    void refuse(HandshakeRefusal refusal) {
        refuse(new HandshakeOutcome.Refused(refusal, refusal.retryAfterMs(), Optional.empty()));
    }

    /** Upgrades. Runs {@code rollback} unless the socket was taken over. */
    public void upgrade(Map<String, String> headers, Runnable rollback, Consumer<ServerWebSocket> onUpgraded) {
        toWebSocket(headers, rollback, webSocket -> {
            dependencies.pending().upgraded(channel);
            onUpgraded.accept(webSocket);
        });
    }

    /**
     * Upgrades for a client that has a connection, and may go on by this one. It counts among those that have not upgraded
     * until the client does.
     *
     * @param withinMs how long it may last until then
     * @param onUpgraded gets the WebSocket, and what to call when the client goes on by it, on any thread
     * @param onClosed runs once the connection has closed, upgraded or not
     */
    public void upgradeProbing(long withinMs, BiConsumer<ServerWebSocket, Runnable> onUpgraded, Runnable onClosed) {
        channel.onClose(onClosed);
        toWebSocket(Map.of(), () -> {}, webSocket -> {
            dependencies.pending().probing(channel, withinMs);
            onUpgraded.accept(webSocket, () -> dependencies.pending().upgraded(channel));
        });
    }

    private void toWebSocket(Map<String, String> headers, Runnable rollback, Consumer<ServerWebSocket> onUpgraded) {
        if (!channel.isOpen()) {
            rollback.run();
        } else if (channel.hasUnread()) {
            rollback.run();
            refuse(HandshakeRefusal.MALFORMED); // RFC 6455 4.1: a client sends nothing before the 101
        } else {
            request.response() // not called for a 101, only for a refusal that Vert.x writes
                    .headersEndHandler(any ->
                            dependencies.responses().protectedResponse(request).putHeader("Connection", "close"));
            headers.forEach(request.response()::putHeader);
            channel.holdUpgrade();
            succeededFuture()
                    .compose(any -> request.toWebSocket())
                    .onComplete(webSocket -> begin(webSocket, onUpgraded, rollback), failure -> {
                        rollback.run();
                        refusedByVertx();
                    });
        }
    }

    private void recordRefusal(HandshakeRefusal refusal, int status, Optional<TokenDefect> defect) {
        dependencies.refusals().add(refusal);
        watch(refusal, defect);
        defect.map(TokenDefect::refusal).ifPresent(dependencies.metrics()::authFailed);
        AuditEvent event = about(CloseNotice.AuthFailed.event(defect, EventName.WS_HANDSHAKE_REFUSED))
                .reason(refusal.id())
                .code(status);
        dependencies
                .audit()
                .event(defect.map(TokenDefect::id).map(event::detail).orElse(event));
    }

    /** A malformed handshake does not count for its address if a foreign page may have sent it. */
    private void watch(HandshakeRefusal refusal, Optional<TokenDefect> defect) {
        String address = upgradeRequest.address();
        if (refusal == HandshakeRefusal.MALFORMED && !new RequestText(request).mayComeFromForeignPage()) {
            dependencies.addresses().malformedHandshake(address);
        }
        dependencies.addresses().tokenRefused(address, upgradeRequest.guess(defect));
        if (refusal == HandshakeRefusal.MALFORMED
                || refusal == HandshakeRefusal.NOT_AN_UPGRADE
                || refusal == HandshakeRefusal.UNAUTHORIZED) {
            search(defect);
        }
    }

    /** The bearer of a token that has ended was authenticated once, and does not count. */
    private void search(Optional<TokenDefect> defect) {
        RequestText text = new RequestText(request);
        boolean counts = !text.mayComeFromForeignPage()
                && defect.map(TokenDefect::refusal)
                        .filter(why -> why != AuthRefusal.INVALID_TOKEN)
                        .isEmpty();
        IpAddress.parse(upgradeRequest.address())
                .ifPresent(address -> dependencies.addresses().inspect(address, text, counts));
    }

    /** The rules refuse all that Vert.x refuses. If one ever differs, the refusal is counted and logged once. */
    private void refusedByVertx() {
        HttpServerResponse response = request.response();
        if (response.ended()) {
            recordRefusal(HandshakeRefusal.MALFORMED, response.getStatusCode(), Optional.empty());
            channel.close();
        } else if (channel.isOpen()) {
            refuse(HandshakeRefusal.MALFORMED);
        }
    }

    private void begin(ServerWebSocket webSocket, Consumer<ServerWebSocket> onUpgraded, Runnable rollback) {
        if (!channel.isOpen()) {
            rollback.run();
            return;
        }
        try {
            webSocket.headers().clear(); // Vert.x keeps them for as long as the socket lives (CWE-401)
            onUpgraded.accept(webSocket);
            channel.flush(); // the 101, with what the client is told first
        } catch (RuntimeException failure) {
            rollback.run();
            channel.abort();
            throw failure; // Vert.x logs it
        }
    }

    private AuditEvent about(EventName name) {
        AuditEvent event = AuditEvent.of(name).ip(upgradeRequest.address());
        Optional<String> origin = upgradeRequest.origins().stream().findFirst();
        return origin.map(event::origin).orElse(event);
    }
}
