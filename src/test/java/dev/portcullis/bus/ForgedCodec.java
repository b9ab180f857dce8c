package dev.portcullis.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Forges the name of the codec for messages that never leave a node. */
final class ForgedCodec implements MessageCodec<RequestSender.LocalRequest, RequestSender.LocalRequest> {
    @Override
    public void encodeToWire(Buffer buffer, RequestSender.LocalRequest request) {
        buffer.appendString("forged");
    }

    @Override
    public RequestSender.LocalRequest decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RequestSender.LocalRequest transform(RequestSender.LocalRequest request) {
        return request;
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
