package dev.portcullis.client;

import dev.portcullis.client.pace.PacedFrames;
import dev.portcullis.client.pace.QueuedFrame;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server: it authenticates, joins its rooms, reconnects and resumes from its positions. May be called
 * from any thread; events and results come on one Vert.x context.
 *
 * <p>A refusal is an answer like any other: each future completes with the frame of the server ({@link Reply}
 * classifies it). It fails with a {@link ClientFailure} only if no answer will come.
 */
public final class PortcullisClient {
    private final Context context;
    private final ReconnectingConnection connection;
    private final InvitationCalls invitations;

    private PortcullisClient(Context context, ReconnectingConnection connection, InvitationCalls invitations) {
        this.context = context;
        this.connection = connection;
        this.invitations = invitations;
    }

    /**
     * Connects at once and keeps reconnecting until it is closed or the server forbids it; {@link ClientEvent.Ended} is
     * the last event.
     */
    public static PortcullisClient connect(Vertx vertx, ClientOptions options, Consumer<ClientEvent> listener) {
        Context context = vertx.getOrCreateContext();
        ReconnectingConnection connection =
                new ReconnectingConnection(vertx, context, options, reporting(context, listener));
        context.runOnContext(any -> connection.start());
        return new PortcullisClient(context, connection, new InvitationCalls(vertx, options));
    }

    /** A listener that throws is reported like any other handler of the context, and the connection goes on. */
    private static Consumer<ClientEvent> reporting(Context context, Consumer<ClientEvent> listener) {
        return event -> {
            try {
                listener.accept(event);
            } catch (RuntimeException failure) {
                context.runOnContext(any -> {
                    throw failure;
                });
            }
        };
    }

    /** Completes when the first connection is authenticated; fails if there will be none. */
    public Future<Void> opened() {
        return connection.opened();
    }

    /**
     * Joins a room, and again after each reconnect, until {@link #leave}. Completes with the {@code joined} frame or
     * the refusal.
     */
    public Future<JsonObject> join(String room) {
        return RoomId.isValid(room) ? call(each -> each.join(room)) : malformed();
    }

    /**
     * Joins a room with its newest entries, which come with {@link ClientEvent.Joined} where nothing is resumed.
     *
     * @param tail how many, 0 to 50; otherwise as many as {@link ClientOptions#tail} says
     */
    public Future<JsonObject> join(String room, int tail) {
        if (tail < 0 || tail > ClientOptions.MAX_TAIL) {
            return Future.failedFuture(
                    new ClientFailure(ClientFailure.Kind.MALFORMED, "a tail goes from 0 to " + ClientOptions.MAX_TAIL));
        }
        return RoomId.isValid(room) ? call(each -> each.join(room, tail)) : malformed();
    }

    public Future<JsonObject> leave(String room) {
        return RoomId.isValid(room) ? call(each -> each.leave(room)) : malformed();
    }

    /**
     * Completes with the {@code ack} or the refusal. The frame is sent again under the same id after a disconnect or
     * {@code unavailable}.
     */
    public Future<JsonObject> send(String room, String text) {
        return publish(new JsonObject().put("type", "chat").put("roomId", room).put("content", text));
    }

    /** A direct message, sent like one for a room. */
    public Future<JsonObject> sendTo(String user, String text) {
        return publish(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", user)
                .put("content", text));
    }

    /**
     * Sends a frame that publishes, once its room is joined, and again under the same id until it is answered. Its
     * {@code id}, random if absent, is the idempotency key.
     */
    public Future<JsonObject> publish(JsonObject frame) {
        return call(each -> each.publish(frame));
    }

    /**
     * Sends an event of the application to a room, as {@link #send} sends a message. The {@code ack} of one that is not
     * stored has no position.
     *
     * @param event its name in the configuration of the server
     * @param data any JSON: a {@code JsonObject} or {@code JsonArray}, text, a number, a boolean or null, as it is now
     */
    public Future<JsonObject> emit(String room, String event, @Nullable Object data) {
        return emit(OwnEvent.frame("roomId", room, event, data), Conversation::publish);
    }

    /** Sends an event of the application to a user. */
    public Future<JsonObject> emitTo(String user, String event, @Nullable Object data) {
        return emit(OwnEvent.frame("recipientId", user, event, data), Conversation::publish);
    }

    /**
     * Sends an event that is of no use later, such as the place of a cursor: now or never. It is not sent again, holds up
     * no message, and takes at most half of what the limits allow. Fails with {@link ClientFailure.Kind#DROPPED} if it
     * has to wait for the connection, the room or a limit.
     */
    public Future<JsonObject> emitTransient(String room, String event, @Nullable Object data) {
        return emit(OwnEvent.frame("roomId", room, event, data), Conversation::publishTransient);
    }

