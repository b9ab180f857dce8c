package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The exchange between one client and one server on successive connections. Confined to one context. */
final class ReconnectingConnection implements ClientConnection.Owner, ClientTransport {
    private static final long TICK_MS = 1_000;
    private static final int NORMAL = 1000;
    private static final String CSRF_TOKEN = "csrfToken";
    private static final int PROTOCOL_ERROR = 1002;

    /** The number of missed heartbeats of the server after which it counts as dead. */
    private static final int MISSED_HEARTBEATS = 2;

    private final Vertx vertx;
    private final Context context;
    private final ClientOptions options;
    private final Consumer<ClientEvent> listener;
    private final List<Dialer> dialers;
    private final ReconnectPolicy reconnects;
    private final JoinedRooms rooms;
    private final RequestTracker requests;
    private final TokenRenewal renewal;
    private final Promise<Void> opened = Promise.promise();

    private Optional<ClientConnection> connection = Optional.empty();
    private Optional<String> lastToken = Optional.empty();
    private Optional<String> csrfToken = Optional.empty();
    private Optional<String> authRefusal = Optional.empty();
    private boolean open;
    private boolean ended;
    private int node;
    private long heartbeatMs;
    private long aliveAt;

    ReconnectingConnection(Vertx vertx, Context context, ClientOptions options, Consumer<ClientEvent> listener) {
        this.vertx = vertx;
        this.context = context;
        this.options = options;
        this.listener = listener;
        this.dialers = options.servers().stream()
                .map(server -> new Dialer(vertx, server, options.origin(), options.transport(), 2))
                .toList();
        this.reconnects = new ReconnectPolicy(
                new Backoff(options.backoff(), new SecureRandom()),
                options.backoff().lastMs(),
                options.millis());
        this.rooms = new JoinedRooms(this);
        this.requests = new RequestTracker(this, rooms::isIn, options.maxPending());
        this.renewal = new TokenRenewal(this, context, options.token(), token -> lastToken = Optional.of(token));
    }

    Future<Void> opened() {
        return opened.future();
    }

    int waiting() {
        return requests.size();
    }

    void start() {
        options.rooms().forEach(room -> rooms.join(room, false));
        tickLater();
        attempt(Optional.empty());
    }

    Future<JsonObject> join(String room) {
        return ended ? endedFailure() : rooms.join(room, open);
    }

    Future<JsonObject> leave(String room) {
        rooms.leave(room);
        return ask(new JsonObject().put("type", "leave").put("roomId", room));
    }

    Future<JsonObject> publish(JsonObject frame) {
        return ended ? endedFailure() : requests.add(frame, new ServerMessage("", frame).roomId(), true);
    }

    @Override
    public Future<JsonObject> ask(JsonObject frame) {
        return ended ? endedFailure() : requests.add(frame, Optional.empty(), false);
    }

    Future<Void> close() {
        end(Disconnect.closed(NORMAL, ""));
        return Future.all(dialers.stream().map(Dialer::close).toList()).mapEmpty();
    }

    @Override
    public void onText(String text) {
        ServerMessage.read(text)
                .ifPresentOrElse(this::dispatch, () -> giveUp(Disconnect.closed(PROTOCOL_ERROR, "unreadable frame")));
    }

    @Override
    public void onActivity() {
        aliveAt = now();
    }

    @Override
    public void onDisconnect(Disconnect disconnect) {
        connection = Optional.empty();
        open = false;
        csrfToken = Optional.empty();
        renewal.disconnected();
        rooms.disconnected();
        requests.disconnected();
        if (!ended) {
            Disconnect reported = authRefusal.map(disconnect::withReason).orElse(disconnect);
            reconnects.after(disconnect).accept(retryIn -> reconnectLater(reported, retryIn), () -> end(reported));
        }
    }

    @Override
    public String newId() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void write(String text) {
        connection.ifPresent(current -> current.write(csrfToken
                .map(token -> new JsonObject(text).put(CSRF_TOKEN, token).encode())
                .orElse(text)));
    }

    @Override
    public void later(long ms, Runnable work) {
        vertx.setTimer(Math.max(1, ms), any -> work.run());
    }

    @Override
    public void emit(ClientEvent event) {
        listener.accept(event);
    }

    @Override
    public long now() {
        return options.millis().getAsLong();
    }

