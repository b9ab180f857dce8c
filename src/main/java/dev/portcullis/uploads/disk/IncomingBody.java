package dev.portcullis.uploads.disk;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.OptionalLong;

/**
 * The body of an upload, paused from the beginning, so that none of it is lost. Remembers that its client went away, also where
 * that happens before its bytes are read: no stream tells it twice.
 */
public final class IncomingBody {
    private final ReadStream<Buffer> stream;
    private final OptionalLong announced;
    private Runnable onGone = () -> {};
    private boolean gone;

    /**
     * Call it in the handler of the request, before anything else.
     *
     * @param announced its length, if its head says so
     */
    public IncomingBody(ReadStream<Buffer> stream, OptionalLong announced) {
        this.stream = stream;
        this.announced = announced;
        stream.pause();
        stream.exceptionHandler(any -> {
            gone = true;
            onGone.run();
        });
    }

    /** The length that the head announces, if it differs from this size. */
    public OptionalLong otherThan(long size) {
        return announced.isPresent() && announced.getAsLong() != size ? announced : OptionalLong.empty();
    }

    /** @param whenGone called once at most, at once if the client is gone; then nothing is read */
    void read(Handler<Buffer> chunk, Runnable end, Runnable whenGone) {
        if (gone) {
            whenGone.run();
            return;
        }
        onGone = whenGone;
        stream.handler(chunk);
        stream.endHandler(any -> end.run());
        stream.resume();
    }

    void pause() {
        stream.pause();
    }

    void resume() {
        stream.resume();
    }
}
