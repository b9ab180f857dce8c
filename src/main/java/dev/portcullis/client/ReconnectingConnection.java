package dev.portcullis.client;

import dev.portcullis.client.ClientFailure.Kind;
import dev.portcullis.client.pace.Backoff;
import dev.portcullis.client.pace.SendPacer;
import dev.portcullis.protocol.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection after the other between a client and a server. Confined to one context. */
final class ReconnectingConnection implements ClientConnection.Owner, FrameChannel {
    private static final long TICK_MS = 1_000;
    private static final String CSRF_TOKEN = "csrfToken";

    private final Vertx vertx;
    private final Context context;
    private final ClientOptions options;
    private final Consumer<ClientEvent> listener;
    private final List<Dialer> dialers;
    private final ReconnectPolicy reconnects;
    private final TokenRenewal renewal;
    private final SendPacer pacer;
    private final Conversation conversation;
    private final ServerWatch watch;
    private final CurrentToken token;
    private final AuthFrameResume authFrame = new AuthFrameResume();
    private final Promise<Void> opened = Promise.promise();
    private Optional<ClientConnection> connection = Optional.empty();
    private Optional<String> csrfToken = Optional.empty();
    private Optional<String> authRefusal = Optional.empty();
    private boolean open;
    private boolean ended;
    private int node;

    ReconnectingConnection(Vertx vertx, Context context, ClientOptions options, Consumer<ClientEvent> listener) {
        this.vertx = vertx;
        this.context = context;
        this.options = options;
        this.listener = listener;
        this.dialers = Dialer.ofAll(vertx, options);
        this.reconnects = new ReconnectPolicy(
                new Backoff(options.backoff(), new SecureRandom()),
                options.backoff().lastMs(),
                options.millis());
        TokenSource source = new TokenSource(options.token());
        this.token = new CurrentToken(source);
        this.renewal = new TokenRenewal(this, context, source, token::renewed, InstantSource.system());
        this.pacer = new SendPacer(options.paced());
        this.conversation = new Conversation(this, options, pacer, reconnects, renewal, this::resumeInbox);
        this.watch = new ServerWatch(options.answerMs(), now());
    }

    Future<Void> opened() {
        return opened.future();
    }

    void start() {
        options.rooms().forEach(conversation::join);
        tickLater();
        attempt();
    }

    /** Does it as long as the client has not ended. */
    <T> Future<T> unlessEnded(Function<Conversation, Future<T>> work) {
        return ended
                ? Future.failedFuture(new ClientFailure(Kind.ENDED, "the client has ended"))
                : work.apply(conversation);
    }

    Conversation conversation() {
        return conversation;
    }

    Future<Void> close() {
        conversation.close();
        end(Disconnect.closed(Disconnect.NORMAL, ""));
        return Future.all(dialers.stream().map(Dialer::close).toList()).mapEmpty();
    }

    @Override
    public void onConnected() {
        authFrame.frame(token.last()).ifPresent(this::write);
    }

    @Override
    public void onText(String text) {
        ServerMessage.read(text)
                .ifPresentOrElse(
                        this::receive, () -> giveUp(Disconnect.closed(Disconnect.PROTOCOL_ERROR, "unreadable frame")));
    }

    @Override
    public void onActivity() {
        watch.heard(now());
    }

    @Override
    public void onDisconnect(Disconnect disconnect) {
        boolean frameRefused = !open && authFrame.refusedBy(disconnect);
        connection = Optional.empty();
        open = false;
        csrfToken = Optional.empty();
        conversation.disconnected();
        if (!ended) {
            Disconnect reported = authRefusal.map(disconnect::withReason).orElse(disconnect);
            reconnects
                    .after(frameRefused ? Disconnect.unreachable("auth frame refused") : disconnect)
                    .ifPresentOrElse(retryIn -> reconnectLater(reported, retryIn), () -> end(reported));
        }
    }

