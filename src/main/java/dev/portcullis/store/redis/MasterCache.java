package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The last known slot map, shared by all event loops. Concurrent refreshes share one discovery. */
final class MasterCache {
    private final MasterDiscovery discovery;
    private final Context context;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Future<SlotMap>> refreshing = new AtomicReference<>();
    private volatile @Nullable SlotMap current;

    MasterCache(MasterDiscovery discovery, Context context) {
        this.discovery = discovery;
        this.context = context;
    }

    /** The slot map; null before the first success of {@link #refresh()}. */
    @Nullable
    SlotMap current() {
        return current;
    }

    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** Reports that the server does not act as a master. */
    void markSuspect(HostPort server) {
        discovery.markSuspect(server);
    }

    Future<SlotMap> refresh() {
        Promise<SlotMap> promise = Promise.promise();
        Future<SlotMap> other = refreshing.compareAndExchange(null, promise.future());
        if (other != null) {
            return other;
        }
        SlotMap before = current;
        ContextSwitch.runOn(context, () -> discovery.find(before == null ? List.of() : before.masters()))
                .onSuccess(this::update)
                .onComplete(found -> {
                    refreshing.set(null);
                    promise.handle(found);
                });
        return promise.future();
    }

    private void update(SlotMap found) {
        SlotMap before = current;
        if (before == null || !before.sameAs(found)) {
            current = found;
            listeners.forEach(Runnable::run);
        }
    }
}
