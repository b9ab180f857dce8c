package dev.portcullis.ratelimit.ban;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Bans of a store that can go away, and come back as another one. */
final class SwitchedBans implements BanStore {
    private volatile Optional<BanStore> store;

    SwitchedBans(BanStore store) {
        this.store = Optional.of(store);
    }

    void away() {
        store = Optional.empty();
    }

    void to(BanStore other) {
        store = Optional.of(other);
    }

    @Override
    public Future<Optional<Ban>> add(Ban ban) {
        return store.map(found -> found.add(ban)).orElseGet(SwitchedBans::failed);
    }

    @Override
    public Future<Boolean> lift(BanTarget target, long notAfter) {
        return store.map(found -> found.lift(target, notAfter)).orElseGet(SwitchedBans::failed);
    }

    @Override
    public Future<Integer> restore(List<Ban> bans) {
        return store.map(found -> found.restore(bans)).orElseGet(SwitchedBans::failed);
    }

    @Override
    public Future<Optional<Part>> readSince(String known) {
        Supplier<Future<Optional<Part>>> away = SwitchedBans::failed;
        return store.map(found -> found.readSince(known)).orElseGet(away);
    }

    private static <T> Future<T> failed() {
        return Future.failedFuture(new StoreFailure("away"));
    }
}
