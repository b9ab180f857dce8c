package dev.portcullis.streams.follow;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows streams from now on. It reads a stream when a {@link LaneRead} shows that it moved, and passes the lane read on once
 * the stream is read to its head: everything appended before the lane read began is known then. It serves streams of the server's
 * own, of which a node follows a fixed number. It lives on the context of the node's {@link LaneTicker}; hints may come from any
 * thread.
 */
public final class ServerStreamFollower implements LaneTicker.Listener {
    private final StreamReader reader;
    private final IntConsumer laneReader;
    private final Listener listener;
    private final List<List<StreamCursor>> byLane;

    /** Receives the entries that were read. It is called on the context of the follower. */
    public interface Listener {
        /** The next entries, in order; never empty. */
        void appended(StreamName stream, List<StreamEntry> entries);

        /** Entries were lost before they could be read; it is unknown which. Called after the entries that were still there. */
        void missed(StreamName stream);

        /** The stream is read to its head. Everything appended to it before this read began is reported. */
        void readToHead(StreamName stream, LaneRead read);
    }

    /** @param readRequester asks for a lane read that begins at once; callable from any thread */
    public ServerStreamFollower(
            StreamReader reader, Collection<StreamName> streams, IntConsumer readRequester, Listener listener) {
        this.reader = reader;
        this.laneReader = readRequester;
        this.listener = listener;
        this.byLane = IntStream.range(0, Lanes.COUNT)
                .mapToObj(lane -> streams.stream()
                        .filter(stream -> stream.lane() == lane)
                        .map(StreamCursor::new)
                        .toList())
                .toList();
    }

    /** A hint that a stream of this lane may have moved. Asks for a lane read that begins at once. */
    public void readLane(int lane) {
        laneReader.accept(lane);
    }

    @Override
    public void moved(int lane, List<Moved> moved) {
        for (StreamCursor each : byLane.get(lane)) {
            if (moved.stream().anyMatch(entry -> entry.stream().equals(each.name))) {
                each.read();
            }
        }
    }

    @Override
    public void compareAll(int lane) {
        byLane.get(lane).forEach(StreamCursor::read);
    }

    @Override
    public void laneRead(LaneRead read) {
        byLane.get(read.lane()).forEach(each -> each.onLaneRead(read));
    }

    /** One stream, and the cursor up to which it was read. */
    private final class StreamCursor {
        private final StreamName name;
        private @Nullable Position cursor;
        private @Nullable LaneRead lastLaneRead;
        private boolean behind = true;
        private boolean reading;

        StreamCursor(StreamName name) {
            this.name = name;
        }

        /** Reads once more after a read that is under way: that one may have begun before the stream moved. */
        void read() {
            behind = true;
            if (reading) {
                return;
            }
            behind = false;
            reading = true;
            reader.fresh(name, Optional.ofNullable(cursor)).onComplete(this::apply, this::failed);
        }

        private void failed(Throwable failure) {
            reading = false;
            behind = true;
        }

        void onLaneRead(LaneRead laneRead) {
            lastLaneRead = laneRead;
            if (behind) {
                read(); // the last read failed
            } else if (!reading) {
                listener.readToHead(name, laneRead);
            }
        }

        private void apply(Slice slice) {
            if (cursor == null || slice.exact()) {
                report(slice, false);
            } else {
                reader.kept(name).onComplete(kept -> report(kept, true), this::failed);
            }
        }

        /**
         * Passes entries to the listener. A listener that fails has not taken them: they are read again, and nothing after them
         * counts as read.
         */
        private void report(Slice slice, boolean missed) {
            reading = false;
            boolean late = behind;
            behind = true;
            List<StreamEntry> entries = slice.entries();
            if (!entries.isEmpty()) {
                listener.appended(name, entries);
            }
            if (missed) {
                listener.missed(name);
            }
            cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
            behind = late;
            if (behind || slice.more()) {
                read();
            } else if (lastLaneRead != null) {
                listener.readToHead(name, lastLaneRead);
            }
        }
    }
}
