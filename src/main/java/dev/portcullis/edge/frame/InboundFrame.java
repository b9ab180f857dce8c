package dev.portcullis.edge.frame;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.MalformedFrame;
import java.util.Optional;

/** A frame that was received. */
public final class InboundFrame {
    private final byte[] utf8;
    private final Optional<FrameAlias> alias;
    private final Optional<Rejection> defect;

    /**
     * @param alias the alias under which the frame was sent, if any
     * @param defect the reason for refusing the frame that its schema does not tell: the transport may have rules of its own
     */
    public InboundFrame(byte[] utf8, Optional<FrameAlias> alias, Optional<Rejection> defect) {
        this.utf8 = utf8;
        this.alias = alias;
        this.defect = defect;
    }

    /** A frame without an alias, for which its schema is the only rule. */
    public static InboundFrame of(byte[] utf8) {
        return new InboundFrame(utf8, Optional.empty(), Optional.empty());
    }

    Optional<FrameAlias> alias() {
        return alias;
    }

    /** Decodes the frame by its schema. */
    Result<ClientFrame, MalformedFrame> decode() {
        Result<ClientFrame, MalformedFrame> decoded = FrameDecoder.decode(utf8);
        return defect.<Result<ClientFrame, MalformedFrame>>map(why -> Result.refused(decoded.fold(
                        frame -> new MalformedFrame(
                                frame.envelope().id(), Optional.empty(), Optional.of(frame.type()), why),
                        other -> new MalformedFrame(other.id(), other.roomId(), other.type(), why))))
                .orElse(decoded);
    }

    /** Decodes the frame, and checks an event of the application too. */
    Result<ClientFrame, MalformedFrame> decode(EventCheck events) {
        Result<ClientFrame, MalformedFrame> decoded = decode();
        return decoded.fold(events::check, malformed -> decoded);
    }
}
