package dev.portcullis.admin;

import dev.portcullis.admin.NodeControl.Checkpoints;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A node whose one checkpoint takes no time, and has nothing in it. */
final class HeldCheckpoints implements Checkpoints {
    static final String ID = "0123456789abcdef0123456789abcdef";

    /** Whether each ended checkpoint was copied. */
    final List<Boolean> ended = Collections.synchronizedList(new ArrayList<>());

    private volatile Optional<String> held = Optional.empty();

    @Override
    public Future<Result<Checkpoint, HttpRefusal>> make() {
        if (held.isPresent()) {
            return Future.succeededFuture(Result.refused(HttpRefusal.CONFLICT));
        }
        held = Optional.of(ID);
        return Future.succeededFuture(Result.done(new Checkpoint(ID, "2026-11-28T23:00:00Z", 2, 12, 60_000)));
    }

    @Override
    public boolean keep(String id) {
        return held.filter(id::equals).isPresent();
    }

    @Override
    public Future<Boolean> end(String id, boolean copied) {
        boolean found = keep(id);
        if (found) {
            held = Optional.empty();
            ended.add(copied);
        }
        return Future.succeededFuture(found);
    }
}
