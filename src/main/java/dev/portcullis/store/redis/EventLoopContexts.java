package dev.portcullis.store.redis;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one context of this store for each event loop. A connection that is opened on a caller's context is closed when the
 * caller's verticle is undeployed, and a caller has a new context for each request.
 */
final class EventLoopContexts {
    /** The default number of event loops of Vert.x. With fewer event loops, the surplus instances share them. */
    private static final int INSTANCES = 2 * Runtime.getRuntime().availableProcessors();

    private final Vertx vertx;
    private final Map<Thread, Context> contexts = new ConcurrentHashMap<>();
    private volatile String deployment = "";
    private volatile Runnable onStop = () -> {};

    private EventLoopContexts(Vertx vertx) {
        this.vertx = vertx;
    }

    static Future<EventLoopContexts> deploy(Vertx vertx) {
        EventLoopContexts created = new EventLoopContexts(vertx);
        return vertx.deployVerticle(created::newHolder, new DeploymentOptions().setInstances(INSTANCES))
                .map(deployment -> {
                    created.deployment = deployment;
                    return created;
                });
    }

    Map<Thread, Context> contexts() {
        return Map.copyOf(contexts);
    }

    /** Sets the action that runs on each of the event loops on {@link #close()}, or when Vert.x closes. */
    void onStop(Runnable action) {
        this.onStop = action;
    }

    /** Closes the contexts. It succeeds also if Vert.x is closed already, or after an earlier call. */
    Future<Void> close() {
        return vertx.undeploy(deployment).otherwiseEmpty();
    }

    private ContextHolder newHolder() {
        return new ContextHolder();
    }

    /** Holds the context of one event loop. */
    private final class ContextHolder extends VerticleBase {
        @Override
        public Future<?> start() {
            contexts.putIfAbsent(Thread.currentThread(), context);
            return Future.succeededFuture();
        }

        @Override
        public Future<?> stop() {
            onStop.run();
            return Future.succeededFuture();
        }
    }
}
