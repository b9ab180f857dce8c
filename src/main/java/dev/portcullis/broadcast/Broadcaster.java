package dev.portcullis.broadcast;

import dev.portcullis.bus.Asking;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Sender;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The door of the broadcast stage. */
public final class Broadcaster {
    static final Question<Publication, Published> PUBLISH = new Question<>(
            Stage.BROADCAST,
            "publish",
            Publication.class,
            Published.class,
            asked -> asked.roomId().hashCode());
    static final Question<Removal, Published> REMOVE = new Question<>(
            Stage.BROADCAST,
            "remove",
            Removal.class,
            Published.class,
            asked -> asked.roomId().hashCode());
    static final Question<HistoryQuery, HistoryAnswer> HISTORY = new Question<>(
            Stage.BROADCAST,
            "history",
            HistoryQuery.class,
            HistoryAnswer.class,
            asked -> asked.stream().hashCode());
    static final Question<StreamName, Position> HEAD =
            new Question<>(Stage.BROADCAST, "head", StreamName.class, Position.class, StreamName::hashCode);

    private static final long FIRST_PAUSE_MS = 100;
    private static final long SLACK_MS = 100;

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
     * Never fails. It answers {@code unavailable} only when no attempt can succeed any more, so that the sender's next
     * frame is not overtaken by this one.
     *
     * @param withinMs when the answer is due, however much patience there would be
     */
    public Future<Published> publish(Sender from, ClientFrame.Chat frame, long withinMs) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        Publication publication = new Publication(
                from,
                frame.roomId(),
                frame.content(),
                frame.replyTo(),
                frame.attachments(),
                messageId,
                frame.envelope().id().orElse(messageId),
                now + tryMs);
        return new Attempts<>(PUBLISH, publication, tryMs).next();
    }

    /** Bars a user from a room and says so there, in one step. Answers like {@link #publish}. */
    public Future<Published> remove(Sender from, ClientFrame.RemoveUser frame, long withinMs) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        Removal removal = new Removal(
                from,
                frame.roomId(),
                frame.userId(),
                frame.reason(),
                messageId,
                frame.envelope().id().orElse(messageId),
                now + tryMs);
        return new Attempts<>(REMOVE, removal, tryMs).next();
    }

    private long tryMs(long withinMs) {
        return Math.min(config.patienceMs(), withinMs - SLACK_MS);
    }

    /** @param withinMs when the answer is due, however long a question may take */
    public Future<HistoryAnswer> history(HistoryQuery query, long withinMs) {
        return bus.asking(HISTORY).ask(query, Math.max(1, withinMs));
    }

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }

    /**
     * One publication's way to an instance that appends it. Only the store judges by its own clock, which may be set: here
     * that would prolong the way.
     */
    private final class Attempts<Q> {
        private final Asking<Q, Published> asking;
        private final Q body;
        private final long until;
        private long pauseMs = FIRST_PAUSE_MS;
        private boolean mayBeDone;

        Attempts(Question<Q, Published> question, Q body, long tryMs) {
            this.asking = bus.asking(question);
            this.body = body;
            this.until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(tryMs);
        }

        Future<Published> next() {
            return asking.ask(body, Math.max(1, left())).recover(this::again);
        }

        private Future<Published> again(Throwable broken) {
            mayBeDone |=
                    !(broken instanceof BusFailure failure) || failure.kind().reached();
            if (!mayBeDone) {
                return Future.succeededFuture(Published.refused(Reason.UNAVAILABLE));
            }
            if (asking.hasOthers() && left() > 0) {
                return next();
            }
            long pause = pauseMs;
            pauseMs = 2 * pause;
            return left() > pause
                    ? pause(pause).compose(any -> next())
                    : pause(Math.max(1, left() + SLACK_MS)).map(any -> Published.refused(Reason.UNAVAILABLE));
        }

        private long left() {
            return TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        }
    }

    private Future<Void> pause(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
