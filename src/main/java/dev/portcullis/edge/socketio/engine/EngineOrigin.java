package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.handshake.UpgradeRequest;
import java.util.Optional;

/**
 * The origin that a session belongs to: an id that leaks to another page is of no use there. Browsers name no origin where a
 * page reads from its own, so the first request that names one decides for a session that began without. Any thread may use it.
 */
public final class EngineOrigin {
    private final boolean ownPage;
    private Optional<String> bound;

    private EngineOrigin(Optional<String> bound, boolean ownPage) {
        this.bound = bound;
        this.ownPage = ownPage;
    }

    public static EngineOrigin of(UpgradeRequest request) {
        return new EngineOrigin(request.origins().stream().findFirst(), request.readsOwnOrigin());
    }

    public synchronized boolean admits(UpgradeRequest request) {
        if (request.readsOwnOrigin()) {
            return ownPage;
        }
        Optional<String> origin = request.origins().stream().findFirst();
        if (bound.isEmpty() && ownPage) {
            bound = origin;
        }
        return bound.equals(origin);
    }
}
