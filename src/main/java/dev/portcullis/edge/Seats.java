package dev.portcullis.edge;

import dev.portcullis.protocol.RoomId;
import java.util.HashMap;
import java.util.Map;

/** The rooms that one connection is in, with its place in each. */
final class Seats {
    private final LocalRooms rooms;
    private final Map<RoomId, LocalRooms.Seat> byRoom = new HashMap<>(2);

    Seats(LocalRooms rooms) {
        this.rooms = rooms;
    }

    void take(LocalRooms.Seat seat, RoomId room) {
        LocalRooms.Seat before = byRoom.put(room, seat);
        if (before != null) {
            rooms.leave(before);
        }
    }

    void leave(RoomId room) {
        LocalRooms.Seat seat = byRoom.remove(room);
        if (seat != null) {
            rooms.leave(seat);
        }
    }

    void leaveAll() {
        byRoom.values().forEach(rooms::leave);
        byRoom.clear();
    }

    boolean isIn(RoomId room) {
        return byRoom.containsKey(room);
    }

    int count() {
        return byRoom.size();
    }
}
