package dev.portcullis.edge;

import dev.portcullis.auth.Session;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** Asks about many sessions, some at a time and one ask after the other, so that no question grows without bound. */
final class Portions {
    static final int SIZE = 200;

    private Portions() {}

    static Future<Void> of(List<Session> all, Function<List<Session>, Future<Void>> ask) {
        if (all.isEmpty()) {
            return Future.succeededFuture();
        }
        int size = Math.min(SIZE, all.size());
        return ask.apply(all.subList(0, size)).compose(any -> of(all.subList(size, all.size()), ask));
    }
}
