package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses the owner of a room after its last owner: a moderator before a member, and of equal ones the oldest. A member whom
 * others added comes behind those of the same role who are there by their own act: a stranger who leaves must not make an owner
 * of them while another one can be it.
 */
record Succession(RoomDirectory directory) {
    private static final int PAGE = 100;

    private static final Comparator<Member> ORDER = Comparator.comparing(
                    (Member member) -> member.membership().role(), Comparator.reverseOrder())
            .thenComparing(member -> !member.membership().isOwnAct())
            .thenComparingLong(member -> member.membership().since())
            .thenComparing(member -> member.user().value());

    /** The next owner; empty if the owner is alone in the room. */
    Future<Optional<Member>> successor(RoomId room, UserId owner) {
        return successor(room, owner, Optional.empty(), Optional.empty());
    }

    private Future<Optional<Member>> successor(
            RoomId room, UserId owner, Optional<UserId> after, Optional<Member> best) {
        return directory.members(room, after, PAGE).compose(page -> {
            Optional<Member> better = first(owner, best, page);
            return page.isEmpty()
                    ? Future.succeededFuture(better)
                    : successor(
                            room, owner, Optional.of(page.get(page.size() - 1).user()), better);
        });
    }

    /** The first of the members in this order, the owner left out. */
    static Optional<Member> first(UserId owner, Optional<Member> best, List<Member> more) {
        return Stream.concat(best.stream(), more.stream())
                .filter(member -> !member.user().equals(owner))
                .min(ORDER);
    }
}
