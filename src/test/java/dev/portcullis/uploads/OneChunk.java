package dev.portcullis.uploads;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A body that is there as a whole. */
final class OneChunk implements ReadStream<Buffer> {
    private final Buffer content;
    private final Supplier<Future<?>> before;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> end;

    OneChunk(Buffer content) {
        this(content, Future::succeededFuture);
    }

    /** @param before what happens before it comes */
    OneChunk(Buffer content, Supplier<Future<?>> before) {
        this.content = content;
        this.before = before;
    }

    @Override
    public ReadStream<Buffer> resume() {
        Handler<Buffer> taking = handler;
        Handler<Void> ending = end;
        handler = null;
        end = null;
        if (taking != null && ending != null) {
            var unused = before.get().onSuccess(any -> {
                taking.handle(content);
                ending.handle(null);
            });
        }
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> taking) {
        handler = taking;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> ending) {
        end = ending;
        return this;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> failing) {
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        return resume();
    }
}
