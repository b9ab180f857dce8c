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
final class Chart {
    private final Finder finder;
    private final Context home;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Future<Masters>> asking = new AtomicReference<>();
    private volatile @Nullable Masters newest;

    Chart(Finder finder, Context home) {
        this.finder = finder;
        this.home = home;
    }

    /** Nothing before the first success of {@link #refresh()}. */
    @Nullable
    Masters newest() {
        return newest;
    }

    void follow(Runnable follower) {
        followers.add(follower);
    }

    /** It does not serve as a master would. */
    void doubt(HostPort server) {
        finder.doubt(server);
    }

    Future<Masters> refresh() {
        Promise<Masters> mine = Promise.promise();
        Future<Masters> other = asking.compareAndExchange(null, mine.future());
        if (other != null) {
            return other;
        }
        Masters before = newest;
        Way.at(home, () -> finder.find(before == null ? List.of() : before.all()))
                .onSuccess(this::learn)
                .onComplete(found -> {
                    asking.set(null);
                    mine.handle(found);
                });
        return mine.future();
    }

    private void learn(Masters found) {
        Masters before = newest;
        if (before == null || !before.sameAs(found)) {
            newest = found;
            followers.forEach(Runnable::run);
        }
    }
}
