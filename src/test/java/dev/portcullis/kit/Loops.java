package dev.portcullis.kit;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The contexts of two verticles, which run on two event loops. */
public record Loops(Context one, Context other) {
    public static Loops of(Vertx vertx) throws Exception {
        List<Context> contexts = new CopyOnWriteArrayList<>();
        vertx.deployVerticle(() -> new Instance(contexts), new DeploymentOptions().setInstances(2))
                .await(30, TimeUnit.SECONDS);
        return new Loops(contexts.get(0), contexts.get(1));
    }

    private static final class Instance extends VerticleBase {
        private final List<Context> contexts;

        private Instance(List<Context> contexts) {
            this.contexts = contexts;
        }

        @Override
        public Future<?> start() {
            contexts.add(context);
            return Future.succeededFuture();
        }
    }
}
