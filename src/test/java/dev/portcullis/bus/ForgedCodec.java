package dev.portcullis.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Names the codec of what never leaves a node. */
final class ForgedCodec implements MessageCodec<RequestSender.LocalRequest, RequestSender.LocalRequest> {
    @Override
    public void encodeToWire(Buffer buffer, RequestSender.LocalRequest asked) {
        buffer.appendString("forged");
    }

    @Override
    public RequestSender.LocalRequest decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RequestSender.LocalRequest transform(RequestSender.LocalRequest asked) {
        return asked;
    }

    @Override
    public String name() {
        return new LocalCodec<>(RequestSender.LocalRequest.class).name();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
