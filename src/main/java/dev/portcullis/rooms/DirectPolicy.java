package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.directory.RoomRole;
import java.util.Optional;
import java.util.Set;

/**
 * Who may write to whom directly. A refusal is the same whether the recipient exists or not (CWE-204). Block lists are not
 * asked here: the append reads them, and its answer does not tell.
 */
final class DirectPolicy {
    private static final Verdict FORBIDDEN = Verdict.refused(Reason.FORBIDDEN);

    private final DirectConfig direct;
    private final Set<RoomId> open;
    private final Live<Permissions> permissions;

    DirectPolicy(DirectConfig direct, RoomsConfig rooms, Live<Permissions> permissions) {
        this.direct = direct;
        this.open = rooms.open();
        this.permissions = permissions;
    }

    /** No one reads the inbox of a reserved id, so nothing must be written to it. */
    DirectDecision judge(Sender from, UserId to) {
        if (UserId.isReserved(to.value())
                || !permissions.get().permits(RoomRole.ofToken(from.role()), RoomAction.CHAT_MESSAGE)) {
            return new DirectDecision.Settled(FORBIDDEN);
        }
        if (from.role() == Role.ADMIN || from.userId().equals(to)) {
            return new DirectDecision.Settled(Verdict.GRANTED);
        }
        return switch (direct.allow()) {
            case ANYONE -> new DirectDecision.Settled(Verdict.GRANTED);
            case SHARED_ROOM -> new DirectDecision.AskRooms();
            case HOOK -> new DirectDecision.AskHook();
        };
    }

    /**
     * The verdict, given the rooms that both are members of in the store. A room that the sender's token grants counts as
     * theirs; the recipient may be away, and has no token then. Everyone shares a public room, so it does not count.
     */
    Verdict judgeRooms(Sender from, Set<RoomId> own, Set<RoomId> recipients) {
        boolean shared = recipients.stream()
                .filter(room -> !open.contains(room))
                .anyMatch(room -> own.contains(room) || from.isGranted(room));
        return shared ? Verdict.GRANTED : FORBIDDEN;
    }

    /** The verdict, given what the application said; empty if it did not answer, which permits nothing. */
    Verdict judgeHook(Optional<Boolean> permitted) {
        return permitted
                .map(yes -> yes ? Verdict.GRANTED : FORBIDDEN)
                .orElseGet(() -> Verdict.refused(Reason.UNAVAILABLE));
    }
}
