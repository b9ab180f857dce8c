package dev.portcullis.client;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The source of the application's tokens. A source that throws, or does not answer in time, has no token for now. */
final class TokenSource implements Supplier<Future<String>> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<Future<String>> application;
    private final Duration patience;

    TokenSource(Supplier<Future<String>> application) {
        this(application, PATIENCE);
    }

    TokenSource(Supplier<Future<String>> application, Duration patience) {
        this.application = application;
        this.patience = patience;
    }

    /** Completes on any thread. */
    @Override
    public Future<String> get() {
        return Future.succeededFuture()
                .compose(any -> Objects.requireNonNull(application.get()))
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
