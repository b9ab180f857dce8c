package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.RetentionRule;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The services of a stage over an embedded store, as a verticle makes them. */
record RoomServices(RoomService rooms, Invitations invitations, DirectDecider direct) {

    /** What the stage asks of others. */
    record Others(
            RoomStreams streams,
            Function<UserId, Future<Optional<Role>>> sessions,
            BiFunction<UserId, UserId, Future<Boolean>> blocks,
            BiFunction<UserId, UserId, Future<Boolean>> acquaintance,
            Consumer<List<MembershipNotice>> notices) {}

    static final LongSupplier CLOCK = System::currentTimeMillis;

    static RoomService open(EmbeddedStore engine, RoomStore store, RoomsConfig config, Others others) {
        return of(engine, store, config, others, CLOCK).rooms();
    }

    static RoomServices of(
            EmbeddedStore engine, RoomStore store, RoomsConfig config, Others others, LongSupplier clock) {
        Live<Permissions> permissions = Live.fixed(Permissions.DEFAULT);
        RoomPolicy policy = new RoomPolicy(Live.fixed(config), permissions);
        RoomListStore lists = new RoomListStore(new EmbeddedRowStore(engine, clock));
        RoomDirectory directory = new RoomDirectory(store, lists, config.limits());
        RoomDecider decider = new RoomDecider(policy, store, others.streams(), Live.fixed(Optional.empty()));
        MembershipNews news = new MembershipNews(store, directory, others.notices(), 30_000);
        DirectConfig allowed = new DirectConfig(DirectConfig.Allow.SHARED_ROOM, Optional.empty());
        DirectDecider direct = new DirectDecider(
                new DirectPolicy(Live.fixed(allowed), Live.fixed(config), permissions),
                store,
                lists,
                directory,
                others.streams(),
                Live.fixed(Optional.empty()));
        Invitations invitations = new Invitations(
                policy,
                decider,
                new InvitationStore(new EmbeddedRowStore(engine, System::currentTimeMillis)),
                others.blocks(),
                news,
                config.limits().consent(),
                clock);
        RoomService service = new RoomService(
                policy,
                decider,
                directory,
                new RoomCreation(policy, decider, directory, others.streams(), Live.fixed(config)),
                new MemberService(
                        policy,
                        decider,
                        directory,
                        new MemberService.Consent(
                                new ConsentPolicy(Live.fixed(config)),
                                others.blocks(),
                                direct,
                                others.acquaintance(),
                                invitations),
                        news,
                        clock),
                others.sessions(),
                news,
                new RoomRetention(Live.fixed(RetentionRule.UNBOUNDED)));
        return new RoomServices(service, invitations, direct);
    }
}
