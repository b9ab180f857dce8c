package dev.portcullis.store.redis;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A context of our own on each event loop. What is opened on a caller's would be closed when that caller's verticle is
 * undeployed, and a caller has a new one for each request.
 */
final class EventLoopContexts {
    /** As many as Vert.x makes event loops where nobody says otherwise; where there are fewer, some find theirs taken. */
    private static final int FOOTHOLDS = 2 * Runtime.getRuntime().availableProcessors();

    private final Vertx vertx;
    private final Map<Thread, Context> contexts = new ConcurrentHashMap<>();
    private volatile String deployment = "";
    private volatile Runnable farewell = () -> {};

    private EventLoopContexts(Vertx vertx) {
        this.vertx = vertx;
    }

    static Future<EventLoopContexts> in(Vertx vertx) {
        EventLoopContexts footing = new EventLoopContexts(vertx);
        return vertx.deployVerticle(footing::hold, new DeploymentOptions().setInstances(FOOTHOLDS))
                .map(deployment -> {
                    footing.deployment = deployment;
                    return footing;
                });
    }

    Map<Thread, Context> contexts() {
        return Map.copyOf(contexts);
    }

    /** Runs on each of the event loops when we leave, or when Vert.x ends. */
    void atTheEnd(Runnable farewell) {
        this.farewell = farewell;
    }

    /** Succeeds also where Vert.x ended meanwhile, or we had left. */
    Future<Void> leave() {
        return vertx.undeploy(deployment).otherwiseEmpty();
    }

    private ContextHolder hold() {
        return new ContextHolder();
    }

    /** On one event loop. */
    private final class ContextHolder extends VerticleBase {
        @Override
        public Future<?> start() {
            contexts.putIfAbsent(Thread.currentThread(), context);
            return Future.succeededFuture();
        }

        @Override
        public Future<?> stop() {
            farewell.run();
            return Future.succeededFuture();
        }
    }
}
