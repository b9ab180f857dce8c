package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Loops;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EdgeVerticleTest {
    private Context own;
    private ContextInternal other;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        Loops loops = Loops.of(vertx);
        own = loops.one();
        other = (ContextInternal) loops.other();
    }

    @Test
    void steps_run_on_the_own_loop_though_their_chain_began_on_another() throws Exception {
        Promise<Void> begun = other.promise();
        Promise<Context> last = Promise.promise();
        Future<?> all = EdgeVerticle.onLoop(
                own,
                begun.future(),
                any -> EdgeVerticle.onLoop(own, elsewhere(), none -> {
                    last.complete(Vertx.currentContext());
                    return Future.succeededFuture();
                }));
        begun.complete();
        all.await(30, TimeUnit.SECONDS);
        assertThat(last.future().await(30, TimeUnit.SECONDS)).isSameAs(own);
    }

    /** Why a start does not compose its steps. */
    @Test
    void composed_future_goes_on_where_its_chain_began() throws Exception {
        Promise<Void> begun = other.promise();
        Promise<Thread> last = Promise.promise();
        begun.future().compose(any -> ofNoContext(own)).onComplete(any -> last.complete(Thread.currentThread()));
        begun.complete();
        assertThat(last.future().await(30, TimeUnit.SECONDS)).isSameAs(thread(other));
    }

    @Test
    void failure_of_the_first_future_or_of_a_step_fails_the_whole() {
        assertThatThrownBy(() -> EdgeVerticle.onLoop(own, Future.failedFuture("early"), any -> Future.succeededFuture())
                        .await(30, TimeUnit.SECONDS))
                .hasMessage("early");
        assertThatThrownBy(() -> EdgeVerticle.onLoop(own, Future.succeededFuture(), any -> {
                            throw new IllegalStateException("late");
                        })
                        .await(30, TimeUnit.SECONDS))
                .hasMessage("late");
    }

    private Future<Void> elsewhere() {
        Promise<Void> done = other.promise();
        other.runOnContext(any -> done.complete());
        return done.future();
    }

    private static Future<Void> ofNoContext(Context completing) {
        Promise<Void> done = Promise.promise();
        completing.runOnContext(any -> done.complete());
        return done.future();
    }

    private static Thread thread(Context context) throws Exception {
        Promise<Thread> thread = Promise.promise();
        context.runOnContext(any -> thread.complete(Thread.currentThread()));
        return thread.future().await(30, TimeUnit.SECONDS);
    }
}