    @Override
    public String newId() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void write(JsonObject frame) {
        pacer.sent(
                frame.getString("id", ""),
                SendPacer.countedAs(frame),
                frame.containsKey("rooms") ? frame.getJsonArray("rooms").size() : 1,
                now());
        JsonObject complete =
                csrfToken.map(token -> frame.copy().put(CSRF_TOKEN, token)).orElse(frame);
        connection.ifPresent(current -> current.write(complete.encode()));
    }

    @Override
    public boolean tell(JsonObject frame) {
        boolean now = open && pacer.waitMs(frame.getString("type"), now()) == 0;
        if (now) {
            write(frame);
        }
        return now;
    }

    @Override
    public Future<JsonObject> ask(JsonObject frame) {
        return unlessEnded(each -> each.ask(frame));
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
        if (retryIn.needsNewToken()) {
            token.refused(reported);
        }
        emit(new ClientEvent.Interrupted(reported, retryIn.inMs()));
        node = (node + 1) % dialers.size();
        later(retryIn.inMs(), this::attempt);
    }

    private void attempt() {
        if (!ended) {
            authRefusal = Optional.empty();
            token.next()
                    .onComplete(
                            next -> context.runOnContext(any -> dial(next)),
                            failure -> context.runOnContext(
                                    any -> onDisconnect(Disconnect.unreachable("no token available"))));
        }
    }

    private void dial(@Nullable String next) {
        if (!ended) {
            token.use(next).ifPresentOrElse(this::end, () -> {
                watch.dialled(now());
                renewal.connecting(token.last());
                Optional<String> inHandshake = authFrame.begin() ? Optional.empty() : Optional.of(token.last());
                connection = Optional.of(ClientConnection.dial(dialers.get(node), inHandshake, this));
            });
        }
    }

    private boolean resumeInbox(Position last) {
        boolean asks = open && authFrame.request(last);
        if (asks) {
            giveUp(Disconnect.closed(Disconnect.NORMAL, "direct messages are missing"));
        }
        return asks;
    }

    private void receive(ServerMessage message) {
        switch (message.type()) {
            case "auth_success" -> token.isOf(message).ifPresentOrElse(this::end, () -> authenticated(message));
            case "auth_failure" -> authRefusal = message.text("reason");
            case "csrf_rotated" -> csrfToken = message.text(CSRF_TOKEN);
            default -> conversation.dispatch(message);
        }
    }

    private void authenticated(ServerMessage message) {
        open = true;
        csrfToken = message.text(CSRF_TOKEN);
        watch.opened(message.number("heartbeatMs").orElse(0L));
        reconnects.opened();
        emit(message.opened(options.servers().get(node)));
        conversation.opened(message);
        opened.tryComplete();
    }

    private void tickLater() {
        later(Math.min(TICK_MS, options.answerMs()), () -> {
            if (!ended) {
                conversation.tick(options.answerMs());
                if (connection.isPresent()) {
                    watch.check(now(), pacer.isStalled(now()), this::askServer)
                            .ifPresent(why -> giveUp(Disconnect.closed(Disconnect.ABRUPT, why)));
                }
                tickLater();
            }
        });
    }

    private void giveUp(Disconnect disconnect) {
        connection.ifPresent(current -> current.giveUp(disconnect));
    }

    /** Returns whether the limits have room for the question. */
    private boolean askServer() {
        boolean now = pacer.waitOfQuestionMs(now()) == 0;
        if (now) {
            write(new JsonObject().put("type", "ping").put("id", newId()));
        }
        return now;
    }

    private void end(Disconnect disconnect) {
        if (!ended) {
            ended = true;
            giveUp(disconnect);
            emit(new ClientEvent.Ended(disconnect)); // the reason is reported before the requests fail
            conversation.end();
            opened.tryFail(new ClientFailure(Kind.ENDED, disconnect.describe()));
        }
    }
}
