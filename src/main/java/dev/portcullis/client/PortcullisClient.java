package dev.portcullis.client;

import dev.portcullis.protocol.RoomId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client of one server: it authenticates, joins its rooms, comes back after a cut and resumes where it was. May be
 * called from any thread; events and results come on one Vert.x context.
 *
 * <p>A refusal is an answer like any other: the futures bring the frame with which the server answered ({@link Reply}
 * sorts it). They fail, with a {@link ClientFailure}, only when no answer will come.
 */
public final class PortcullisClient {
    private final Context context;
    private final ReconnectingConnection connection;

    private PortcullisClient(Context context, ReconnectingConnection connection) {
        this.context = context;
        this.connection = connection;
    }

    /** Begins at once and goes on until it is closed or told never to come back; {@link ClientEvent.Ended} is its last word. */
    public static PortcullisClient connect(Vertx vertx, ClientOptions options, Consumer<ClientEvent> listener) {
        Context context = vertx.getOrCreateContext();
        ReconnectingConnection connection = new ReconnectingConnection(vertx, context, options, listener);
        context.runOnContext(any -> connection.start());
        return new PortcullisClient(context, connection);
    }

    /** Completes when the first connection is authenticated; fails when there will be none. */
    public Future<Void> opened() {
        return connection.opened();
    }

    /** Stays in the room over cuts, until it leaves. Brings the {@code joined} frame, or the refusal. */
    public Future<JsonObject> join(String room) {
        return RoomId.isValid(room) ? onContext(() -> connection.join(room)) : malformed();
    }

    public Future<JsonObject> leave(String room) {
        return RoomId.isValid(room) ? onContext(() -> connection.leave(room)) : malformed();
    }

    /** Brings the {@code ack}, or the refusal. Sent again under the same id after a cut or {@code unavailable}. */
    public Future<JsonObject> send(String room, String text) {
        return publish(new JsonObject().put("type", "chat").put("roomId", room).put("content", text));
    }

    /** Sends a frame that publishes, once its room is joined, and again under the same id until it is answered. */
    public Future<JsonObject> publish(JsonObject frame) {
        return onContext(() -> connection.publish(frame));
    }

    /** The newest messages of a room. */
    public Future<JsonObject> history(String room, int limit) {
        return ask(new JsonObject().put("type", "history").put("roomId", room).put("limit", limit));
    }

    /** Sends a frame once and brings its answer; fails when the connection is cut before. */
    public Future<JsonObject> ask(JsonObject frame) {
        return onContext(() -> connection.ask(frame));
    }

    /** Frames that wait for their answer. */
    public Future<Integer> waiting() {
        return onContext(() -> Future.succeededFuture(connection.waiting()));
    }

    public Future<Void> close() {
        return onContext(connection::close);
    }

    private <T> Future<T> onContext(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(any -> work.get().onComplete(promise));
        return promise.future();
    }

    private static Future<JsonObject> malformed() {
        return Future.failedFuture(
                new ClientFailure(ClientFailure.Kind.MALFORMED, "a room's name is 1 to 64 letters, digits and _.:-"));
    }
}
