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
    static final Question<HistoryQuery, HistoryPage> HISTORY = new Question<>(
            Stage.BROADCAST,
            "history",
            HistoryQuery.class,
            HistoryPage.class,
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
     * @param answerBy when the answer is due, however much patience there would be
     */
    public Future<Published> publish(Sender from, ClientFrame.Chat frame, long answerBy) {
        long now = clock.getAsLong();
        String messageId = ids.next(now);
        Publication publication = new Publication(
                from,
                frame.roomId(),
                frame.content(),
                frame.replyTo(),
                frame.attachments(),
                messageId,
                frame.envelope().id().orElse(messageId),
                Math.min(now + config.patienceMs(), answerBy - SLACK_MS));
        return new Attempts(publication).next();
    }

    public Future<HistoryPage> history(HistoryQuery query) {
        return bus.ask(HISTORY, query);
    }

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }

    /** One publication's way to an instance that appends it. */
    private final class Attempts {
        private final Publication publication;
        private final Asking<Publication, Published> asking = bus.asking(PUBLISH);
        private long pauseMs = FIRST_PAUSE_MS;
        private boolean mayBeDone;

        Attempts(Publication publication) {
            this.publication = publication;
        }

        Future<Published> next() {
            return asking.ask(publication, Math.max(1, left())).recover(this::again);
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
            return publication.notAfter() - clock.getAsLong();
        }
    }

    private Future<Void> pause(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
