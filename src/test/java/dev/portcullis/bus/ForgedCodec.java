package dev.portcullis.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Names the codec of what never leaves a node. */
final class ForgedCodec implements MessageCodec<Line.LocalRequest, Line.LocalRequest> {
    @Override
    public void encodeToWire(Buffer buffer, Line.LocalRequest asked) {
        buffer.appendString("forged");
    }

    @Override
    public Line.LocalRequest decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Line.LocalRequest transform(Line.LocalRequest asked) {
        return asked;
    }

    @Override
    public String name() {
        return new ByReference<>(Line.LocalRequest.class).name();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
