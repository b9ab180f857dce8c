package dev.portcullis.edge.connection;

import dev.portcullis.edge.connection.LocalSubscriptions.LocalSubscription;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import java.util.HashMap;
import java.util.Map;

/** The streams that one connection has subscribed to, such as the rooms that it has joined. */
public final class StreamSubscriptions {
    private final LocalSubscriptions local;
    private final Map<StreamName, LocalSubscription> byStream = new HashMap<>(2);

    StreamSubscriptions(LocalSubscriptions local) {
        this.local = local;
    }

    public void add(LocalSubscription subscription) {
        LocalSubscription replaced = byStream.put(subscription.stream(), subscription);
        if (replaced != null) {
            local.unsubscribe(replaced);
        }
    }

    public void leave(StreamName stream) {
        LocalSubscription left = byStream.remove(stream);
        if (left != null) {
            local.unsubscribe(left);
        }
    }

    void leaveAll() {
        byStream.values().forEach(local::unsubscribe);
        byStream.clear();
    }

    public boolean isIn(RoomId room) {
        return byStream.containsKey(StreamName.room(room));
    }

    public int count() {
        return byStream.size();
    }
}
