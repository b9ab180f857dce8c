package dev.portcullis.edge.socketio;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import java.util.Optional;

public record SocketIoConfig(boolean enabled, Optional<RoomId> defaultRoom, int packets) {
    public static SocketIoConfig read(Section socketIo) {
        Optional<String> room = socketIo.basic()
                .optionalText(
                        "defaultRoom",
                        "room that each Socket.IO client joins that may, and that its send-message events go to if they name"
                                + " none");
        room.filter(id -> !RoomId.isValid(id))
                .ifPresent(id -> socketIo.invalidValue(
                        "defaultRoom", "is no id of a room", "use 1 to 64 of A-Z a-z 0-9 _ . : -"));
        return new SocketIoConfig(
                socketIo.basic().flag("enabled", true, "whether Socket.IO clients are served at /socket.io/"),
                room.filter(RoomId::isValid).map(RoomId::new),
                socketIo.integer("packets", 16, 1, 1_000, "packets of one POST of a Socket.IO client"));
    }
}
