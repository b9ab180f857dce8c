package dev.portcullis.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Names the codec of what never leaves a node. */
final class ForgedCodec implements MessageCodec<Asked, Asked> {
    @Override
    public void encodeToWire(Buffer buffer, Asked asked) {
        buffer.appendString("forged");
    }

    @Override
    public Asked decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Asked transform(Asked asked) {
        return asked;
    }

    @Override
    public String name() {
        return new ByReference<>(Asked.class).name();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
