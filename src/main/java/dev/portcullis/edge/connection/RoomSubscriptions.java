package dev.portcullis.edge.connection;

import dev.portcullis.protocol.RoomId;
import java.util.HashMap;
import java.util.Map;

/** The room subscriptions of one connection. */
public final class RoomSubscriptions {
    private final LocalRooms rooms;
    private final Map<RoomId, LocalRooms.RoomSubscription> byRoom = new HashMap<>(2);

    RoomSubscriptions(LocalRooms rooms) {
        this.rooms = rooms;
    }

    public void add(LocalRooms.RoomSubscription roomSubscription, RoomId room) {
        LocalRooms.RoomSubscription replaced = byRoom.put(room, roomSubscription);
        if (replaced != null) {
            rooms.unsubscribe(replaced);
        }
    }

    public void leave(RoomId room) {
        LocalRooms.RoomSubscription roomSubscription = byRoom.remove(room);
        if (roomSubscription != null) {
            rooms.unsubscribe(roomSubscription);
        }
    }

    void leaveAll() {
        byRoom.values().forEach(rooms::unsubscribe);
        byRoom.clear();
    }

    public boolean isIn(RoomId room) {
        return byRoom.containsKey(room);
    }

    public int count() {
        return byRoom.size();
    }
}
