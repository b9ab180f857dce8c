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

/** What a role can be permitted: the frames that need it, and what the API does with rooms. */
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
    /** To send an event that the application defines, to a room or to a user. */
    EVENT(FrameType.EVENT),
    /** To delete a message of another user. */
    DELETE_OTHERS("delete_others"),
    /** To mute a user of a room for a time. */
    MUTE_USER("mute_user"),
    /** To create a room under a random id. */
    CREATE_ROOM("rooms.create"),
    /** To choose the id of a new room. */
    NAME_ROOM("rooms.name"),
    /** To add and remove members without a higher role. */
    CHANGE_MEMBERS("rooms.members"),
    /** To change roles. */
    CHANGE_ROLES("rooms.roles"),
    /** To change a room's name and topic. */
    UPDATE_ROOM("rooms.update"),
    DELETE_ROOM("rooms.delete"),
    /** To become a member by one's own act: by an invitation, or where somebody else added the user. */
    ACCEPT_INVITATION("rooms.accept"),
    /** To block another user. */
    BLOCK_USER("block_user"),
    /** What no role can be permitted. */
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

    /** As written in the configuration. */
    public String id() {
        return id;
    }

    /** Every action that a role can be permitted. */
    public static Set<RoomAction> grantable() {
        return Arrays.stream(values())
                .filter(RoomAction::isGrantable)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(RoomAction.class)));
    }

    /** Empty for what no role can be permitted. */
    public static Optional<RoomAction> of(String id) {
        return Arrays.stream(values())
                .filter(action -> action.isGrantable() && action.id.equals(id))
                .findFirst();
    }

    private boolean isGrantable() {
        return this != OTHER && !isOfVerified();
    }

    /**
     * Whether all but unverified users may do it, by no table: it says who may write to them. Somebody else may have registered the
     * account of an unverified one.
     */
    boolean isOfVerified() {
        return OF_VERIFIED.contains(this);
    }

    static RoomAction of(FrameType type) {
        return BY_FRAME.getOrDefault(type, OTHER);
    }

    /** Whether only the token's role decides, since it concerns no room, or none that is there yet. */
    boolean needsNoRoom() {
        return WITHOUT_ROOM.contains(this);
    }

    /** Whether it appends to the room's stream, behind the permission. */
    boolean isAppending() {
        return APPENDING.contains(this);
    }

    /** Whether a user who is muted may not do it. */
    boolean isSpeaking() {
        return SPEAKING.contains(this);
    }
}
