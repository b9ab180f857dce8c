package dev.portcullis.app.node.live;

import dev.portcullis.config.Live;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A service of the application that this node asks, if one is configured. Where the configuration names another one, or the same
 * with another secret, that is opened when it is asked first. The one before is closed once it has answered what it was asked.
 *
 * @param <C> its configuration
 * @param <S> the open service
 */
public final class LiveService<C, S> implements Live<Optional<S>> {
    /** Longer than any of them may take to answer. */
    private static final long CLOSE_MS = TimeUnit.MINUTES.toMillis(2);

    private final Vertx vertx;
    private final Live<Optional<C>> config;
    private final Function<C, S> open;
    private final Consumer<S> close;
    private final long closeMs;
    private volatile Opened<C, S> opened;

    private record Opened<C, S>(Optional<C> config, Optional<S> service) {}

    public LiveService(Vertx vertx, Live<Optional<C>> config, Function<C, S> open, Consumer<S> close) {
        this(vertx, config, open, close, CLOSE_MS);
    }

    LiveService(Vertx vertx, Live<Optional<C>> config, Function<C, S> open, Consumer<S> close, long closeMs) {
        this.vertx = vertx;
        this.config = config;
        this.open = open;
        this.close = close;
        this.closeMs = closeMs;
        Optional<C> first = config.get();
        this.opened = new Opened<>(first, first.map(open));
    }

    @Override
    public Optional<S> get() {
        Optional<C> wanted = config.get();
        Opened<C, S> present = opened;
        return present.config().equals(wanted) ? present.service() : follow(wanted);
    }

    private synchronized Optional<S> follow(Optional<C> wanted) {
        Opened<C, S> before = opened;
        if (before.config().equals(wanted)) {
            return before.service();
        }
        opened = new Opened<>(wanted, wanted.map(open));
        before.service().ifPresent(former -> vertx.setTimer(closeMs, any -> close.accept(former)));
        return opened.service();
    }

    /** Closes the service at the end of the node. */
    public synchronized void close() {
        opened.service().ifPresent(close);
    }
}
