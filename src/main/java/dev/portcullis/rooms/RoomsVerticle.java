package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.rooms.RoomAuthorizer.Explanation;
import dev.portcullis.rooms.RoomAuthorizer.Removed;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;

/** One instance of the stage. */
public final class RoomsVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final DirectDecider direct;

    /** The stores of the stage, and those of others that it asks. */
    public record Sources(
            RoomStore rooms,
            RoomListStore lists,
            BarReader bars,
            Optional<HttpAuthorizer> authorizer,
            DirectSource direct) {}

    /** Who may write to whom, and the application that says so where it is asked. */
    public record DirectSource(DirectConfig config, Optional<HttpAuthorizer> hook) {}

    public RoomsVerticle(int instance, Bus bus, Sources from, RoomsConfig config, Live<Permissions> permissions) {
        this.instance = instance;
        this.bus = bus;
        this.decider =
                new RoomDecider(new RoomPolicy(config, permissions), from.rooms(), from.bars(), from.authorizer());
        this.directory = new RoomDirectory(from.rooms(), from.lists(), config.limits());
        this.direct = new DirectDecider(
                new DirectPolicy(from.direct().config(), config, permissions),
                from.rooms(),
                from.lists(),
                from.direct().hook());
    }

    @Override
    public Future<?> start() {
        return Future.all(
                bus.answer(
                        RoomAuthorizer.AUTHORIZE,
                        instance,
                        intent -> decider.decide(intent.from(), RoomAction.of(intent.action()), intent.room())
                                .map(RoomDecision::verdict)),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_DIRECT,
                        instance,
                        intent -> direct.decide(intent.from(), RoomAction.of(intent.action()), intent.to())),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_REMOVAL,
                        instance,
                        check -> decider.decideAgainst(
                                        check.from(), RoomAction.REMOVE_USER, check.room(), check.target())
                                .map(RoomDecision::verdict)),
                bus.answer(
                        RoomAuthorizer.REMOVE_MEMBER,
                        instance,
                        removal -> directory
                                .removeMember(removal.room(), removal.user(), List.of())
                                .map(new Removed())),
                bus.answer(
                        RoomAuthorizer.EXPLAIN,
                        instance,
                        asked -> decider.decideWithBar(asked.from(), asked.action(), asked.room())
                                .map(Explanation::new)));
    }
}
