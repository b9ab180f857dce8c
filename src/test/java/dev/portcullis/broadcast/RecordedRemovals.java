package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Position;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** In the place of the stage broadcast: acknowledges each removal and each leave, and keeps them. */
public final class RecordedRemovals {
    private final List<Publication> asked = new CopyOnWriteArrayList<>();

    public RecordedRemovals(Bus bus) throws Exception {
        done(bus.answer(Broadcaster.PUBLISH, 0, this::acknowledge));
    }

    private Future<PublishResult> acknowledge(PublishRequest request) {
        asked.add(request.publication());
        return Future.succeededFuture(new PublishResult.Acked("m", new Position("e", 1)));
    }

    public List<Publication> asked() {
        return List.copyOf(asked);
    }
}