    /** Does the same for an event to a user. */
    public Future<JsonObject> emitTransientTo(String user, String event, @Nullable Object data) {
        return emit(OwnEvent.frame("recipientId", user, event, data), Conversation::publishTransient);
    }

    private Future<JsonObject> emit(
            Optional<JsonObject> frame, BiFunction<Conversation, JsonObject, Future<JsonObject>> how) {
        return frame.map(event -> call(each -> how.apply(each, event)))
                .orElseGet(() -> Future.failedFuture(
                        new ClientFailure(ClientFailure.Kind.MALFORMED, "the data of an event are JSON")));
    }

    /** The newest messages of a room. */
    public Future<JsonObject> history(String room, int limit) {
        return ask(new JsonObject().put("type", "history").put("roomId", room).put("limit", limit));
    }

    /**
     * Looks for the newest messages that have all words of the query, in all that the user may read. Ask with the frame itself for
     * another author, time or page.
     */
    public Future<JsonObject> search(String query, int limit) {
        return ask(new JsonObject().put("type", "search").put("query", query).put("limit", limit));
    }

    /** Looks for messages of one room. */
    public Future<JsonObject> search(String room, String query, int limit) {
        return ask(new JsonObject()
                .put("type", "search")
                .put("roomId", room)
                .put("query", query)
                .put("limit", limit));
    }

    /** Sends a frame once and completes with its answer; fails if the connection ends first. */
    public Future<JsonObject> ask(JsonObject frame) {
        return call(each -> each.ask(frame));
    }

    /** The frames that wait for an answer, in their order. */
    public Future<List<QueuedFrame>> queue() {
        return onContext(() -> Future.succeededFuture(connection.conversation().queue()));
    }

    /** The frames that the limits hold up now, by type. */
    public Future<List<PacedFrames>> paced() {
        return onContext(() -> Future.succeededFuture(connection.conversation().paced()));
    }

    /** Gives up waiting for an answer. A frame that was sent may take effect all the same. */
    public Future<Boolean> cancel(String id) {
        return onContext(() -> Future.succeededFuture(connection.conversation().cancel(id)));
    }

    /** Acknowledges direct messages without {@link ClientOptions#acksInbox}: they are safe with the application up to here. */
    public void acknowledge(long inboxSeq) {
        context.runOnContext(any -> connection.conversation().acknowledge(inboxSeq));
    }

    /** The invitations to rooms that are open, the newest first. Fails with {@link ClientFailure.Kind#REFUSED} if refused. */
    public Future<List<RoomInvitation>> invitations() {
        return onContext(invitations::open);
    }

    /** Accepts an invitation, or the membership of a room that somebody else gave the user. Fails like {@link #invitations}. */
    public Future<Void> acceptInvitation(String room) {
        return accept(room, Optional.empty());
    }

    /**
     * Accepts this invitation, and none to another role that the user may have got to the room since. Fails like {@link
     * #invitations}.
     */
    public Future<Void> acceptInvitation(RoomInvitation shown) {
        return RoomRole.of(shown.role())
                .map(role -> accept(shown.roomId(), Optional.of(role)))
                .orElseGet(PortcullisClient::malformed);
    }

    private Future<Void> accept(String room, Optional<RoomRole> role) {
        return RoomId.isValid(room) ? onContext(() -> invitations.accept(room, role)) : malformed();
    }

    /** Declines the invitations to a room. Fails like {@link #invitations}. */
    public Future<Void> declineInvitation(String room) {
        return RoomId.isValid(room) ? onContext(() -> invitations.decline(room)) : malformed();
    }

    public Future<Void> close() {
        return onContext(() -> connection.close().eventually(invitations::close));
    }

    private Future<JsonObject> call(Function<Conversation, Future<JsonObject>> work) {
        return onContext(() -> connection.unlessEnded(work));
    }

    private <T> Future<T> onContext(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        // A call that can't be made, such as one with a frame that is no JSON, fails its future like any other.
        context.runOnContext(
                any -> Future.succeededFuture().compose(ready -> work.get()).onComplete(promise));
        return promise.future();
    }

    private static <T> Future<T> malformed() {
        return Future.failedFuture(
                new ClientFailure(ClientFailure.Kind.MALFORMED, "a room's name is 1 to 64 letters, digits and _.:-"));
    }
}
