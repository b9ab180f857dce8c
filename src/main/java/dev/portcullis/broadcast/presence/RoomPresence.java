package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.PresenceView.Owner;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The client of the owners. Only the owner of a room knows who is in it, so no question goes to another instance. A question that
 * finds no owner that knows is repeated, until the edges have reported again.
 */
public final class RoomPresence {
    static final Question<PresenceReport, PresenceReport.Receipt> REPORT = Question.about(
            Stage.BROADCAST, "attendance", PresenceReport.class, PresenceReport.Receipt.class, PresenceReport::node);
    static final Question<PresenceQuery, PresenceAnswer> PAGE =
            Question.about(Stage.BROADCAST, "presence", PresenceQuery.class, PresenceAnswer.class, PresenceQuery::room);
    static final Question<ReadMark, ReadMark.Receipt> MARK =
            Question.about(Stage.BROADCAST, "read", ReadMark.class, ReadMark.Receipt.class, ReadMark::room);
    static final Notice<TypingNotice> TYPING = new Notice<>(Stage.BROADCAST, "typing", TypingNotice.class);

    /** A change for the reporter of an edge node. */
    static final Notice<PresenceNotice> CHANGE = new Notice<>(Stage.EDGE, "presence", PresenceNotice.class);

    private static final long AGAIN_MS = 100;

    private final Vertx vertx;
    private final Bus bus;

    public RoomPresence(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
    }

    static PresenceView view(Bus bus) {
        return new PresenceView(nodes(bus));
    }

    /** The nodes that run the stage, with their numbers of instances. */
    static Map<String, Integer> nodes(Bus bus) {
        return bus.nodesOf(Stage.BROADCAST);
    }

    /** Asks for a page. Never fails for a lost owner: the answer is then that nothing is known. */
    public Future<PresenceAnswer> page(PresenceQuery query, long withinMs) {
        return ask(query, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs));
    }

    /** Sends a notice, which is lost if the owner is. */
    public void typing(TypingNotice notice) {
        view(bus).ownerOf(notice.to()).ifPresent(owner -> bus.send(TYPING, owner.node(), owner.instance(), notice));
    }

    public Future<ReadMark.Receipt> mark(ReadMark mark) {
        return view(bus)
                .ownerOf(mark.room())
                .map(owner -> bus.askAt(MARK, owner.node(), owner.instance(), mark))
                .orElseGet(RoomPresence::noOwner);
    }

    private Future<PresenceAnswer> ask(PresenceQuery query, long until) {
        return view(bus)
                .ownerOf(query.room())
                .map(owner -> askAt(owner, query))
                .orElseGet(RoomPresence::noOwner)
                .recover(failure -> failure instanceof BusFailure
                        ? Future.succeededFuture(new PresenceAnswer.Unknown())
                        : Future.failedFuture(failure))
                .compose(answer -> answer.fold(
                        page -> Future.succeededFuture(answer),
                        () -> isOver(until) ? Future.succeededFuture(answer) : again(query, until),
                        () -> Future.succeededFuture(answer)));
    }

    private Future<PresenceAnswer> askAt(Owner owner, PresenceQuery query) {
        return bus.askAt(PAGE, owner.node(), owner.instance(), query);
    }

    private Future<PresenceAnswer> again(PresenceQuery query, long until) {
        return vertx.timer(AGAIN_MS, TimeUnit.MILLISECONDS).compose(any -> ask(query, until));
    }

    private static boolean isOver(long until) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MS) - until > 0;
    }

    private static <A> Future<A> noOwner() {
        return Future.failedFuture(new BusFailure(BusFailure.Kind.NO_INSTANCE, Stage.BROADCAST));
    }

    /**
     * A user types in a room or to another user, or has ceased to.
     *
     * @param passesBars whether no bar concerns the user
     */
    public record TypingNotice(Target to, UserId user, boolean typing, boolean passesBars) {}

    /**
     * A member has read a room up to an entry.
     *
     * @param seq the newest seq that the user has read, at most the newest that was sent to them
     * @param passesBars whether no bar concerns the user
     */
    public record ReadMark(RoomId room, UserId user, long seq, boolean passesBars) {
        /** @param barred whether the mark was refused, since the member is barred */
        public record Receipt(boolean barred) {}
    }
}
