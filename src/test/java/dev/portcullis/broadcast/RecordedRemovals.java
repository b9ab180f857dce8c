package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Position;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** In the place of the stage broadcast: acknowledges each removal and each leave, and keeps them. */
public final class RecordedRemovals {
    private final List<Object> asked = new CopyOnWriteArrayList<>();

    public RecordedRemovals(Bus bus) throws Exception {
        Future.all(
                        bus.answer(Broadcaster.REMOVE, 0, this::acknowledge),
                        bus.answer(Broadcaster.DETACH, 0, this::acknowledge))
                .await(30, TimeUnit.SECONDS);
    }

    private Future<PublishResult> acknowledge(Object request) {
        asked.add(request);
        return Future.succeededFuture(new PublishResult.Acked("m", new Position("e", 1)));
    }

    public List<Object> asked() {
        return List.copyOf(asked);
    }
}
