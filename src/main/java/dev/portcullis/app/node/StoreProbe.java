package dev.portcullis.app.node;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks a node with an edge whether it has its leases, so that it can take the clients of another one. */
record StoreProbe() {
    static final Question<StoreProbe, Reply> QUESTION =
            new Question<>(Stage.EDGE, "store", StoreProbe.class, Reply.class, StoreProbe::hashCode);

    private static final long ANSWER_MS = 2_000;

    record Reply(boolean leased) {}

    /** Completes when this node can be asked. */
    static Future<?> answer(Bus bus, BooleanSupplier leased) {
        return bus.answer(QUESTION, 0, any -> Future.succeededFuture(new Reply(leased.getAsBoolean())));
    }

    /** Whether another node has its leases. A node that does not answer has none. */
    static Future<Boolean> ofOthers(Bus bus) {
        List<Future<Boolean>> replies = bus.nodesOf(Stage.EDGE).keySet().stream()
                .filter(node -> !node.equals(bus.node()))
                .map(node -> bus.askAt(QUESTION, node, 0, new StoreProbe())
                        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                        .map(Reply::leased)
                        .otherwise(false))
                .toList();
        return Future.all(replies).map(all -> all.<Boolean>list().contains(true));
    }
}
