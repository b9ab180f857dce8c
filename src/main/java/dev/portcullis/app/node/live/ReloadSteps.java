package dev.portcullis.app.node.live;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;

/** The steps of a reload on one node, in this order. A failed future means that the node did not answer. */
interface ReloadSteps {
    String node();

    /** Reads and checks the configuration, and takes the steps that can fail. Nothing is in force yet. */
    Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id);

    /** Lets no frame begin from now on. True when none is under way; false where that takes too long. */
    Future<Boolean> hold(String id);

    /** Puts what was prepared in force. */
    Future<Boolean> apply(String id);

    /** Lets frames pass again. What is not in force by now is forgotten. */
    Future<Boolean> lift(String id);

    /** Lets frames pass again; what was prepared waits for another {@link #hold}. */
    Future<Boolean> pause(String id);
}
