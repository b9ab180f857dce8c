package dev.portcullis.client.chat;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.client.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An interactive chat: takes typed lines, prints lines, and ends with an exit code. */
final class ChatSession implements ChatInput.Cases<Future<?>> {
    private static final int HISTORY = 50;

    private final Vertx vertx;
    private final Consumer<String> screen;
    private final Transcript transcript;
    private final PortcullisClient client;
    private final Promise<Integer> exit = Promise.promise();
    private final RateLimitCountdown countdown;
    private final int addresses;
    private volatile String room;
    private volatile boolean wasOpen;
    private volatile boolean inputEnded;
    private volatile boolean open;
    private int failedAttempts;

    ChatSession(Vertx vertx, ClientOptions options, String room, Transcript transcript, Consumer<String> screen) {
        this.vertx = vertx;
        this.screen = screen;
        this.transcript = transcript;
        this.room = room;
        this.countdown = new RateLimitCountdown(screen);
        this.addresses = options.servers().size();
        this.client = PortcullisClient.connect(vertx, options.withRooms(room), this::onEvent);
    }

    /** 0 if the user quit, 1 if the server is unreachable or refuses the user. */
    Future<Integer> exit() {
        return exit.future();
    }

    /** Completes when the line is handled. */
    Future<?> typed(String line) {
        return ChatInput.of(line).accept(this);
    }

    /** Ends the chat, once it is known whether the server takes this user at all: scripts look at the exit code. */
    void inputEnded() {
        inputEnded = true;
        if (wasOpen) {
            exit.tryComplete(0);
        }
    }

    Future<Void> close() {
        return client.close();
    }

    @Override
    public Future<?> say(ChatInput.Say input) {
        long startNanos = System.nanoTime();
        if (!open) {
            show("   waits for the connection");
        }
        return client.send(room, input.text())
                .onSuccess(frame -> acked(Reply.of(frame), startNanos))
                .onFailure(failure -> show("!! not sent: " + failure.getMessage()));
    }

    /** The next lines go to the new room at once, because input from a file does not wait for the answer. */
    @Override
    public Future<?> join(ChatInput.Join input) {
        String before = room;
        room = input.room();
        return client.join(input.room())
                .onSuccess(frame -> Reply.of(frame).fold(granted -> room, refused -> room = before))
                .onFailure(failure -> show("!! not joined: " + failure.getMessage()));
    }

    @Override
    public Future<?> history(ChatInput.History input) {
        return client.history(room, HISTORY)
                .onSuccess(frame -> Reply.of(frame).fold(this::showHistory, refused -> refused))
                .onFailure(failure -> show("!! no history: " + failure.getMessage()));
    }

    @Override
    public Future<?> quit(ChatInput.Quit input) {
        exit.tryComplete(0);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> unclear(ChatInput.Unclear input) {
        if (!input.hint().isEmpty()) {
            show("!! " + input.hint());
        }
        return Future.succeededFuture();
    }

    private void onEvent(ClientEvent event) {
        if (exit.future().isComplete()) {
            return; // the end of a client that gave up adds nothing
        }
        open = event instanceof ClientEvent.Opened || (open && !(event instanceof ClientEvent.Interrupted));
        if (event instanceof ClientEvent.Interrupted interrupted && !wasOpen) {
            onUnreachable(interrupted);
            return;
        }
        event.accept(transcript).ifPresent(this::show);
        if (event instanceof ClientEvent.Opened) {
            wasOpen = true;
            if (inputEnded) {
                exit.tryComplete(0);
            }
        } else if (event instanceof ClientEvent.Limited limited) {
            limited(limited.retryAfterMs());
        } else if (event instanceof ClientEvent.Ended) {
            exit.tryComplete(1);
        }
    }

    /** Tries each address once before the first connection, so a mistyped one is reported at once. */
    private void onUnreachable(ClientEvent.Interrupted event) {
        failedAttempts++;
        if (failedAttempts < addresses) {
            event.accept(transcript).ifPresent(this::show);
        } else {
            transcript.unreachable(event.disconnect()).ifPresent(this::show);
            exit.tryComplete(1);
        }
    }

    private void limited(long retryAfterMs) {
        if (countdown.extend(System.nanoTime(), retryAfterMs)) {
            count();
        }
    }

    private void count() {
        long waitMs = countdown.tick(System.nanoTime());
        if (waitMs > 0) {
            vertx.setTimer(waitMs, any -> count());
        }
    }

    private void acked(Reply reply, long startNanos) {
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        if (reply instanceof Reply.Granted granted) {
            show("   \u2713 #" + granted.frame().getValue("seq") + " kept after " + ms + " ms");
        }
    }

    private JsonObject showHistory(JsonObject frame) {
        for (Object each : frame.getJsonArray("messages", new JsonArray())) {
            if (each instanceof JsonObject message && message.getValue("seq") instanceof Number seq) {
                show(transcript.entryLine(room, seq.longValue(), String.valueOf(message.getValue("type")), message));
            }
        }
        return frame;
    }

    private void show(String line) {
        screen.accept(line);
    }
}
