package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import dev.portcullis.ratelimit.window.SlidingWindow.Span;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Counts in memory, until the process ends. Thread-safe. When its table is full, others are not counted, and fail. */
public final class EmbeddedLoginCounterStore implements LoginCounterStore {
    private static final int MAX_SWEPT = 1_000;

    private final BoundedIdleMap<SlidingWindow> counted;
    private final LongSupplier millis;

    /**
     * @param tracked maximum number of windows
     * @param millis milliseconds since 1970, read from every thread
     */
    public EmbeddedLoginCounterStore(int tracked, LongSupplier millis) {
        this.counted = new BoundedIdleMap<>(tracked, (window, now) -> window.total(now) == 0);
        this.millis = millis;
    }

    @Override
    public synchronized Future<Long> count(List<LoginWindow> windows) {
        long now = millis.getAsLong();
        long wait = windows.stream().mapToLong(each -> waitOf(each, now)).max().orElse(0);
        List<String> keys = windows.stream().map(LoginWindow::key).toList();
        if (wait > 0) {
            return Future.succeededFuture(wait);
        }
        if (!counted.hasRoomFor(keys, now)) {
            return Future.failedFuture(new StoreFailure("no room to count more logins"));
        }
        keys.forEach(key -> counted.make(key, EmbeddedLoginCounterStore::window).count(now, 1));
        return Future.succeededFuture(0L);
    }

    @Override
    public synchronized Future<Void> giveBack(List<LoginWindow> windows) {
        long now = millis.getAsLong();
        for (LoginWindow each : windows) {
            counted.find(each.key()).ifPresent(found -> found.takeBack(now));
            counted.removeIdle(each.key(), now);
        }
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Long> look(LoginWindow window) {
        return Future.succeededFuture(waitOf(window, millis.getAsLong()));
    }

    @Override
    public synchronized void sweep() {
        counted.sweep(millis.getAsLong(), MAX_SWEPT);
    }

    private long waitOf(LoginWindow window, long now) {
        return counted.find(window.key())
                .map(found -> found.untilFree(now, 1, window.max()))
                .orElse(0L);
    }

    private static SlidingWindow window() {
        return new SlidingWindow(new Span(LoginConfig.WINDOW_MS, LoginConfig.STEP_MS));
    }
}
