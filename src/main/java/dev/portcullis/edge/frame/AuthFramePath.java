package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOutcome;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.MalformedFrame;
import io.vertx.core.Future;
import java.util.Optional;

/** The path of frames before authentication: the first frame is {@code auth}, or the connection is closed. */
public record AuthFramePath(
        FrameBarrier barrier,
        SessionOpener sessions,
        RefusedTokens refusedTokens,
        SessionSupervisor supervisor,
        FrameHandler<Connection> framePath)
        implements FrameHandler<Connection> {
    /** The wait that is told to a client whose address has the most connections. */
    private static final long FULL_MS = 5_000;

    @Override
    public Future<FrameOutcome> handle(Connection from, byte[] utf8) {
        return barrier.pass(() -> FrameDecoder.decode(utf8).fold(frame -> first(from, frame), this::unreadable));
    }

    private Future<FrameOutcome> first(Connection from, ClientFrame frame) {
        if (!(frame instanceof ClientFrame.Auth auth)) {
            return closed(CloseCode.FRAME_BEFORE_AUTH, CloseNotice.Nothing.NOTHING);
        }
        Optional<String> id = auth.envelope().id();
        return answer(
                from,
                sessions.open(PresentedToken.inMessage(auth.token()), from.client(), id, auth.inbox()),
                id,
                framePath);
    }

    /**
     * Attaches the opened session, or tells the client why there is none.
     *
     * @param then gets the frames of the session
     */
    public Future<FrameOutcome> answer(
            Connection from, Future<SessionOutcome> opening, Optional<String> id, FrameHandler<Connection> then) {
        return opening.compose(result -> result.fold(
                        opened -> succeededFuture(opened(from, opened, id, then)),
                        denied -> denied(from, denied),
                        refused -> succeededFuture(refused),
                        full -> succeededFuture(addressFull(id, full.user()))))
                .otherwise(failure -> unavailable(id));
    }

    /**
     * Closes the connection. A client that presented one token too many gets the time until the next one is judged, instead of
     * the reason.
     */
    private Future<FrameOutcome> denied(Connection from, CloseNotice.AuthFailed denied) {
        return refusedTokens
                .count(from.client().address(), denied.guess())
                .map(guesses -> guesses.<CloseNotice>map(retryAfterMs -> tooMany(retryAfterMs, denied))
                        .orElse(denied))
                .map(notice -> new FrameOutcome.Close(CloseCode.AUTH_REFUSED, notice));
    }

    private static CloseNotice tooMany(long retryAfterMs, CloseNotice.AuthFailed denied) {
        return new CloseNotice.Rejected(Rejection.limited(Scope.IP, Window.MINUTE, retryAfterMs), denied.id());
    }

    private Future<FrameOutcome> unreadable(MalformedFrame frame) {
        return isAuth(frame)
                ? closed(CloseCode.AUTH_REFUSED, CloseNotice.AuthFailed.of(TokenDefect.UNREADABLE_FRAME, frame.id()))
                : closed(CloseCode.FRAME_BEFORE_AUTH, CloseNotice.Nothing.NOTHING);
    }

    /** Whether the frame is an auth frame. Bytes that are not JSON are none, whatever type they seem to name. */
    private static boolean isAuth(MalformedFrame frame) {
        return frame.type().filter(FrameType.AUTH::equals).isPresent()
                && !frame.why().equals(Rejection.of(Reason.INVALID_JSON));
    }

    private static Future<FrameOutcome> closed(CloseCode code, CloseNotice notice) {
        return succeededFuture(new FrameOutcome.Close(code, notice));
    }

    /** Closes the connection while the token can't be verified: no session is opened then (CWE-636). */
    private static FrameOutcome unavailable(Optional<String> id) {
        return new FrameOutcome.Close(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(Rejection.unavailable(), id));
    }

    private FrameOutcome opened(
            Connection from, SessionOutcome.Opened opened, Optional<String> id, FrameHandler<Connection> then) {
        Session session = opened.registration().session();
        if (from.isClosing()) {
            sessions.end(session);
            return FrameOutcome.None.NONE;
        }
        UserId user = session.sender().userId();
        if (!from.client().slot().admit(user)) {
            sessions.end(session);
            return addressFull(id, user);
        }
        supervisor.attach(from, opened, then);
        return FrameOutcome.None.NONE;
    }

    private static FrameOutcome addressFull(Optional<String> id, UserId user) {
        return new FrameOutcome.Close(
                CloseCode.NO_CAPACITY,
                new CloseNotice.Rejected(Rejection.limited(Scope.IP, Window.MINUTE, FULL_MS), id),
                Optional.of(user));
    }
}
