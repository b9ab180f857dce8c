package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The stage client for publishing and history. */
public final class Broadcaster {
    static final Question<PublishRequest, PublishResult> PUBLISH = new Question<>(
            Stage.BROADCAST, "publish", PublishRequest.class, PublishResult.class, PublishRequest::shard);
    static final Question<Unstored, Verdict> SEND_UNSTORED = new Question<>(
            Stage.BROADCAST,
            "send_unstored",
            Unstored.class,
            Verdict.class,
            unstored -> unstored.event().target().fold(RoomId::hashCode, UserId::hashCode));
    static final Question<HistoryQuery, HistoryResult> HISTORY =
            Question.about(Stage.BROADCAST, "history", HistoryQuery.class, HistoryResult.class, HistoryQuery::stream);
    static final Question<SearchQuery, SearchResult> SEARCH =
            Question.about(Stage.BROADCAST, "search", SearchQuery.class, SearchResult.class, SearchQuery::reader);
    static final Question<Transients, Sent> SEND =
            Question.about(Stage.BROADCAST, "send", Transients.class, Sent.class, Transients::frames);
    static final Question<StreamName, Position> HEAD =
            new Question<>(Stage.BROADCAST, "head", StreamName.class, Position.class, StreamName::hashCode);

    static final Question<StreamName, Noted> NOTE_DETACHMENT =
            new Question<>(Stage.BROADCAST, "note_detachment", StreamName.class, Noted.class, StreamName::hashCode);

    static final Question<Retain, Retained> RETAIN = new Question<>(
            Stage.BROADCAST,
            "retain",
            Retain.class,
            Retained.class,
            retain -> StreamName.room(retain.room()).hashCode());

    private final Vertx vertx;
    private final Bus bus;
    private final BroadcastConfig config;
    private final LongSupplier clock;
    private final MessageIds ids = new MessageIds();

    public Broadcaster(Vertx vertx, Bus bus, BroadcastConfig config, LongSupplier clock) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Publishes. Never fails. Returns {@code unavailable} only when no attempt can succeed any more, so that this frame cannot
     * overtake the sender's next one.
     *
     * @param id the frame's id, by which a repetition is recognized
     */
    public Future<PublishResult> publish(
            Sender from, Publication what, Optional<String> id, RenewablePermit permission, PublishTime time) {
        long now = clock.getAsLong();
        long tryMs = Math.min(config.publishTimeoutMs(), time.ms() - PublishAttempts.SLACK_MS);
        String fresh = ids.next(now);
        return new PublishAttempts(
                        vertx,
                        bus.asking(PUBLISH),
                        new PublishRequest(
                                from,
                                what,
                                what.acknowledgedAs(fresh),
                                id.orElse(fresh),
                                now + tryMs,
                                permission.permit()),
                        permission,
                        time.fence(),
                        tryMs)
                .attempt();
    }

    /**
     * Sends an event of the application once to the connected users: it may be lost, and no user hears of that. Refuses a user
     * who is barred; a sender whom the recipient blocks is not told.
     */
    public Future<Verdict> sendUnstored(Sender from, Publication.Event event) {
        return bus.ask(SEND_UNSTORED, new Unstored(from, event));
    }

    /** @param withinMs the time in which the reply is due, even if the bus allows more */
    public Future<HistoryResult> history(HistoryQuery query, long withinMs) {
        return bus.asking(HISTORY).ask(query, Math.max(1, withinMs));
    }

    /**
     * Searches streams. The caller has permitted each of them, and has to do so again for those of which the answer has messages.
     *
     * @param withinMs the time in which the reply is due, even if the bus allows more
     */
    public Future<SearchResult> search(SearchQuery query, long withinMs) {
        return bus.asking(SEARCH).ask(query, Math.max(1, withinMs));
    }

    /**
     * Sends frames that are not kept to the connected users. They may be lost, and no user hears of that.
     *
     * @return completes when the stage has taken the frames; a caller with many must not send the next ones before
     */
    public Future<?> send(List<TransientFrame> frames) {
        return bus.ask(SEND, new Transients(frames));
    }

    /** Notes that users may have lost their access to a stream without an entry that says so. */
    public Future<Void> noteDetachment(StreamName stream) {
        return bus.ask(NOTE_DETACHMENT, stream).mapEmpty();
    }

    /**
     * Sets what is kept of a room alone, if the permit holds, whose rows are written in the same step. From then on no reader sees what
     * is beyond it.
     */
    public Future<RetainResult> retain(RoomId room, OwnRetention own, Permit permit) {
        return bus.ask(RETAIN, new Retain(room, own, Optional.of(permit)))
                .map(answer -> answer.changed() ? RetainResult.CHANGED : RetainResult.DONE);
    }

    record Retain(RoomId room, OwnRetention own, Optional<Permit> permit) {}

    /** @param changed whether rows of the permit have changed, so that nothing was done */
    record Retained(boolean changed) {}

    record Unstored(Sender from, Publication.Event event) {}

    record Noted() {}

    record Transients(List<TransientFrame> frames) {}

    record Sent() {}

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }
}
