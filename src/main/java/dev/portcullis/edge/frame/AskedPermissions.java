package dev.portcullis.edge.frame;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import io.vertx.core.Future;
import java.util.List;

/**
 * The permissions of some rooms of a {@code join}, in their order, which were asked for at once. They count for the time of one
 * frame.
 */
record AskedPermissions(List<Future<Verdict>> permissions, FrameDeadline asked) {
    /** The rooms that are asked for at once. More would let one client hold up what others ask. */
    static final int MOST = 10;

    /** Asks for the first of these rooms. */
    static AskedPermissions ask(RoomAuthorizer rooms, Connection from, List<ClientFrame.RoomJoin> requests) {
        FrameDeadline asked = FrameDeadline.fromNow();
        return new AskedPermissions(
                requests.stream()
                        .limit(MOST)
                        .map(request -> rooms.authorizeByRows(from.sender(), FrameType.JOIN, request.roomId()))
                        .toList(),
                asked);
    }
}
