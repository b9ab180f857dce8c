package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The open invitations of one user. Each step is a pure function.
 *
 * @param received oldest first
 * @param sent oldest first
 */
public record InvitationBook(List<Invitation> received, List<SentInvitation> sent) {
    public static final InvitationBook EMPTY = new InvitationBook(List.of(), List.of());

    private static final Comparator<Invitation> OLDEST = Comparator.comparingLong(Invitation::at);

    public InvitationBook {
        received = List.copyOf(received);
        sent = List.copyOf(sent);
    }

    /**
     * @param book after it
     * @param fresh whether the user has an invitation now that they did not have before
     */
    public record Receipt(InvitationBook book, boolean fresh) {}

    /** Without what was sent before this time. */
    public InvitationBook since(long oldest) {
        return new InvitationBook(
                keep(received, invitation -> invitation.at() >= oldest),
                keep(sent, invitation -> invitation.at() >= oldest));
    }

    /** With one more that the user sent; empty if they sent as many as they may. The same one again takes no place. */
    public Optional<InvitationBook> sending(SentInvitation next, int most) {
        List<SentInvitation> others = keep(sent, each -> !each.isSameAs(next));
        return others.size() >= most ? Optional.empty() : Optional.of(new InvitationBook(received, plus(others, next)));
    }

    public InvitationBook withoutSent(RoomId room, UserId to) {
        return new InvitationBook(
                received,
                keep(sent, each -> !(each.room().equals(room) && each.to().equals(to))));
    }

    /**
     * With one more that the user received. If there are too many then, one of the stranger who has most ends, the oldest of
     * theirs, which may be the new one: so strangers displace each other, the one with many first, and none displaces one of a
     * user whom the invited knows. The same one again keeps its age, else it would be the last to end; and its role, else a user
     * could accept another one than they were told of.
     */
    public Receipt receiving(Invitation next, int most) {
        Optional<Invitation> before = received.stream().filter(next::isSameAs).findFirst();
        if (before.isPresent()) {
            Invitation renewed = new Invitation(
                    next.room(),
                    next.by(),
                    before.get().role(),
                    before.get().at(),
                    next.right(),
                    next.stranger(),
                    next.overBar());
            return new Receipt(
                    new InvitationBook(
                            received.stream()
                                    .map(each -> each.isSameAs(next) ? renewed : each)
                                    .toList(),
                            sent),
                    false);
        }
        List<Invitation> all = plus(received, next);
        while (all.size() > most) {
            all.remove(lastOf(all.stream().filter(Invitation::stranger).toList())
                    .or(() -> lastOf(all))
                    .orElseThrow());
        }
        return new Receipt(new InvitationBook(all, sent), all.contains(next));
    }

    /** The oldest one of the inviter who has most. */
    private static Optional<Invitation> lastOf(List<Invitation> some) {
        Map<UserId, Long> count = some.stream().collect(Collectors.groupingBy(Invitation::by, Collectors.counting()));
        return some.stream()
                .min(Comparator.comparingLong((Invitation each) -> -count.getOrDefault(each.by(), 0L))
                        .thenComparing(OLDEST));
    }

    /** The invitations to a room, the lowest role first: no user takes a higher one by accident. */
    public List<Invitation> to(RoomId room) {
        return received.stream()
                .filter(each -> each.room().equals(room))
                .sorted(Comparator.comparing(Invitation::role))
                .toList();
    }

    /** Without the invitations to a room whose roles the user has by now. */
    public InvitationBook withoutReceived(RoomId room, RoomRole upTo) {
        return new InvitationBook(
                keep(received, each -> !each.room().equals(room) || each.role().compareTo(upTo) > 0), sent);
    }

    /** Without the invitations to a room. */
    public InvitationBook withoutReceived(RoomId room) {
        return new InvitationBook(keep(received, each -> !each.room().equals(room)), sent);
    }

    /** Without those of an inviter. */
    public InvitationBook withoutReceivedFrom(UserId by) {
        return new InvitationBook(keep(received, each -> !each.by().equals(by)), sent);
    }

    /** Without these invitations. One that was sent again since, with another role or right, stays. */
    public InvitationBook withoutReceived(List<Invitation> ended) {
        return new InvitationBook(keep(received, each -> !ended.contains(each)), sent);
    }

    private static <T> List<T> keep(List<T> all, Predicate<T> kept) {
        return all.stream().filter(kept).toList();
    }

    private static <T> List<T> plus(List<T> some, T next) {
        List<T> all = new ArrayList<>(some);
        all.add(next);
        return all;
    }
}
