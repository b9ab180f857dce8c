package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.directory.RoomChange;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The stage client for decisions about rooms. Its futures fail only with a {@code BusFailure}. */
public final class RoomAuthorizer {
    static final Question<Intent, Verdict> AUTHORIZE =
            Question.about(Stage.ROOMS, "authorize", Intent.class, Verdict.class, Intent::room);

    static final Question<RemovalCheck, RemovalVerdict> AUTHORIZE_REMOVAL = Question.about(
            Stage.ROOMS, "authorize_removal", RemovalCheck.class, RemovalVerdict.class, RemovalCheck::room);

    static final Question<LeaveCheck, RemovalVerdict> AUTHORIZE_LEAVE =
            Question.about(Stage.ROOMS, "authorize_leave", LeaveCheck.class, RemovalVerdict.class, LeaveCheck::room);

    static final Question<FormerMember, Tidied> TIDY_LISTS =
            Question.about(Stage.ROOMS, "tidy_lists", FormerMember.class, Tidied.class, FormerMember::user);

    static final Question<ExplainRequest, Explanation> EXPLAIN =
            Question.about(Stage.ROOMS, "explain", ExplainRequest.class, Explanation.class, ExplainRequest::room);

    static final Question<ReadableQuery, HistoryRights> READABLE = Question.about(
            Stage.ROOMS,
            "readable",
            ReadableQuery.class,
            HistoryRights.class,
            query -> query.from().userId());

    static final Question<DirectIntent, Verdict> AUTHORIZE_DIRECT =
            Question.about(Stage.ROOMS, "authorize_direct", DirectIntent.class, Verdict.class, DirectIntent::to);

    static final Question<DeletionCheck, DeletionVerdict> AUTHORIZE_DELETION = Question.about(
            Stage.ROOMS, "authorize_deletion", DeletionCheck.class, DeletionVerdict.class, DeletionCheck::room);

    static final Question<AnywhereCheck, Verdict> AUTHORIZE_ANYWHERE = Question.about(
            Stage.ROOMS,
            "authorize_anywhere",
            AnywhereCheck.class,
            Verdict.class,
            check -> check.from().userId());

    private final Bus bus;

    public RoomAuthorizer(Bus bus) {
        this.bus = bus;
    }

