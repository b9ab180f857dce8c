package dev.portcullis.edge.socketio;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.InboundMessage;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOutcome;
import dev.portcullis.edge.socketio.packet.ConnectError;
import dev.portcullis.edge.socketio.packet.ConnectPayload;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The path of the first packet of one client: it asks for the namespace with a token, or with the token of the handshake. If
 * the two differ, neither counts (CWE-436).
 */
public final class ConnectPath implements FrameHandler<Connection> {
    private final Shared shared;
    private final Optional<PresentedToken> withHandshake;
    private final Runnable onConnected;

    /**
     * The objects that all clients of an event loop share.
     *
     * @param framePath handles the frames of a client with a session
     */
    public record Shared(SessionOpener sessions, AuthFramePath auth, AuthConfig config, FramePath framePath) {
        /** The path of an event: that of every frame, and behind it the acknowledgement. */
        private Future<FrameOutcome> event(Connection from, byte[] message) {
            SocketIoTransport transport = transportOf(from);
            EventAnswers events = transport.events();
            PendingEvent event = events.next();
            return framePath
                    .handle(from, new InboundMessage(message.length, () -> events.frame(event, message)))
                    .map(outcome -> {
                        event.handled(outcome);
                        transport.handled(event);
                        return outcome;
                    });
        }
    }

    /**
     * @param withHandshake the token that came with the handshake, if one came in an accepted way
     * @param onConnected runs once the client has a user
     */
    ConnectPath(Shared shared, Optional<PresentedToken> withHandshake, Runnable onConnected) {
        this.shared = shared;
        this.withHandshake = withHandshake;
        this.onConnected = onConnected;
    }

    private static SocketIoTransport transportOf(Connection connection) {
        if (connection.transport() instanceof SocketIoTransport transport) {
            return transport;
        }
        throw new IllegalStateException("no client of Socket.IO");
    }

    @Override
    public Future<FrameOutcome> handle(Connection from, byte[] ignored) {
        SocketIoTransport transport = transportOf(from);
        return transport
                .namespace()
                .payload()
                .map(payload -> connect(from, transport, payload))
                .orElseGet(() -> succeededFuture(FrameOutcome.Close.with(CloseCode.FRAME_BEFORE_AUTH)));
    }

    private Future<FrameOutcome> connect(Connection from, SocketIoTransport transport, ConnectPayload payload) {
        Optional<PresentedToken> inPayload = payload.token()
                .filter(any -> shared.config().accepts(CredentialSource.MESSAGE))
                .map(PresentedToken::inMessage);
        boolean several = inPayload
                .flatMap(one -> withHandshake.filter(other -> !other.token().equals(one.token())))
                .isPresent();
        if (several) {
            return answer(from, transport, denied(TokenDefect.SEVERAL));
        }
        Optional<PresentedToken> presented = inPayload.or(() -> withHandshake.map(token -> new PresentedToken(
                token.token(), token.source(), token.csrfToken().or(payload::csrfToken))));
        return presented
                .map(token -> shared.sessions().open(token, from.client(), Optional.empty(), payload.resume()))
                .or(() -> certificate(from).map(shown -> shared.sessions().open(shown, from.client())))
                .map(opening -> answer(from, transport, opening))
                .orElseGet(() -> answer(from, transport, denied(TokenDefect.ABSENT)));
    }

    private Optional<ClientCertificate> certificate(Connection from) {
        return from.client()
                .certificate()
                .filter(shown -> shared.config().certificateRule().isCredential(Optional.of(shown)));
    }

    private static Future<SessionOutcome> denied(TokenDefect defect) {
        return succeededFuture(new SessionOutcome.Denied(CloseNotice.AuthFailed.of(defect, Optional.empty())));
    }

    private Future<FrameOutcome> answer(Connection from, SocketIoTransport transport, Future<SessionOutcome> opening) {
        return shared.auth()
                .answer(from, opening, Optional.empty(), shared::event)
                .map(outcome -> {
                    if (outcome instanceof FrameOutcome.Close close) {
                        errorOf(close).ifPresent(transport.namespace()::refuseWith);
                    } else {
                        onConnected.run();
                    }
                    return outcome;
                });
    }

    /** Empty where the client should try again by itself: after an error its library does not. */
    private static Optional<ConnectError> errorOf(FrameOutcome.Close close) {
        if (close.notice() instanceof CloseNotice.AuthFailed failed) {
            return errorOf(failed);
        }
        if (close.notice() instanceof CloseNotice.Rejected rejected) {
            return rejected.why()
                    .fold(
                            limited -> isOfOthers(close, limited)
                                    ? Optional.empty()
                                    : Optional.of(ConnectError.TOO_MANY_CONNECTIONS),
                            failed -> Optional.empty());
        }
        return Optional.of(
                close.code() == CloseCode.TOO_MANY_SESSIONS
                        ? ConnectError.TOO_MANY_CONNECTIONS
                        : ConnectError.AUTH_FAILED);
    }

    /** The address has no place now, which is no doing of the user. */
    private static boolean isOfOthers(FrameOutcome.Close close, Rejection.Limited limited) {
        return close.code() == CloseCode.NO_CAPACITY && limited.scope() == Scope.IP;
    }

    private static Optional<ConnectError> errorOf(CloseNotice.AuthFailed failed) {
        if (failed.defect() == TokenDefect.ABSENT) {
            return Optional.of(ConnectError.NO_TOKEN);
        }
        if (failed.defect() == TokenDefect.CSRF_MISMATCH) {
            return Optional.of(ConnectError.CSRF_FAILED);
        }
        return Optional.of(
                failed.defect().refusal() == AuthRefusal.EXPIRED_TOKEN
                        ? ConnectError.TOKEN_EXPIRED
                        : ConnectError.AUTH_FAILED);
    }
}
