package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** The stage client for callers that read and change rooms. Its futures fail only with a {@code BusFailure}. */
public final class RoomAdministration {
    static final Question<RoomCommand, RoomOutcome> CHANGE =
            Question.about(Stage.ROOMS, "change_room", RoomCommand.class, RoomOutcome.class, RoomCommand::room);
    static final Question<RoomQuery, RoomOutcome> READ =
            Question.about(Stage.ROOMS, "read_room", RoomQuery.class, RoomOutcome.class, RoomQuery::room);
    static final Question<RoomListQuery, RoomPage> LIST =
            Question.about(Stage.ROOMS, "list_rooms", RoomListQuery.class, RoomPage.class, RoomListQuery::viewer);

    static final Question<InvitationsQuery, InvitationList> INVITATIONS = Question.about(
            Stage.ROOMS, "invitations", InvitationsQuery.class, InvitationList.class, InvitationsQuery::user);

    static final Question<MembersQuery, Members> MEMBERS =
            Question.about(Stage.ROOMS, "members_of", MembersQuery.class, Members.class, MembersQuery::room);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public RoomAdministration(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /**
     * Changes a room. A stage that stood still does nothing once the answer is overdue: a change that another call made
     * meanwhile, such as a removal, must not be undone.
     *
     * @param command makes the command, given the latest time at which it may be done
     */
    public Future<RoomOutcome> change(LongFunction<RoomCommand> command) {
        return bus.ask(CHANGE, command.apply(clock.getAsLong() + bus.deadlineMs()));
    }

    /**
     * A room, with its members if the user is one of them.
     *
     * @param after the last member of the page before
     */
    public Future<RoomOutcome> read(Sender by, RoomId room, Optional<UserId> after, int limit) {
        return bus.ask(READ, new RoomQuery(by, room, after, limit));
    }

    /**
     * The members of a room, for the application's server: no right of a user is asked for.
     *
     * @param after the last member of the page before
     */
    public Future<List<Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return bus.ask(MEMBERS, new MembersQuery(room, after, limit)).map(Members::members);
    }

    /**
     * The user's own rooms, those that they joined, those that others added them to, and then the public ones.
     *
     * @param after the place where an earlier page ended: see {@link #isPlace}
     */
    public Future<RoomPage> list(UserId viewer, Optional<String> after, int limit) {
        return bus.ask(LIST, new RoomListQuery(viewer, after, limit));
    }

    /** The invitations that are open for a user, the newest first. */
    public Future<List<InvitationView>> invitations(UserId user) {
        return bus.ask(INVITATIONS, new InvitationsQuery(user)).map(InvitationList::invitations);
    }

    /** Whether a page of rooms can have ended here. */
    public static boolean isPlace(String text) {
        return RoomCatalog.isPlace(text);
    }

    record RoomQuery(Sender by, RoomId room, Optional<UserId> after, int limit) {}

    record MembersQuery(RoomId room, Optional<UserId> after, int limit) {}

    record Members(List<Member> members) {}

    record InvitationsQuery(UserId user) {}

    record InvitationList(List<InvitationView> invitations) {}

    record RoomListQuery(UserId viewer, Optional<String> after, int limit) {}

    /**
     * An invitation as the invited user sees it.
     *
     * @param name the room's name, safe as HTML; the id, where no user created the room
     * @param role the role that the user would have
     * @param by the inviter; empty for the application's server
     * @param at the time at which it was sent, in milliseconds
     */
    public record InvitationView(RoomId room, String name, RoomRole role, Optional<UserId> by, long at) {}
}
