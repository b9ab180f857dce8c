package dev.portcullis.client.chat;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.client.Reply;
import dev.portcullis.protocol.RoomId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An interactive chat: takes typed lines, prints lines, and ends with an exit code. */
final class ChatSession {
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

    /** Does what the line says: a command, or a text to send. Completes when it is done. */
    Future<?> typed(String line) {
        String trimmed = line.strip();
        if (trimmed.startsWith("//")) {
            return say(trimmed.substring(1));
        }
        if (!trimmed.startsWith("/")) {
            return trimmed.isEmpty() ? Future.succeededFuture() : say(line);
        }
        String[] words = trimmed.split("\\s+", 2);
        return switch (words[0]) {
            case "/join" ->
                words.length == 2 && RoomId.isValid(words[1])
                        ? join(words[1])
                        : hint("/join needs the name of a room: 1 to 64 letters, digits and _.:-");
            case "/history" -> history();
            case "/quit" -> Future.succeededFuture(exit.tryComplete(0));
            default -> hint("there are /join ROOM, /history and /quit; // begins a message with a slash");
        };
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

    private Future<?> say(String text) {
        long startNanos = System.nanoTime();
        if (!open) {
            show("   waits for the connection");
        }
        return client.send(room, text)
                .onSuccess(frame -> acked(Reply.of(frame), startNanos))
                .onFailure(failure -> show("!! not sent: " + failure.getMessage()));
    }

    /** The next lines go to the new room at once, because input from a file does not wait for the answer. */
    private Future<?> join(String other) {
        String before = room;
        room = other;
        return client.join(other)
                .onSuccess(frame -> Reply.of(frame).fold(granted -> room, refused -> room = before))
                .onFailure(failure -> show("!! not joined: " + failure.getMessage()));
    }

    private Future<?> history() {
        return client.history(room, HISTORY)
                .onSuccess(frame -> Reply.of(frame).fold(this::showHistory, refused -> refused))
                .onFailure(failure -> show("!! no history: " + failure.getMessage()));
    }

    private Future<?> hint(String text) {
        show("!! " + text);
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
        transcript.line(event).ifPresent(this::show);
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
            transcript.line(event).ifPresent(this::show);
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
