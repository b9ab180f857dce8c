package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.TokenDefect;
import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Decoded;
import dev.portcullis.protocol.FrameDecoder;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.vertx.core.Future;
import java.util.Optional;

/** The path of a nameless peer's frames: the first one is {@code auth}, or the last one. */
final class Entrance implements Path<Connection> {
    private final Doorkeeper doorkeeper;
    private final SessionKeeper keeper;
    private final Path<Connection> framePath;

    Entrance(Doorkeeper doorkeeper, SessionKeeper keeper, Path<Connection> framePath) {
        this.doorkeeper = doorkeeper;
        this.keeper = keeper;
        this.framePath = framePath;
    }

    @Override
    public Future<Answer> travel(Connection from, byte[] utf8) {
        return FrameDecoder.decode(utf8).fold(frame -> first(from, frame), this::unreadable);
    }

    private Future<Answer> first(Connection from, ClientFrame frame) {
        if (!(frame instanceof ClientFrame.Auth auth)) {
            return ended(CloseCode.FRAME_BEFORE_AUTH, CloseNotice.Nothing.NOTHING);
        }
        Optional<String> id = auth.envelope().id();
        return doorkeeper
                .receive(auth.token(), from.peer(), id)
                .map(opening -> opening.<Answer>fold(
                        opened -> opened(from, opened),
                        denied -> new Answer.Ended(CloseCode.AUTH_REFUSED, denied),
                        limited -> limited))
                .otherwise(broken -> unable(id));
    }

    private Future<Answer> unreadable(Decoded.Unreadable frame) {
        return isAuth(frame)
                ? ended(CloseCode.AUTH_REFUSED, CloseNotice.AuthFailed.of(TokenDefect.UNREADABLE_FRAME, frame.id()))
                : ended(CloseCode.FRAME_BEFORE_AUTH, CloseNotice.Nothing.NOTHING);
    }

    /** What is no JSON is no auth frame either, however it begins. */
    private static boolean isAuth(Decoded.Unreadable frame) {
        return frame.type().filter(FrameType.AUTH::equals).isPresent()
                && !frame.why().equals(Rejection.of(Reason.INVALID_JSON));
    }

    private static Future<Answer> ended(CloseCode code, CloseNotice notice) {
        return succeededFuture(new Answer.Ended(code, notice));
    }

    /** Nobody can say now whether this token is good: nobody comes in (CWE-636). */
    private static Answer unable(Optional<String> id) {
        return new Answer.Ended(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(Rejection.unavailable(), id));
    }

    private Answer opened(Connection from, SessionOpening.Opened opened) {
        if (from.over()) {
            doorkeeper.goodbye(opened.registration().session());
        } else {
            keeper.attach(from, opened.registration(), opened.greeting(), framePath);
        }
        return Answer.Silent.SILENT;
    }
}
