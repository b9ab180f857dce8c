package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Gives a session another token. All steps that can fail come first: then role, rooms, limits and end change at once. A refresh
 * that ends in {@code unavailable} has changed nothing here, and may be repeated.
 */
public final class TokenRefreshHandler {
    private final Authenticator authenticator;
    private final RefusedTokens refusedTokens;
    private final BiConsumer<Connection, Registration> replace;
    private final JoinedRoomCheck joined;
    private final LoopPresence presence;

    /** @param replace gives a connection its session with another token */
    public TokenRefreshHandler(
            Authenticator authenticator,
            RefusedTokens refusedTokens,
            BiConsumer<Connection, Registration> replace,
            JoinedRoomCheck joined,
            LoopPresence presence) {
        this.authenticator = authenticator;
        this.refusedTokens = refusedTokens;
        this.replace = replace;
        this.joined = joined;
        this.presence = presence;
    }

    Future<FrameOutcome> renew(Connection from, ClientFrame.TokenRefresh frame, FrameDeadline deadline) {
        Optional<String> id = frame.envelope().id();
        return authenticator
                .renew(from.session(), frame.token(), from.client().certificate())
                .compose(result -> result.fold(
                        session -> renewed(from, session, id, deadline),
                        defect -> denied(from, CloseNotice.AuthFailed.of(defect, id)),
                        () -> FrameAction.refused(Reason.UNAVAILABLE)));
    }

    /** Answers a refused token. A forged token counts here too: a user could otherwise guess the tokens of others from within. */
    private Future<FrameOutcome> denied(Connection from, CloseNotice.AuthFailed denied) {
        return refusedTokens
                .count(from.client().address(), Optional.of(denied.defect()))
                .map(any -> new FrameOutcome.Close(CloseCode.AUTH_REFUSED, denied));
    }

    private Future<FrameOutcome> renewed(
            Connection from, Session session, Optional<String> id, FrameDeadline deadline) {
        Registration registration = new Registration(session, System.nanoTime());
        return joined.lostBy(from, session.sender(), deadline)
                .compose(lost -> unseen(from, session, lost, deadline).compose(unseen -> {
                    if (from.isClosing()) {
                        return succeededFuture(FrameOutcome.None.NONE);
                    }
                    boolean wasAdmin = JoinedRoomCheck.passesBars(from.sender());
                    replace.accept(from, registration);
                    leave(from, lost);
                    unseen.forEach(room -> presence.ignore(from, room));
                    return withBars(from, session, wasAdmin, id, deadline);
                }));
    }

    /** The rooms that stay joined, but whose changes the client no longer gets. */
    private Future<List<RoomId>> unseen(Connection from, Session session, List<RoomId> lost, FrameDeadline deadline) {
        List<RoomId> watched = from.subscriptions().rooms().stream()
                .filter(room -> !lost.contains(room) && presence.isWatching(from, room))
                .toList();
        return joined.unseenBy(from, session.sender(), watched, deadline);
    }

    private Future<FrameOutcome> withBars(
            Connection from, Session session, boolean wasAdmin, Optional<String> id, FrameDeadline deadline) {
        boolean barsApply = wasAdmin && !JoinedRoomCheck.passesBars(session.sender());
        return (barsApply ? joined.barred(from, deadline) : succeededFuture(List.<RoomId>of())).map(barred -> {
            leave(from, barred);
            return new FrameOutcome.Reply(new ServerFrame.TokenRefreshed(id, session.expiresAt()));
        });
    }

    private static void leave(Connection from, List<RoomId> rooms) {
        rooms.forEach(room -> {
            from.subscriptions().leave(StreamName.room(room));
            from.send(new ServerFrame.Left(Optional.empty(), room));
        });
    }
}
