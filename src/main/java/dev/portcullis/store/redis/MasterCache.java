package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Who is master of what, as last heard; shared by all event loops. However many doubt it, one asks. */
final class MasterCache {
    private final MasterDiscovery discovery;
    private final Context home;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Future<SlotMap>> asking = new AtomicReference<>();
    private volatile @Nullable SlotMap newest;

    MasterCache(MasterDiscovery discovery, Context home) {
        this.discovery = discovery;
        this.home = home;
    }

    /** Nothing before the first success of {@link #refresh()}. */
    @Nullable
    SlotMap newest() {
        return newest;
    }

    void follow(Runnable follower) {
        followers.add(follower);
    }

    /** It does not serve as a master would. */
    void invalidate(HostPort server) {
        discovery.invalidate(server);
    }

    Future<SlotMap> refresh() {
        Promise<SlotMap> mine = Promise.promise();
        Future<SlotMap> other = asking.compareAndExchange(null, mine.future());
        if (other != null) {
            return other;
        }
        SlotMap before = newest;
        ContextSwitch.runOn(home, () -> discovery.find(before == null ? List.of() : before.all()))
                .onSuccess(this::learn)
                .onComplete(found -> {
                    asking.set(null);
                    mine.handle(found);
                });
        return mine.future();
    }

    private void learn(SlotMap found) {
        SlotMap before = newest;
        if (before == null || !before.sameAs(found)) {
            newest = found;
            followers.forEach(Runnable::run);
        }
    }
}
