package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.DirectConfig.Allow;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may write to whom directly. A refusal is the same whether the recipient exists or not (CWE-204). Block lists are
 * not asked here: the append reads them, and its answer does not tell.
 */
final class DirectPolicy {
    private static final Verdict FORBIDDEN = Verdict.refused(Reason.FORBIDDEN);

    /** The actions that change or show only the sender's own messages. */
    private static final Set<RoomAction> OWN = EnumSet.of(RoomAction.HISTORY, RoomAction.DELETE_MESSAGE);

    private final Live<DirectConfig> direct;
    private final Live<RoomsConfig> rooms;
    private final Live<Permissions> permissions;

    DirectPolicy(Live<DirectConfig> direct, Live<RoomsConfig> rooms, Live<Permissions> permissions) {
        this.direct = direct;
        this.rooms = rooms;
        this.permissions = permissions;
    }

    /**
     * Decides as far as the facts of no room are needed. No user reads the inbox of a reserved id, so nothing must be written to
     * it. An action that only concerns messages in the sender's inbox needs nothing but the permission: authors may take back
     * what they said, wherever the two meet now.
     *
     * @param least the role that is needed besides the permission, which only the token can give
     * @return the verdict; empty where the application has to be {@link #asksApplication asked}, or else the rooms of both
     */
    Optional<Verdict> judge(Sender from, RoomAction action, Optional<RoomRole> least, UserId to) {
        boolean below = least.filter(needed -> RoomRole.ofToken(from.role()).compareTo(needed) < 0)
                .isPresent();
        if (below || !permissions.get().permits(RoomRole.ofToken(from.role()), action)) {
            boolean unverified =
                    from.role() == Role.UNVERIFIED && permissions.get().permits(RoomRole.MEMBER, action);
            return Optional.of(unverified ? Verdict.refused(Rejection.unverified()) : FORBIDDEN);
        }
        if (OWN.contains(action)) {
            return Optional.of(Verdict.GRANTED);
        }
        if (UserId.isReserved(to.value())) {
            return Optional.of(FORBIDDEN);
        }
        if (from.role() == Role.ADMIN || from.userId().equals(to)) {
            return Optional.of(Verdict.GRANTED);
        }
        return direct.get().allow() == Allow.ANYONE ? Optional.of(Verdict.GRANTED) : Optional.empty();
    }

    boolean asksApplication() {
        return direct.get().allow() == Allow.HOOK;
    }

    /**
     * The rooms that the lists of both may have in common, out of those in which each is by their own act. A room that the
     * sender's token grants counts as theirs; the recipient may be away, and has no token then. A public room does not count,
     * since everyone shares it.
     */
    List<RoomId> candidates(Sender from, Set<RoomId> own, Set<RoomId> recipients) {
        Set<RoomId> open = rooms.get().open();
        return recipients.stream()
                .filter(room -> !open.contains(room))
                .filter(room -> own.contains(room) || from.isGranted(room))
                .toList();
    }

    /** Whether the two may share the room, given the stored facts about the sender there. */
    boolean mayShare(Sender from, RoomId room, RoomFacts own) {
        boolean isPublic = own.room()
                .filter(created -> created.visibility() == Visibility.PUBLIC)
                .isPresent();
        boolean granted = own.room().isEmpty() && !own.deleted() && from.isGranted(room);
        return !isPublic && (isOwnAct(own) || granted);
    }

    /**
     * Whether the two share the room, given the stored facts: a list may name a room too many, and is not the truth. A membership
     * that another user gave does not count: users who may add others could write to all of them.
     */
    boolean isShared(Sender from, RoomId room, RoomFacts own, RoomFacts recipients) {
        return mayShare(from, room, own) && !own.barred() && !recipients.barred() && isOwnAct(recipients);
    }

    private static boolean isOwnAct(RoomFacts facts) {
        return facts.membership().filter(Membership::isOwnAct).isPresent();
    }

    /** The verdict, given the answer whether the two share a room. */
    Verdict judgeRooms(boolean shared) {
        return shared ? Verdict.GRANTED : FORBIDDEN;
    }

    /** The verdict, given the application's answer. */
    Verdict judgeHook(AuthorizerAnswer answer) {
        return switch (answer) {
            case ALLOWED -> Verdict.GRANTED;
            case REFUSED -> FORBIDDEN;
            case UNANSWERED -> Verdict.refused(Reason.UNAVAILABLE);
        };
    }
}
