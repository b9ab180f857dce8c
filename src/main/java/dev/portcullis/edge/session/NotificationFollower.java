package dev.portcullis.edge.session;

import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.follow.ServerStreamFollower;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what admins say to every open session, from the start of the node on. It reads the store, so a node that was
 * slow or cut off learns it later, and not never. Lives on the context of the node's {@link LaneTicker}; hints may come
 * from any thread.
 */
public final class NotificationFollower {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationFollower.class);
    private static final StreamName STREAM = StreamName.notifications();

    private final ServerStreamFollower follower;
    private final List<Consumer<List<StreamEntry>>> listeners = new CopyOnWriteArrayList<>();
    private final Promise<Void> begun = Promise.promise();

    /** @param readRequester asks for a lane read that begins at once; callable from any thread */
    public NotificationFollower(Vertx vertx, StreamStore store, StreamsConfig config, IntConsumer readRequester) {
        this.follower = new ServerStreamFollower(
                new StreamReader(vertx, store, config), List.of(STREAM), readRequester, new Reporter());
    }

    /** An entry of the fan-out; one of this stream is a hint to read it. */
    public void offer(StreamEntry entry) {
        if (entry.stream().equals(STREAM)) {
            follower.readLane(STREAM.lane());
        }
    }

    /** Completes when every entry from now on is passed on: a session that began before could miss one. */
    public Future<Void> begun() {
        return begun.future();
    }

    /** Adds a listener for all notifications, in order, on the context of this follower. */
    void subscribe(Consumer<List<StreamEntry>> listener) {
        listeners.add(listener);
    }

    /** Is told what the lanes hold. */
    public LaneTicker.Listener lanes() {
        return follower;
    }

    private final class Reporter implements ServerStreamFollower.Listener {
        @Override
        public void appended(StreamName stream, List<StreamEntry> entries) {
            listeners.forEach(each -> each.accept(entries));
        }

        @Override
        public void missed(StreamName stream) {
            LOG.atWarn()
                    .addKeyValue("event", "notifications.missed")
                    .log("notifications for all sessions were no longer kept when this node could read them");
        }

        @Override
        public void readToHead(StreamName stream, LaneRead read) {
            begun.tryComplete();
        }
    }
}
