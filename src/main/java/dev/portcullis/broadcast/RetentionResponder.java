package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Broadcaster.Retain;
import dev.portcullis.broadcast.Broadcaster.Retained;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Permit;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** Lets the streams of rooms keep what their owners have set. */
public final class RetentionResponder implements BroadcastResponder {
    private final StreamStore streams;
    private final StreamWindows windows;
    private final Consumer<StreamName> changed;

    /** @param changed tells all nodes that entries of a stream were changed in the store: what they have in memory may have ended */
    public RetentionResponder(StreamStore streams, StreamWindows windows, Consumer<StreamName> changed) {
        this.streams = streams;
        this.windows = windows;
        this.changed = changed;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return bus.answer(Broadcaster.RETAIN, instance, this::retain);
    }

    private Future<Retained> retain(Retain request) {
        StreamName stream = StreamName.room(request.room());
        Permit permit = request.permit().orElse(Permit.UNCONDITIONAL);
        return streams.retain(stream, request.own(), windows.of(stream), permit)
                .onSuccess(any -> changed.accept(stream))
                .map(result -> new Retained(result == RetainResult.CHANGED));
    }
}