    private void reconnectLater(Disconnect reported, ReconnectPolicy.RetryIn retryIn) {
        emit(new ClientEvent.Interrupted(reported, retryIn.inMs()));
        node = (node + 1) % dialers.size();
        later(retryIn.inMs(), () -> attempt(Optional.of(reported).filter(any -> retryIn.needsNewToken())));
    }

    /** @param refused the disconnect that the last token caused, if another token is needed */
    private void attempt(Optional<Disconnect> refused) {
        if (!ended) {
            authRefusal = Optional.empty();
            Future.succeededFuture()
                    .compose(any -> options.token().get()) // a source that throws counts as one without a token
                    .onComplete(
                            token -> context.runOnContext(any -> dial(token, refused)),
                            failure -> context.runOnContext(
                                    any -> onDisconnect(Disconnect.unreachable("no token available"))));
        }
    }

    private void dial(String token, Optional<Disconnect> refused) {
        boolean sameToken = lastToken.equals(Optional.of(token));
        lastToken = Optional.of(token);
        if (refused.isPresent() && sameToken) {
            end(refused.get());
        } else if (!Dialer.canCarry(token)) {
            end(Disconnect.unreachable("the token is too long or has characters that no JWT has"));
        } else if (!ended) {
            aliveAt = now();
            renewal.connecting(token);
            connection = Optional.of(ClientConnection.dial(dialers.get(node), token, this));
        }
    }

    private void dispatch(ServerMessage message) {
        switch (message.type()) {
            case "auth_success" -> authenticated(message);
            case "auth_failure" -> authRefusal = message.text("reason");
            case "csrf_rotated" -> csrfToken = message.text(CSRF_TOKEN);
            case "token_expiring" -> {
                message.number("expiresAt").ifPresent(end -> emit(new ClientEvent.TokenExpiring(end)));
                renewal.expiring();
            }
            case "left" -> left(message);
            case "joined" -> {
                rooms.joined(message);
                requests.flush();
            }
            case "error" -> refused(message, message.refused());
            case "rate_limited" -> refused(message, message.limited());
            case "server_draining" -> {
                long slot = message.number("reconnectInMs").orElse(0L);
                reconnects.draining(slot);
                emit(new ClientEvent.Draining(slot));
            }
            case "ack" -> requests.answered(message);
            default -> {
                if (!requests.answered(message)) {
                    message.entry()
                            .ifPresentOrElse(
                                    rooms::entry, () -> emit(new ClientEvent.Other(message.type(), message.frame())));
                }
            }
        }
    }

    private void authenticated(ServerMessage message) {
        open = true;
        csrfToken = message.text(CSRF_TOKEN);
        heartbeatMs = message.number("heartbeatMs").orElse(0L);
        reconnects.opened();
        emit(new ClientEvent.Opened(
                options.servers().get(node),
                message.text("userId").orElse(""),
                message.text("sessionId").orElse(""),
                message.frame()));
        rooms.opened();
        requests.opened();
        opened.tryComplete();
    }

    private void left(ServerMessage message) {
        if (!requests.answered(message)) {
            message.roomId().filter(rooms::leave).ifPresent(room -> emit(new ClientEvent.Left(room)));
        }
    }

    private void refused(ServerMessage message, ClientEvent event) {
        emit(event);
        if (!rooms.refused(message)) {
            requests.refused(message);
        }
    }

    private void tickLater() {
        later(Math.min(TICK_MS, options.answerMs()), () -> {
            if (!ended) {
                tick();
                tickLater();
            }
        });
    }

    private void tick() {
        requests.tick(options.answerMs());
        long limitMs = heartbeatMs * MISSED_HEARTBEATS + options.answerMs();
        if (open && heartbeatMs > 0 && now() - aliveAt > limitMs) {
            giveUp(Disconnect.closed(Disconnect.ABRUPT, "the server is silent"));
        } else if (open) {
            rooms.tick(options.answerMs());
        }
    }

    private void giveUp(Disconnect disconnect) {
        connection.ifPresent(current -> current.giveUp(disconnect));
    }

    private void end(Disconnect disconnect) {
        if (!ended) {
            ended = true;
            giveUp(disconnect);
            emit(new ClientEvent.Ended(disconnect)); // the reason is reported before the requests fail
            rooms.end();
            requests.end();
            opened.tryFail(new ClientFailure(Kind.ENDED, disconnect.describe()));
        }
    }

    private static <T> Future<T> endedFailure() {
        return Future.failedFuture(new ClientFailure(Kind.ENDED, "the client has ended"));
    }
}
