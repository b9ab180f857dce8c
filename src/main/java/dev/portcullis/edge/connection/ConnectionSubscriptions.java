package dev.portcullis.edge.connection;

import dev.portcullis.edge.connection.LoopSubscribers.LoopSubscription;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The streams that one connection has subscribed to, such as the rooms that it has joined. */
public final class ConnectionSubscriptions {
    private final LoopSubscribers loop;
    private final Map<StreamName, LoopSubscription> byStream = new HashMap<>(2);
    private boolean inbox; // of its user: a connection is subscribed to no other
    private boolean begun;

    ConnectionSubscriptions(LoopSubscribers loop) {
        this.loop = loop;
    }

    /** Notes that the client joins rooms. Returns whether this is the first time. */
    public boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    public void add(LoopSubscription subscription) {
        inbox |= subscription.stream().isInbox();
        LoopSubscription replaced = byStream.put(subscription.stream(), subscription);
        if (replaced != null) {
            loop.unsubscribe(replaced);
        }
    }

    public void leave(StreamName stream) {
        LoopSubscription left = byStream.remove(stream);
        if (left != null) {
            inbox &= !stream.isInbox();
            loop.unsubscribe(left);
        }
    }

    public void leaveAll() {
        byStream.values().forEach(loop::unsubscribe);
        byStream.clear();
        inbox = false;
    }

    /** Leaves all, and for good: the connection is closed. */
    void end(FrameRecipient closed) {
        leaveAll();
        loop.closed(closed);
    }

    /** The client was sent the stream's entries up to this one. */
    public void reach(StreamName stream, long seq) {
        Optional.ofNullable(byStream.get(stream)).ifPresent(subscription -> subscription.reach(seq));
    }

    /** The last entry of a joined room that the client was sent; 0 without any. */
    public long reached(RoomId room) {
        LoopSubscription joined = byStream.get(StreamName.room(room));
        return joined == null ? 0 : joined.reached();
    }

    /** An entry of the client's own in a room was acknowledged. */
    public void acked(RoomId room, long seq) {
        Optional.ofNullable(byStream.get(StreamName.room(room))).ifPresent(joined -> joined.ack(seq));
    }

    /**
     * Runs an action once the client was sent an entry of a joined room, if that is of its own, was acknowledged, and is on its
     * way. Of several actions the last one runs.
     *
     * @return whether it waits
     */
    public boolean awaitOwn(RoomId room, long seq, Runnable then) {
        LoopSubscription joined = byStream.get(StreamName.room(room));
        if (joined == null || !joined.isOnItsWay(seq)) {
            return false;
        }
        joined.whenReached(seq, then);
        return true;
    }

    public boolean isIn(RoomId room) {
        return byStream.containsKey(StreamName.room(room));
    }

    public List<RoomId> rooms() {
        return byStream.keySet().stream()
                .flatMap(stream -> stream.roomId().stream())
                .toList();
    }

    public int count() {
        return inbox ? byStream.size() - 1 : byStream.size();
    }
}
