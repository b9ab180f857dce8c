package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
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

    public RoomsVerticle(int instance, Bus bus, MembershipStore store, RoomsConfig config, Permissions permissions) {
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
                        leaver -> store.remove(leaver.room(), leaver.user()).map(new Removed())));
    }

    private Future<Verdict> authorizeRemoval(RemovalCheck asked) {
        Future<Optional<Membership>> theirs = store.find(asked.room(), asked.target());
        return store.find(asked.room(), asked.from().userId())
                .compose(own ->
                        theirs.map(row -> policy.judgeRemoval(asked.from(), asked.room(), own, asked.target(), row)));
    }

    private Future<Verdict> authorize(Intent intent) {
        return policy.judgeWithoutStore(intent.from(), intent.action(), intent.room())
                .map(Future::succeededFuture)
                .orElseGet(() -> store.find(intent.room(), intent.from().userId())
                        .map(found -> policy.judge(intent.from(), intent.action(), intent.room(), found)));
    }
}
