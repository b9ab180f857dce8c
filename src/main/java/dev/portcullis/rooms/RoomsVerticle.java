package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer.Intent;
import dev.portcullis.rooms.RoomAuthorizer.RemovalCheck;
import dev.portcullis.rooms.RoomAuthorizer.Removed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** One instance of the stage. */
public final class RoomsVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final MembershipStore store;
    private final RoomPolicy policy;

    public RoomsVerticle(
            int instance, Bus bus, MembershipStore store, RoomsConfig config, Live<Permissions> permissions) {
        this.instance = instance;
        this.bus = bus;
        this.store = store;
        this.policy = new RoomPolicy(config, permissions);
    }

    @Override
    public Future<?> start() {
        return Future.all(
                bus.answer(RoomAuthorizer.AUTHORIZE, instance, this::authorize),
                bus.answer(RoomAuthorizer.AUTHORIZE_REMOVAL, instance, this::authorizeRemoval),
                bus.answer(
                        RoomAuthorizer.REMOVE_MEMBER,
                        instance,
                        removal -> store.remove(removal.room(), removal.user()).map(new Removed())));
    }

    private Future<Verdict> authorizeRemoval(RemovalCheck check) {
        Future<Optional<Membership>> target = store.find(check.room(), check.target());
        return store.find(check.room(), check.from().userId())
                .compose(membership -> target.map(
                        row -> policy.judgeRemoval(check.from(), check.room(), membership, check.target(), row)));
    }

    private Future<Verdict> authorize(Intent intent) {
        return policy.judgeWithoutStore(intent.from(), intent.action(), intent.room())
                .map(Future::succeededFuture)
                .orElseGet(() -> store.find(intent.room(), intent.from().userId())
                        .map(membership -> policy.judge(intent.from(), intent.action(), intent.room(), membership)));
    }
}
