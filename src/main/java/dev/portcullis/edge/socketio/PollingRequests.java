package dev.portcullis.edge.socketio;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.edge.handshake.UpgradeExchange;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.socketio.engine.EngineExchange;
import dev.portcullis.edge.socketio.engine.EngineLoop;
import dev.portcullis.edge.socketio.engine.EngineSession;
import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.protocol.CloseCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTP of Engine.IO on one event loop: headers, bodies and refusals, and how long a connection may wait. A poll lasts until
 * the next ping of the server at the latest.
 */
public final class PollingRequests {
    private static final Pattern TEXT_BODY =
            Pattern.compile("text/plain(?:[ \\t]*;[ \\t]*charset=(?:utf-8|\"utf-8\"))?", Pattern.CASE_INSENSITIVE);
    private static final int NO_CONTENT = 204;

    /** The payer of a session's bodies, apart from the bodies of the user's calls, which must end no session. */
    private static final String PAYER = "sessions of ";

    /** The bytes that a payload may have beside the connect packet. */
    private static final int AROUND_CONNECT = 1_024;

    private final UpgradeExchange.Dependencies exchanges;
    private final RequestBudget budget;
    private final CrossOrigin cors;
    private final BodyReader bodies;
    private final EnumCounters<EngineError> refusals;
    private final EngineLoop engine;

    public PollingRequests(
            UpgradeExchange.Dependencies exchanges,
            RequestBudget budget,
            CrossOrigin cors,
            BodyReader bodies,
            EnumCounters<EngineError> refusals,
            EngineLoop engine) {
        this.exchanges = exchanges;
        this.budget = budget;
        this.cors = cors;
        this.bodies = bodies;
        this.refusals = refusals;
        this.engine = engine;
    }

    Optional<UpgradeExchange> upgrade(HttpServerRequest request) {
        return UpgradeExchange.of(exchanges, request);
    }

    Optional<UpgradeExchange> request(HttpServerRequest request) {
        cors.allow(request, true);
        return UpgradeExchange.withoutUpgrade(exchanges, request);
    }

    /** A page may send what its library sends: a text, and headers of its application. */
    void preflight(HttpServerRequest request) {
        boolean allowed = cors.allow(request, true).isPresent();
        CrossOrigin.preflight(
                exchanges.responses().protectedResponse(request).setStatusCode(allowed ? NO_CONTENT : 403),
                "GET, POST",
                "Authorization, Content-Type");
    }

    /** The first answer of a session. */
    void opened(UpgradeExchange exchange, byte[] openPacket) {
        new EngineExchange(exchange.request(), exchanges.responses(), engine, any -> {})
                .send(openPacket, () -> {}, () -> {});
    }

    /** The user of a session pays for each request of it, none of which is refused for that: frames have limits of their own. */
    void paidBy(EngineSession session, UpgradeExchange exchange) {
        session.user().ifPresent(user -> budget.proved(exchange.request(), user));
    }

    /** Passes a request on to its session. */
    void pass(UpgradeExchange exchange, EngineSession session) {
        HttpServerRequest request = exchange.request();
        EngineExchange asked = new EngineExchange(request, exchanges.responses(), engine, why -> record(exchange, why));
        if (request.method().equals(HttpMethod.GET)) {
            exchanges.pending().polling(asked.channel(), engine.timeoutMs());
            giveWay(asked, session);
            asked.onClosed(() -> session.loop().execute(() -> session.polling().lost(asked)));
            session.loop().execute(() -> session.polling().poll(asked));
        } else if (request.method().equals(HttpMethod.POST)) {
            post(exchange, asked, session);
        } else {
            refuse(exchange, EngineError.BAD_REQUEST);
        }
    }

    /**
     * Lets a poll that proves nothing be evicted: otherwise such sessions could hold all the connections of an address, and a
     * user gets none.
     */
    private void giveWay(EngineExchange asked, EngineSession session) {
        if (session.user().isEmpty()) {
            exchanges.pending().unproved(asked.channel());
        }
    }

    /** A connection of a new client. */
    PollConnection connection() {
        return new PollConnection(exchanges.pending());
    }

    private void post(UpgradeExchange exchange, EngineExchange asked, EngineSession session) {
        if (!session.polling().claimPost(asked)) {
            asked.channel().stopReading();
            session.loop().execute(() -> session.polling().overlap(asked));
            return;
        }
        giveWay(asked, session);
        asked.onClosed(() -> session.loop().execute(() -> session.polling().lost(asked)));
        if (!isText(exchange.request())) {
            postFailed(exchange, session, EngineError.STATUS, CloseCode.BINARY);
            return;
        }
        Optional<String> payer = session.user().map(user -> PAYER + user.value());
        bodies.read(
                exchange.request(),
                maxBytes(payer.isPresent()),
                payer,
                body -> session.loop().execute(() -> handle(session, asked, body)),
                why -> postFailed(exchange, session, why.status(), closeCode(why)));
    }

    /** Before a client has connected, its body holds no more than the packet by which it does. */
    private int maxBytes(boolean connected) {
        int payload = engine.limits().frameBytes();
        return connected ? payload : Math.min(payload, engine.limits().authFrameBytes() + AROUND_CONNECT);
    }

    /** Its packets count for the session by the time that the body no longer does. */
    private static void handle(EngineSession session, EngineExchange asked, BodyReader.Received body) {
        try {
            session.polling().post(asked, body.bytes());
        } finally {
            body.release().run();
        }
    }

    private void postFailed(UpgradeExchange exchange, EngineSession session, int status, CloseCode code) {
        session.loop().execute(() -> session.polling().postFailed(code));
        exchange.refuse(status, HttpResponses.JSON, EngineError.BAD_REQUEST.json());
        record(exchange, EngineError.BAD_REQUEST);
    }

    private static CloseCode closeCode(HttpRefusal why) {
        return switch (why) {
            case MESSAGE_TOO_LARGE -> CloseCode.TOO_LARGE;
            case REQUEST_TIMEOUT -> CloseCode.HEARTBEAT_TIMEOUT;
            case RATE_LIMITED, UNAVAILABLE -> CloseCode.NO_CAPACITY;
            default -> CloseCode.BROKEN_FRAME;
        };
    }

    /** Whether a body is text: it has no type, or one that says so. */
    private static boolean isText(HttpServerRequest request) {
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        return types.isEmpty()
                || (types.size() == 1 && TEXT_BODY.matcher(types.get(0)).matches());
    }

    void refuse(UpgradeExchange exchange, EngineError why) {
        HttpServerRequest request = exchange.request();
        if (request.method().equals(HttpMethod.GET)) {
            new EngineExchange(request, exchanges.responses(), engine, any -> record(exchange, any)).refuse(why);
        } else {
            refuseUnread(exchange, why);
        }
    }

    /** Closes the connection, too: what comes behind the head of the request is not read. */
    void refuseUnread(UpgradeExchange exchange, EngineError why) {
        record(exchange, why);
        exchange.refuse(EngineError.STATUS, HttpResponses.JSON, why.json());
    }

    private void record(UpgradeExchange exchange, EngineError why) {
        refusals.add(why);
        exchanges
                .audit()
                .event(AuditEvent.of(EventName.WS_HANDSHAKE_REFUSED)
                        .ip(exchange.upgradeRequest().address())
                        .reason(why.id())
                        .code(EngineError.STATUS));
    }
}
