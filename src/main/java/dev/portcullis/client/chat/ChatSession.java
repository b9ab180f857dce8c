package dev.portcullis.client.chat;

import dev.portcullis.client.Answer;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.Event;
import dev.portcullis.client.PortcullisClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One person's evening: typed lines go in, lines to read come out, an exit code ends it. */
final class ChatSession implements Input.Cases<Future<?>> {
    private static final int HISTORY = 50;
    private static final int COUNTED_SECONDS = 5;
    private static final long SECOND_MS = 1_000;

    private final Vertx vertx;
    private final Consumer<String> screen;
    private final Transcript transcript;
    private final PortcullisClient client;
    private final Promise<Integer> exit = Promise.promise();
    private volatile String room;
    private boolean wasOpen;

    ChatSession(Vertx vertx, ClientOptions options, String room, Transcript transcript, Consumer<String> screen) {
        this.vertx = vertx;
        this.screen = screen;
        this.transcript = transcript;
        this.room = room;
        this.client = PortcullisClient.connect(vertx, options.withRooms(room), this::told);
    }

    /** 0 when the person left, 1 when the server is out of reach or will not have them. */
    Future<Integer> exit() {
        return exit.future();
    }

    /** Completes when the line has had its effect. */
    Future<?> typed(String line) {
        return Input.of(line).accept(this);
    }

    Future<Void> close() {
        return client.close();
    }

    @Override
    public Future<?> say(Input.Say input) {
        long began = System.nanoTime();
        return client.send(room, input.text())
                .onSuccess(frame -> acked(Answer.of(frame), began))
                .onFailure(unsent -> show("!! not sent: " + unsent.getMessage()));
    }

    /** The next lines go to the new room at once: they may stand behind this one in a file. */
    @Override
    public Future<?> join(Input.Join input) {
        String before = room;
        room = input.room();
        return client.join(input.room())
                .onSuccess(frame -> Answer.of(frame).fold(granted -> room, refused -> room = before))
                .onFailure(unsent -> show("!! not joined: " + unsent.getMessage()));
    }

    @Override
    public Future<?> history(Input.History input) {
        return client.history(room, HISTORY)
                .onSuccess(frame -> Answer.of(frame).fold(this::showHistory, refused -> refused))
                .onFailure(unsent -> show("!! no history: " + unsent.getMessage()));
    }

    @Override
    public Future<?> quit(Input.Quit input) {
        exit.tryComplete(0);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> unclear(Input.Unclear input) {
        if (!input.hint().isEmpty()) {
            show("!! " + input.hint());
        }
        return Future.succeededFuture();
    }

    private void told(Event event) {
        event.accept(transcript).ifPresent(this::show);
        if (event instanceof Event.Opened) {
            wasOpen = true;
        } else if (event instanceof Event.Limited limited) {
            countDown(limited.retryAfterMs());
        } else if (event instanceof Event.Ended || (event instanceof Event.Interrupted && !wasOpen)) {
            exit.tryComplete(1); // whoever mistyped the address should not wait for it
        }
    }

    private void acked(Answer answer, long began) {
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        if (answer instanceof Answer.Granted granted) {
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

    /** Counts the last seconds only: a minute of lines would hide the talk. */
    private void countDown(long leftMs) {
        long seconds = (leftMs + SECOND_MS - 1) / SECOND_MS;
        if (seconds <= 0) {
            show("-- you may write again");
            return;
        }
        if (seconds <= COUNTED_SECONDS) {
            show("   " + seconds + " \u2026");
        }
        long step = leftMs % SECOND_MS == 0 ? SECOND_MS : leftMs % SECOND_MS;
        vertx.setTimer(step, any -> countDown(leftMs - step));
    }

    private void show(String line) {
        screen.accept(line);
    }
}
