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
 * The open invitations of one user, and the facts that bound further ones. Each step is a pure function.
 *
 * @param received the invitations that the user received, oldest first
 * @param sent the invitations that the user sent, oldest first, with those that were declined lately
 * @param told the times at which the user was told of strangers' invitations lately, oldest first
 * @param strangers the strangers who sent the user invitations lately, also some that are not open any more
 */
public record InvitationBook(
        List<Invitation> received, List<SentInvitation> sent, List<Long> told, Strangers strangers) {
    public static final InvitationBook EMPTY = new InvitationBook(List.of(), List.of(), List.of(), Strangers.NONE);

    /** The strangers who are remembered for each place of the list: half of them may be those whom others displaced. */
    private static final int STRANGERS_PER_PLACE = 2;

    private static final Comparator<Invitation> OLDEST = Comparator.comparingLong(Invitation::at);

    public InvitationBook {
        received = List.copyOf(received);
        sent = List.copyOf(sent);
        told = List.copyOf(told);
    }

    /** @param fresh whether the user has a new invitation, and is told of it */
    public record Receipt(InvitationBook book, boolean fresh) {}

    /**
     * Drops invitations that were sent before {@code oldest}, and declines, notices and first invitations of strangers from
     * before {@code lately}.
     *
     * @param lately the earliest time of a decline, a notice or a stranger's first invitation that stays
     */
    public InvitationBook since(long oldest, long lately) {
        return new InvitationBook(
                keep(received, invitation -> invitation.at() >= oldest),
                keep(
                        sent,
                        invitation -> invitation.isDeclined()
                                ? invitation.declinedAt() >= lately
                                : invitation.at() >= oldest),
                keep(told, at -> at >= lately),
                strangers.since(lately));
    }

    /**
     * Adds an invitation that the user sent; empty if they sent the most that they may, or others declined as many. Sending the
     * same invitation again takes no place. One that was declined does not come again.
     *
     * @param mostDeclined the most declined invitations of the same invited user
     */
    public Optional<InvitationBook> sending(SentInvitation next, int most, int mostDeclined) {
        List<SentInvitation> declined = keep(sent, SentInvitation::isDeclined);
        List<SentInvitation> others = keep(sent, each -> !each.isSameAs(next));
        boolean comesAgain = declined.stream().anyMatch(next::isSameAs);
        long bySame =
                declined.stream().filter(each -> each.to().equals(next.to())).count();
        return comesAgain
                        || bySame >= mostDeclined
                        || declined.size() >= most
                        || others.size() - declined.size() >= most
                ? Optional.empty()
                : Optional.of(withSent(plus(others, next)));
    }

    public List<SentInvitation> open() {
        return keep(sent, each -> !each.isDeclined());
    }

    public InvitationBook declined(RoomId room, UserId by, long now) {
        return withSent(sent.stream()
                .map(each -> each.room().equals(room) && each.to().equals(by) ? each.declined(now) : each)
                .toList());
    }

    /**
     * Drops an open invitation. A declined one stays, since an inviter who takes it back could otherwise ask again, or ask
     * others.
     */
    public InvitationBook withoutOpen(RoomId room, UserId to) {
        return withSent(keep(
                sent,
                each -> each.isDeclined()
                        || !(each.room().equals(room) && each.to().equals(to))));
    }

    private InvitationBook withSent(List<SentInvitation> next) {
        return new InvitationBook(received, next, told, strangers);
    }

    private InvitationBook withReceived(List<Invitation> next) {
        return new InvitationBook(next, sent, told, strangers);
    }

    /**
     * Adds an invitation that the user received. If there are too many then, it drops one of the stranger who has most; among
     * equals, of the one who first invited the user; and of theirs the oldest, which may be the new one. So strangers displace
     * each other, the one with many first. None displaces an invitation of a user whom the invited user knows. Inviting again
     * makes no stranger newer, so an honest one gives way only to as many later ones as there are places. A repeated invitation
     * keeps its age, or it would be the last to be dropped; and its role, or a user could accept another role than they were told
     * of.
     *
     * @param mostTold of how many strangers' invitations the user is told lately. Further ones are only in the book: each of many
     * strangers could otherwise send notices, and those whom the user declines could come again
     */
    public Receipt receiving(Invitation next, int most, int mostTold) {
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
                    withReceived(received.stream()
                            .map(each -> each.isSameAs(next) ? renewed : each)
                            .toList()),
                    false);
        }
        Strangers lately =
                next.stranger() ? strangers.plus(next.by(), next.at(), STRANGERS_PER_PLACE * most) : strangers;
        Map<UserId, Integer> places = lately.places();
        List<Invitation> all = plus(received, next);
        while (all.size() > most) {
            all.remove(lastOf(keep(all, Invitation::stranger), places)
                    .or(() -> lastOf(all, Map.of()))
                    .orElseThrow());
        }
        boolean tells = all.contains(next) && (!next.stranger() || told.size() < mostTold);
        List<Long> nextTold = tells && next.stranger() ? plus(told, next.at()) : told;
        return new Receipt(new InvitationBook(all, sent, nextTold, lately), tells);
    }

    /**
     * The oldest invitation of the inviter who has most; among equals, of the one with the first place. An inviter without a
     * place came before all others.
     */
    private static Optional<Invitation> lastOf(List<Invitation> some, Map<UserId, Integer> places) {
        Map<UserId, Long> count = some.stream().collect(Collectors.groupingBy(Invitation::by, Collectors.counting()));
        return some.stream()
                .min(Comparator.comparingLong((Invitation each) -> -count.getOrDefault(each.by(), 0L))
                        .thenComparingInt(each -> places.getOrDefault(each.by(), -1))
                        .thenComparing(OLDEST));
    }

    /** The invitations to a room, the lowest role first, so that no user takes a higher role by accident. */
    public List<Invitation> to(RoomId room) {
        return received.stream()
                .filter(each -> each.room().equals(room))
                .sorted(Comparator.comparing(Invitation::role))
                .toList();
    }

    /** Drops the invitations to a room whose roles the user has by now. */
    public InvitationBook withoutReceived(RoomId room, RoomRole upTo) {
        return withReceived(
                keep(received, each -> !each.room().equals(room) || each.role().compareTo(upTo) > 0));
    }

    public InvitationBook withoutReceived(RoomId room) {
        return withReceived(keep(received, each -> !each.room().equals(room)));
    }

    public InvitationBook withoutInviter(UserId by) {
        return new InvitationBook(keep(received, each -> !each.by().equals(by)), sent, told, strangers.without(by));
    }

    /** Drops these invitations. An invitation that was sent again since, with another role or right, stays. */
    public InvitationBook withoutReceived(List<Invitation> ended) {
        return withReceived(keep(received, each -> !ended.contains(each)));
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