    /** Whether the sender may do this in this room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorize(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room, Optional.empty(), false, false));
    }

    /**
     * Like {@link #authorize}, for an append under the verdict's permit and nothing else: it may rest on rows that were read
     * before, which the append compares. If they have changed, ask by {@link #authorize}.
     */
    public Future<Verdict> authorizeAppend(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room, Optional.empty(), true, false));
    }

    /**
     * Like {@link #authorize}, for many rooms at once: what only the application's authorizer can decide is refused as
     * {@code unavailable}, since it takes few questions of one user at a time.
     */
    public Future<Verdict> authorizeByRows(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room, Optional.empty(), false, true));
    }

    /** Whether the sender may send events to this room that need at least this role. Answers like {@link #authorize}. */
    public Future<Verdict> authorizeEvent(Sender from, RoomId room, RoomRole least) {
        return bus.ask(AUTHORIZE, new Intent(from, FrameType.EVENT, room, Optional.of(least), false, false));
    }

    /** Whether the sender may send events to this user that need at least this role. Answers like {@link #authorizeDirect}. */
    public Future<Verdict> authorizeEvent(Sender from, UserId to, RoomRole least) {
        return bus.ask(AUTHORIZE_DIRECT, new DirectIntent(from, FrameType.EVENT, to, Optional.of(least)));
    }

    /** Whether the sender may do this in a conversation with this user: granted or {@code forbidden}. */
    public Future<Verdict> authorizeDirect(Sender from, FrameType action, UserId to) {
        return bus.ask(AUTHORIZE_DIRECT, new DirectIntent(from, action, to, Optional.empty()));
    }

    /** Whether the sender may delete messages in this room, and whose: granted, {@code not_member} or {@code forbidden}. */
    public Future<DeletionVerdict> authorizeDeletion(Sender from, RoomId room) {
        return bus.ask(AUTHORIZE_DELETION, new DeletionCheck(from, room));
    }

    /** Whether the sender may do an action that concerns no room: granted or {@code forbidden}. */
    public Future<Verdict> authorizeAnywhere(Sender from, RoomAction action) {
        return bus.ask(AUTHORIZE_ANYWHERE, new AnywhereCheck(from, action));
    }

    /** Like {@link #authorize}, for a step that does not check the bar itself. */
    public Future<Verdict> authorizeWithBar(Sender from, RoomAction action, RoomId room) {
        return explain(from, action, room).map(RoomDecision::verdict);
    }

    /** The rooms among these whose history the sender may read. */
    public Future<Set<RoomId>> readable(Sender from, Set<RoomId> among, long withinMs) {
        return readable(new ReadableQuery(from, among, false), withinMs).map(HistoryRights::rooms);
    }

    /** The rooms whose history the sender may read: those of which they are a member, and these. */
    public Future<HistoryRights> readableWithOwn(Sender from, Set<RoomId> named, long withinMs) {
        return readable(new ReadableQuery(from, named, true), withinMs);
    }

    private Future<HistoryRights> readable(ReadableQuery query, long withinMs) {
        return bus.asking(READABLE).ask(query, Math.max(1, withinMs));
    }

    /** Whether the sender may remove this user from the room: granted, {@code not_member} or {@code forbidden}. */
    public Future<RemovalVerdict> authorizeRemoval(Sender from, RoomId room, UserId target) {
        return bus.ask(AUTHORIZE_REMOVAL, new RemovalCheck(from, room, target));
    }

    /** Asks how the sender leaves the room: granted, or {@code conflict} for its last owner. */
    public Future<RemovalVerdict> authorizeLeave(Sender by, RoomId room) {
        return bus.ask(AUTHORIZE_LEAVE, new LeaveCheck(by, room));
    }

    /**
     * Removes the room from the lists of a user who left or was removed, and tells their sessions. Never fails: entries that are
     * left are removed when the lists are read.
     *
     * @param name the room's name, as {@link RemovalVerdict#name}
     */
    public Future<Void> tidyLists(RoomId room, UserId user, UserId by, Optional<String> name, long withinMs) {
        return bus.asking(TIDY_LISTS)
                .ask(new FormerMember(room, user, Optional.of(by), name), withinMs)
                .transform(any -> Future.succeededFuture());
    }

    /** The answer that the sender would get in this room, with its reason. */
    public Future<RoomDecision> explain(Sender from, RoomAction action, RoomId room) {
        return bus.ask(EXPLAIN, new ExplainRequest(from, action, room)).map(Explanation::decision);
    }

    /**
     * @param ofAnyAuthor whether messages of other users may be deleted too
     * @param whyNotOfOthers the refusal for a message of another user, where those may not be deleted
     */
    public record DeletionVerdict(Verdict verdict, boolean ofAnyAuthor, Optional<Rejection> whyNotOfOthers) {}

    /**
     * Rooms whose history a user may read.
     *
     * @param partial whether some rooms were left out of which it is not known, or which are too many
     */
    public record HistoryRights(Set<RoomId> rooms, boolean partial) {}

    /** @param own whether the rooms of which the user is a member are meant too */
    record ReadableQuery(Sender from, Set<RoomId> named, boolean own) {}

    record DeletionCheck(Sender from, RoomId room) {}

    record AnywhereCheck(Sender from, RoomAction action) {}

    record ExplainRequest(Sender from, RoomAction action, RoomId room) {}

    record Explanation(RoomDecision decision) {}

    record RemovalCheck(Sender from, RoomId room, UserId target) {}

    record LeaveCheck(Sender by, RoomId room) {}

    /**
     * @param verdict the verdict; its permit ends the membership, if the user is a member
     * @param name the room's name, if the user is a member
     */
    public record RemovalVerdict(Verdict verdict, Optional<String> name) {
        private static final Verdict CHANGED = conflict(RoomRefusal.CHANGED);
        private static final Verdict LAST_OWNER = conflict(RoomRefusal.LAST_OWNER);

        static RemovalVerdict of(Verdict verdict) {
            return new RemovalVerdict(verdict, Optional.empty());
        }

        static Verdict verdictOf(Result<Permit, RoomChange> permit) {
            return permit.fold(Verdict::granted, why -> why == RoomChange.LAST_OWNER ? LAST_OWNER : CHANGED);
        }

        boolean isChanged() {
            return verdict.equals(CHANGED);
        }

        private static Verdict conflict(RoomRefusal why) {
            return Verdict.refused(new Rejection.Failed(Reason.CONFLICT, List.of(new Violation("/userId", why.id()))));
        }
    }

    /**
     * The request of {@link #tidyLists}.
     *
     * @param by the user who ended the membership
     * @param name the room's name while the user was a member; empty for a user who was none, who is told nothing
     */
    record FormerMember(RoomId room, UserId user, Optional<UserId> by, Optional<String> name) {}

    record Tidied() {}

    /**
     * The request of {@link #authorizeDirect}.
     *
     * @param least the role of the token that is needed besides the permission; a conversation gives no role
     */
    record DirectIntent(Sender from, FrameType action, UserId to, Optional<RoomRole> least) {}

    /**
     * The request of {@link #authorize}.
     *
     * @param least the role that is needed besides the permission
     * @param append whether only an append follows, under the verdict's permit
     * @param byRows whether the application's authorizer is not asked
     */
    record Intent(
            Sender from, FrameType action, RoomId room, Optional<RoomRole> least, boolean append, boolean byRows) {}
}
