package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import dev.portcullis.ratelimit.window.SlidingWindow.Span;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Counts in memory, until the process ends. Thread-safe. When the table of logins is full, the window used longest ago is
 * forgotten, so that no attacker keeps strangers out by using many addresses (CWE-770). The windows of accounts bound the
 * guesses of passwords (CWE-307): when their table is full, both steps fail for others, since a password that is tried although
 * it can't be counted is a free guess. The windows that only users who have logged in can have are in a table of their own,
 * which strangers can't fill.
 */
public final class EmbeddedLoginCounterStore implements LoginCounterStore {
    private static final int MAX_SWEPT = 1_000;

    private final BoundedIdleMap<SlidingWindow> logins;
    private final BoundedIdleMap<SlidingWindow> strangers;
    private final BoundedIdleMap<SlidingWindow> known;
    private final LongSupplier millis;

    /**
     * @param tracked maximum number of windows of each table
     * @param millis elapsed time, read from every thread
     */
    public EmbeddedLoginCounterStore(int tracked, LongSupplier millis) {
        this.logins = table(tracked);
        this.strangers = table(tracked);
        this.known = table(tracked);
        this.millis = millis;
    }

    @Override
    public synchronized Future<Long> count(List<LoginWindow> windows) {
        long now = millis.getAsLong();
        long wait = windows.stream().mapToLong(each -> waitOf(each, now)).max().orElse(0);
        if (wait > 0) {
            return Future.succeededFuture(wait);
        }
        logins.makeRoomFor(windows.stream()
                .filter(LoginWindow::isOfLogins)
                .map(LoginWindow::key)
                .toList());
        if (!haveRoom(windows, now)) {
            return noRoom();
        }
        windows.forEach(each ->
                table(each).make(each.key(), EmbeddedLoginCounterStore::window).count(now, 1));
        return Future.succeededFuture(0L);
    }

    @Override
    public synchronized Future<Boolean> giveBack(List<LoginWindow> windows) {
        long now = millis.getAsLong();
        boolean counted = countsNow(windows.get(0), now) > 0;
        for (LoginWindow each : windows) {
            BoundedIdleMap<SlidingWindow> table = table(each);
            table.find(each.key()).ifPresent(found -> found.takeBack(now));
            table.removeIdle(each.key(), now);
        }
        return Future.succeededFuture(counted);
    }

    private int countsNow(LoginWindow window, long now) {
        return table(window).find(window.key()).map(found -> found.total(now)).orElse(0);
    }

    @Override
    public synchronized Future<Long> look(LoginWindow window) {
        long now = millis.getAsLong();
        return haveRoom(List.of(window), now) ? Future.succeededFuture(waitOf(window, now)) : noRoom();
    }

    @Override
    public synchronized void sweep() {
        long now = millis.getAsLong();
        logins.sweep(now, MAX_SWEPT);
        strangers.sweep(now, MAX_SWEPT);
        known.sweep(now, MAX_SWEPT);
    }

    private long waitOf(LoginWindow window, long now) {
        return table(window)
                .find(window.key())
                .map(found -> found.untilFree(now, 1, window.max()))
                .orElse(0L);
    }

    /** Whether all can be counted. */
    private boolean haveRoom(List<LoginWindow> windows, long now) {
        return windows.stream()
                .filter(each -> !each.isOfLogins())
                .collect(Collectors.groupingBy(this::table, Collectors.mapping(LoginWindow::key, Collectors.toList())))
                .entrySet()
                .stream()
                .allMatch(each -> each.getKey().hasRoomFor(each.getValue(), now));
    }

    private static Future<Long> noRoom() {
        return Future.failedFuture(new StoreFailure("no room to count more accounts"));
    }

    private BoundedIdleMap<SlidingWindow> table(LoginWindow window) {
        return switch (window.kind()) {
            case ADDRESS, KNOWN_LOGIN, KNOWN_LOGINS, CODE_MISSING -> logins;
            case ACCOUNT -> strangers;
            case KNOWN, DEVICE, OWNER -> known;
        };
    }

    private static BoundedIdleMap<SlidingWindow> table(int max) {
        return new BoundedIdleMap<>(max, (window, now) -> window.total(now) == 0);
    }

    private static SlidingWindow window() {
        return new SlidingWindow(new Span(LoginConfig.WINDOW_MS, LoginConfig.STEP_MS));
    }
}
