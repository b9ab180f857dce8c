package dev.portcullis.uploads.disk;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Counts what the kernel has taken of the bytes that were written to a stream: a queue in this process takes all it is given. */
final class TakenBytes implements WriteStream<Buffer> {
    private final WriteStream<Buffer> to;
    private LongConsumer onTaken = bytes -> {};
    private long waiting;
    private long all;

    TakenBytes(WriteStream<Buffer> to) {
        this.to = to;
    }

    void onTaken(LongConsumer then) {
        onTaken = then;
    }

    /** Whether there are bytes that were not taken yet. */
    boolean isWaiting() {
        return waiting > 0;
    }

    /** Bytes that were taken so far. */
    long all() {
        return all;
    }

    @Override
    public Future<Void> write(Buffer data) {
        int length = data.length();
        waiting += length;
        return to.write(data).onSuccess(taken -> {
            waiting -= length;
            all += length;
            onTaken.accept(length);
        });
    }

    @Override
    public Future<Void> end() {
        return to.end();
    }

    @Override
    public boolean writeQueueFull() {
        return to.writeQueueFull();
    }

    @Override
    public TakenBytes exceptionHandler(@Nullable Handler<Throwable> handler) {
        to.exceptionHandler(handler);
        return this;
    }

    @Override
    public TakenBytes setWriteQueueMaxSize(int maxSize) {
        to.setWriteQueueMaxSize(maxSize);
        return this;
    }

    @Override
    public TakenBytes drainHandler(@Nullable Handler<Void> handler) {
        to.drainHandler(handler);
        return this;
    }
}
