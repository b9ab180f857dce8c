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

/** What one client and one server say to each other, over as many connections as it takes. Lives on one context. */
final class Conversation implements Link.Owner, Wire {
    private static final long TICK_MS = 1_000;
    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;

    /** So many of the server's heartbeats may stay away before its end counts as dead. */
    private static final int SILENT_HEARTBEATS = 2;

    private final Vertx vertx;
    private final Context context;
    private final ClientOptions options;
    private final Consumer<Event> listener;
    private final List<Dialer> dialers;
    private final Comeback comeback;
    private final Rooms rooms;
    private final Requests requests;
    private final Promise<Void> opened = Promise.promise();

    private Optional<Link> link = Optional.empty();
    private Optional<String> lastToken = Optional.empty();
    private Optional<String> authRefusal = Optional.empty();
    private boolean open;
    private boolean ended;
    private int node;
    private long heartbeatMs;
    private long aliveAt;

    Conversation(Vertx vertx, Context context, ClientOptions options, Consumer<Event> listener) {
        this.vertx = vertx;
        this.context = context;
        this.options = options;
        this.listener = listener;
        this.dialers = options.endpoints().stream()
                .map(endpoint -> new Dialer(vertx, endpoint, options.origin(), options.transport(), 2))
                .toList();
        this.comeback = new Comeback(
                new Backoff(options.backoff(), new SecureRandom()),
                options.backoff().lastMs(),
                options.millis());
        this.rooms = new Rooms(this);
        this.requests = new Requests(this, rooms::isIn, options.outgoing());
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
        return ended ? over() : rooms.join(room, open);
    }

    Future<JsonObject> leave(String room) {
        rooms.leave(room);
        return ask(new JsonObject().put("type", "leave").put("roomId", room));
    }

    Future<JsonObject> publish(JsonObject frame) {
        return ended ? over() : requests.add(frame, new Heard("", frame).roomId(), true);
    }

    @Override
    public Future<JsonObject> ask(JsonObject frame) {
        return ended ? over() : requests.add(frame, Optional.empty(), false);
    }

    Future<Void> close() {
        end(Cut.closed(NORMAL, ""));
        return Future.all(dialers.stream().map(Dialer::close).toList()).mapEmpty();
    }

    @Override
    public void heard(String text) {
        Heard.read(text).ifPresentOrElse(this::sort, () -> giveUp(Cut.closed(PROTOCOL_ERROR, "unreadable frame")));
    }

    @Override
    public void alive() {
        aliveAt = now();
    }

    @Override
    public void cut(Cut cut) {
        link = Optional.empty();
        open = false;
        rooms.cut();
        requests.cut();
        if (!ended) {
            Cut told = authRefusal.map(cut::because).orElse(cut);
            comeback.after(cut).accept(later -> comeBack(told, later), () -> end(told));
        }
    }

    @Override
    public String freshId() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void write(String text) {
        link.ifPresent(up -> up.write(text));
    }

    @Override
    public void later(long ms, Runnable work) {
        vertx.setTimer(Math.max(1, ms), any -> work.run());
    }

    @Override
    public void tell(Event event) {
        listener.accept(event);
    }

    @Override
    public long now() {
        return options.millis().getAsLong();
    }

    private void comeBack(Cut told, Comeback.Later later) {
        tell(new Event.Interrupted(told, later.inMs()));
        node = (node + 1) % dialers.size();
        later(later.inMs(), () -> attempt(Optional.of(told).filter(any -> later.needsNewToken())));
    }

    /** @param refused the refusal that the last token met, if another one is needed */
    private void attempt(Optional<Cut> refused) {
        if (!ended) {
            authRefusal = Optional.empty();
            Future.succeededFuture()
                    .compose(any -> options.token().get()) // a source that throws has no token, that is all
                    .onComplete(
                            token -> context.runOnContext(any -> dial(token, refused)),
                            broken -> context.runOnContext(any -> cut(Cut.unreached("no token to be had"))));
        }
    }

    private void dial(String token, Optional<Cut> refused) {
        boolean sameAgain = lastToken.equals(Optional.of(token));
        lastToken = Optional.of(token);
        if (refused.isPresent() && sameAgain) {
            end(refused.get());
        } else if (!Dialer.canCarry(token)) {
            end(Cut.unreached("what was given as a token is none"));
        } else if (!ended) {
            aliveAt = now();
            link = Optional.of(Link.dial(dialers.get(node), token, this));
        }
    }

    private void sort(Heard heard) {
        switch (heard.type()) {
            case "auth_success" -> authenticated(heard);
            case "auth_failure" -> authRefusal = heard.text("reason");
            case "joined" -> {
                rooms.joined(heard);
                requests.flush();
            }
            case "error" -> refused(heard, heard.refused());
            case "rate_limited" -> refused(heard, heard.limited());
            case "server_draining" -> {
                long slot = heard.number("reconnectInMs").orElse(0L);
                comeback.draining(slot);
                tell(new Event.Draining(slot));
            }
            case "ack" -> requests.answered(heard);
            default -> {
                if (!requests.answered(heard)) {
                    heard.entry()
                            .ifPresentOrElse(rooms::entry, () -> tell(new Event.Other(heard.type(), heard.frame())));
                }
            }
        }
    }

    private void authenticated(Heard heard) {
        open = true;
        heartbeatMs = heard.number("heartbeatMs").orElse(0L);
        comeback.opened();
        tell(new Event.Opened(
                options.endpoints().get(node),
                heard.text("userId").orElse(""),
                heard.text("sessionId").orElse(""),
                heard.frame()));
        rooms.opened();
        requests.opened();
        opened.tryComplete();
    }

    private void refused(Heard heard, Event event) {
        tell(event);
        if (!rooms.refused(heard)) {
            requests.refused(heard);
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
        long patience = heartbeatMs * SILENT_HEARTBEATS + options.answerMs();
        if (open && heartbeatMs > 0 && now() - aliveAt > patience) {
            giveUp(Cut.closed(Cut.ABRUPT, "the server is silent"));
        } else if (open) {
            rooms.tick(options.answerMs());
        }
    }

    private void giveUp(Cut cut) {
        link.ifPresent(up -> up.giveUp(cut));
    }

    private void end(Cut cut) {
        if (!ended) {
            ended = true;
            giveUp(cut);
            tell(new Event.Ended(cut)); // the reason comes before what it means for each request
            rooms.end();
            requests.end();
            opened.tryFail(new ClientFailure(Kind.ENDED, cut.describe()));
        }
    }

    private static <T> Future<T> over() {
        return Future.failedFuture(new ClientFailure(Kind.ENDED, "the client has ended"));
    }
}
