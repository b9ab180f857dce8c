package dev.portcullis.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Forges the name of the codec for messages that never leave a node. */
final class ForgedCodec<T> implements MessageCodec<T, T> {
    private final Class<T> type;

    ForgedCodec(Class<T> type) {
        this.type = type;
    }

    @Override
    public void encodeToWire(Buffer buffer, T request) {
        buffer.appendString("forged");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public T transform(T request) {
        return request;
    }

    @Override
    public String name() {
        return new LocalCodec<>(type).name();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
