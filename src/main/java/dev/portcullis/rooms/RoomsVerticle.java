package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAdministration.InvitationList;
import dev.portcullis.rooms.RoomAdministration.Members;
import dev.portcullis.rooms.RoomAuthorizer.Explanation;
import dev.portcullis.rooms.RoomAuthorizer.Intent;
import dev.portcullis.rooms.RoomAuthorizer.Tidied;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.streams.RetentionRule;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** One instance of the stage. */
public final class RoomsVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final RoomService service;
    private final MembershipNews news;
    private final RoomReading reading;
    private final RoomRetention retention;
    private final RoomCatalog catalog;
    private final DirectDecider direct;
    private final UserRoomsResponder users;
    private final Invitations invitations;
    private final ReadableRooms readable;

    /** The stores of the stage, and those of others that it asks. */
    public record Sources(
            RoomStore rooms,
            RoomListStore lists,
            RoomStreams streams,
            Live<Optional<HttpAuthorizer>> authorizer,
            DirectSource direct,
            Function<UserId, Future<Optional<Role>>> highestRole,
            BiFunction<UserId, UserId, Future<Boolean>> isBlocked,
            Consumer<List<MembershipNotice>> notices,
            InvitationStore invitations,
            BiFunction<UserId, UserId, Future<Boolean>> hasWritten,
            LongSupplier clock,
            Live<RetentionRule> retention) {}

    /** The configuration of who may write to whom, and the application's service that is asked about it. */
    public record DirectSource(Live<DirectConfig> config, Live<Optional<HttpAuthorizer>> hook) {}

    public RoomsVerticle(int instance, Bus bus, Sources from, Live<RoomsConfig> config, Live<Permissions> permissions) {
        this.instance = instance;
        this.bus = bus;
        RoomLimits limits = config.get().limits();
        RoomPolicy policy = new RoomPolicy(config, permissions);
        this.decider = new RoomDecider(policy, from.rooms(), from.streams(), from.authorizer());
        this.directory = new RoomDirectory(from.rooms(), from.lists(), limits);
        this.news = new MembershipNews(from.rooms(), directory, from.notices(), bus.deadlineMs() / 2);
        ConsentPolicy consent = new ConsentPolicy(config);
        this.direct = new DirectDecider(
                new DirectPolicy(from.direct().config(), config, permissions),
                from.rooms(),
                from.lists(),
                directory,
                from.streams(),
                from.direct().hook());
        this.invitations = new Invitations(
                policy, decider, from.invitations(), from.isBlocked(), news, limits.consent(), from.clock());
        this.retention = new RoomRetention(from.retention());
        this.service = new RoomService(
                policy,
                decider,
                directory,
                new RoomCreation(policy, decider, directory, from.streams(), config),
                new MemberService(
                        policy,
                        decider,
                        directory,
                        new MemberService.Consent(consent, from.isBlocked(), direct, from.hasWritten(), invitations),
                        news,
                        from.clock()),
                from.highestRole(),
                news,
                retention);
        this.reading = new RoomReading(decider, directory, config);
        this.catalog = new RoomCatalog(directory, from.rooms(), config);
        this.readable = new ReadableRooms(decider, from.lists());
        this.users = new UserRoomsResponder(from.rooms(), from.lists(), directory, invitations, news);
    }

    @Override
    public Future<?> start() {
        return Future.all(List.of(
                users.open(bus, instance),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE,
                        instance,
                        intent -> authorize(intent, RoomAction.of(intent.action()))),
                bus.answer(RoomAuthorizer.READABLE, instance, readable::of),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_DIRECT,
                        instance,
                        intent -> direct.decide(
                                intent.from(), RoomAction.of(intent.action()), intent.least(), intent.to())),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_REMOVAL,
                        instance,
                        check -> service.authorizeRemoval(check.from(), check.room(), check.target())),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_LEAVE,
                        instance,
                        check -> service.authorizeLeave(check.by(), check.room())),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_DELETION,
                        instance,
                        check -> decider.decideDeletion(check.from(), check.room())),
                bus.answer(
                        RoomAuthorizer.AUTHORIZE_ANYWHERE,
                        instance,
                        check -> Future.succeededFuture(decider.decideAnywhere(check.from(), check.action()))),
                bus.answer(
                        RoomAuthorizer.TIDY_LISTS,
                        instance,
                        former -> invitations
                                .ended(former.user(), former.room(), former.by())
                                .transform(any -> news.ended(former))
                                .map(new Tidied())),
                bus.answer(
                        RoomAuthorizer.EXPLAIN,
                        instance,
                        asked -> decider.decideWithBar(asked.from(), asked.action(), asked.room())
                                .map(Explanation::new)),
                bus.answer(
                        RoomAdministration.CHANGE,
                        instance,
                        command -> service.change(command).map(retention::shown)),
                bus.answer(
                        RoomAdministration.READ,
                        instance,
                        query -> reading.read(query.by(), query.room(), query.after(), query.limit())
                                .map(retention::shown)),
                bus.answer(
                        RoomAdministration.INVITATIONS,
                        instance,
                        query -> invitations.list(query.user()).map(InvitationList::new)),
                bus.answer(
                        RoomAdministration.MEMBERS,
                        instance,
                        query -> directory
                                .members(query.room(), query.after(), query.limit())
                                .map(Members::new)),
                bus.answer(
                        RoomAdministration.LIST,
                        instance,
                        query -> catalog.page(query.viewer(), query.after(), query.limit()))));
    }

    private Future<Verdict> authorize(Intent intent, RoomAction action) {
        if (intent.byRows()) {
            return decider.authorizeByRows(intent.from(), action, intent.room());
        }
        return intent.append()
                ? decider.authorizeAppend(intent.from(), action, intent.least(), intent.room())
                : decider.authorize(intent.from(), action, intent.least(), intent.room());
    }
}
