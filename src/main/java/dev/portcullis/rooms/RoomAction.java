package dev.portcullis.rooms;

import dev.portcullis.protocol.FrameType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An action that a role can permit: the frames that need a permission, and the API's calls about rooms. */
public enum RoomAction {
    JOIN(FrameType.JOIN),
    LEAVE(FrameType.LEAVE),
    CHAT(FrameType.CHAT),
    CHAT_MESSAGE(FrameType.CHAT_MESSAGE),
    EDIT_MESSAGE(FrameType.EDIT_MESSAGE),
    DELETE_MESSAGE(FrameType.DELETE_MESSAGE),
    TYPING_INDICATOR(FrameType.TYPING_INDICATOR),
    READ(FrameType.READ),
    HISTORY(FrameType.HISTORY),
    PRESENCE(FrameType.PRESENCE),
    REMOVE_USER(FrameType.REMOVE_USER),
    SYSTEM_BROADCAST(FrameType.SYSTEM_BROADCAST),
    FILE_UPLOAD(FrameType.FILE_UPLOAD),
    /** Sends an event that the application defines, to a room or to a user. */
    EVENT(FrameType.EVENT),
    /** Deletes a message of another user. */
    DELETE_OTHERS("delete_others"),
    /** Mutes a user of a room for a time. */
    MUTE_USER("mute_user"),
    /** Creates a room under a random id. */
    CREATE_ROOM("rooms.create"),
    /** Chooses the id of a new room. */
    NAME_ROOM("rooms.name"),
    /** Adds and removes members without a higher role. */
    CHANGE_MEMBERS("rooms.members"),
    /** Changes roles. */
    CHANGE_ROLES("rooms.roles"),
    /** Changes a room's name and topic. */
    UPDATE_ROOM("rooms.update"),
    DELETE_ROOM("rooms.delete"),
    /** Makes the user a member by their own act: by an invitation, or where somebody else added them. */
    ACCEPT_INVITATION("rooms.accept"),
    /** Blocks another user. */
    BLOCK_USER("block_user"),
    /** Any action that no role can be permitted. */
    OTHER("");

    private static final Set<RoomAction> OF_VERIFIED = EnumSet.of(ACCEPT_INVITATION, BLOCK_USER);

    private static final Set<RoomAction> SPEAKING =
            EnumSet.of(CHAT, EDIT_MESSAGE, TYPING_INDICATOR, FILE_UPLOAD, EVENT);
    private static final Set<RoomAction> APPENDING =
            EnumSet.of(CHAT, EDIT_MESSAGE, DELETE_MESSAGE, DELETE_OTHERS, REMOVE_USER, EVENT);
    private static final Set<RoomAction> WITHOUT_ROOM =
            EnumSet.of(CHAT_MESSAGE, SYSTEM_BROADCAST, CREATE_ROOM, NAME_ROOM, ACCEPT_INVITATION, BLOCK_USER);
    private static final Map<FrameType, RoomAction> BY_FRAME = new EnumMap<>(FrameType.class);

    static {
        for (RoomAction action : values()) {
            action.frame.ifPresent(type -> BY_FRAME.put(type, action));
        }
    }

    private final String id;
    private final Optional<FrameType> frame;

    RoomAction(FrameType frame) {
        this.id = frame.id();
        this.frame = Optional.of(frame);
    }

    RoomAction(String id) {
        this.id = id.toLowerCase(Locale.ROOT);
        this.frame = Optional.empty();
    }

    /** The name in the configuration. */
    public String id() {
        return id;
    }

    /** Every action that a role can be permitted. */
    public static Set<RoomAction> grantable() {
        return Arrays.stream(values())
                .filter(RoomAction::isGrantable)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(RoomAction.class)));
    }

    /** The action of this id; empty for an action that no role can be permitted. */
    public static Optional<RoomAction> of(String id) {
        return Arrays.stream(values())
                .filter(action -> action.isGrantable() && action.id.equals(id))
                .findFirst();
    }

    private boolean isGrantable() {
        return this != OTHER && !isOfVerified();
    }

    /**
     * Whether every verified user may do it, whatever the table says: accepting and blocking are a user's own matter. Another
     * person may have registered the account of an unverified user.
     */
    boolean isOfVerified() {
        return OF_VERIFIED.contains(this);
    }

    static RoomAction of(FrameType type) {
        return BY_FRAME.getOrDefault(type, OTHER);
    }

    /** Whether only the token's role decides, since it concerns no room, or a room that does not exist yet. */
    boolean needsNoRoom() {
        return WITHOUT_ROOM.contains(this);
    }

    /** Whether the action appends to the room's stream after the permission. */
    boolean isAppending() {
        return APPENDING.contains(this);
    }

    /** Whether a user who is muted may not do it. */
    boolean isSpeaking() {
        return SPEAKING.contains(this);
    }
}
