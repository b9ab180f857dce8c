package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names a stream: a room, a user's inbox, or one of the server's own. */
public record StreamName(String value) {
    private static final String ROOM = "room:";
    private static final String INBOX = "inbox:";
    private static final String CUTOFFS = "cutoffs:";
    private static final String NOTIFICATIONS = "notifications";
    private static final Pattern LANE = Pattern.compile("0|[1-9][0-9]{0,2}");

    /**
     * The cut-offs of the users of one lane: sessions that were ended early, which every edge must know within a second.
     * The stream is stored in the lane of its users, so a lost lane affects only its own users.
     */
    public static StreamName cutoffs(int lane) {
        return new StreamName(CUTOFFS + lane);
    }

    public static StreamName room(RoomId room) {
        return new StreamName(ROOM + room.value());
    }

    public static StreamName inbox(UserId user) {
        return new StreamName(INBOX + user.value());
    }

    /** The stream of the notifications that an operator sends to every open session. */
    public static StreamName notifications() {
        return new StreamName(NOTIFICATIONS);
    }

    /**
     * The kind of stream; empty for a name that this release does not make: a later release on the same store may have more
     * kinds.
     */
    public Optional<StreamKind> kind() {
        if (value.equals(NOTIFICATIONS)) {
            return Optional.of(new StreamKind.Notifications());
        }
        return roomId().<StreamKind>map(StreamKind.Room::new)
                .or(() -> behind(INBOX).filter(UserId::isValid).map(user -> new StreamKind.Inbox(new UserId(user))))
                .or(() -> behind(CUTOFFS)
                        .filter(StreamName::isLane)
                        .map(lane -> new StreamKind.Cutoffs(Integer.parseInt(lane))));
    }

    /** The room whose stream this is. */
    public Optional<RoomId> roomId() {
        return behind(ROOM).filter(RoomId::isValid).map(RoomId::new);
    }

    /** Whether this is a stream of cut-offs. The names of rooms and inboxes have other prefixes, so none is mistaken for one. */
    public boolean isCutoffs() {
        return value.startsWith(CUTOFFS);
    }

    /** Whether this is one of the server's own streams. */
    public boolean isOfServer() {
        return isCutoffs() || value.equals(NOTIFICATIONS);
    }

    /** Whether this is the stream of a room whose id begins so. */
    public boolean isRoomWith(String prefix) {
        return value.startsWith(ROOM) && value.startsWith(prefix, ROOM.length());
    }

    public boolean isInbox() {
        return value.startsWith(INBOX);
    }

    /** The owner of the inbox that this stream is. It fails for any other stream. */
    public UserId inboxOwner() {
        return behind(INBOX).map(UserId::new).orElseThrow();
    }

    public int lane() {
        return value.startsWith(CUTOFFS) ? Integer.parseInt(value.substring(CUTOFFS.length())) : Lanes.of(value);
    }

    private Optional<String> behind(String prefix) {
        return value.startsWith(prefix) ? Optional.of(value.substring(prefix.length())) : Optional.empty();
    }

    private static boolean isLane(String text) {
        return LANE.matcher(text).matches() && Integer.parseInt(text) < Lanes.COUNT;
    }
}
