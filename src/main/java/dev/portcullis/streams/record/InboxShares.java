package dev.portcullis.streams.record;

import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many entries each sender has in an inbox that is full of undelivered ones, and tells which sender loses one to a new
 * entry. A stranger is a user to whom the inbox's owner has not written. The same rules are in inbox_place.lua.
 *
 * @param head the newest entry that is counted
 */
public record InboxShares(long head, List<Share> shares) {
    private static final InboxShares NONE = new InboxShares(0, List.of());
    private static final Comparator<Share> BY_ENTRIES = Comparator.comparingInt(Share::entries)
            .thenComparing(share -> share.sender().value());

    /**
     * @param entries the number of entries, more than 0
     * @param from the lowest seq that an entry of the sender may have
     */
    public record Share(UserId sender, int entries, long from, boolean known) {}

    /**
     * The user who appends.
     *
     * @param waiting how many of their entries wait, or would if the inbox took them: a blocked sender is judged like another
     * @param refusable whether the entry may be refused: an entry of the inbox's owner, and the deletion of an expired message,
     * may not
     * @param replaces whether the entry takes the place of one of its own sender: the deletion of an expired message, which comes
     * by itself, and takes nothing from others
     * @param gapsFull whether this entry may leave no further gap if it is a stranger's: there are too many gaps, or too many of
     * their deletions wait. A few strangers could otherwise keep out all others by their deletions.
     */
    public record Appender(
            UserId user,
            boolean known,
            int waiting,
            boolean refusable,
            boolean deletes,
            boolean replaces,
            boolean gapsFull) {}

    /** Whether these are the shares of an inbox with this head and number of entries. */
    public boolean areOf(long newest, long entries) {
        return head == newest && shares.stream().mapToInt(Share::entries).sum() == entries;
    }

    public Optional<Share> of(UserId sender) {
        return shares.stream().filter(share -> share.sender().equals(sender)).findFirst();
    }

    public boolean hasStrangers() {
        return shares.stream().anyMatch(share -> !share.known());
    }

    /**
     * The sender who loses their oldest entry to the new one; empty if the new one is refused instead. A stranger takes places
     * only from strangers. No sender takes an entry from a sender who would then have fewer than they themselves. So a given set
     * of senders ends at equal shares, and newcomers can't push each other out for ever.
     */
    public Optional<UserId> loser(Appender by) {
        if (by.replaces() && of(by.user()).isPresent()) {
            return Optional.of(by.user());
        }
        if (!by.known() && by.refusable()) {
            return by.gapsFull() ? Optional.empty() : taken(by, largest(share -> !share.known() && !isOf(share, by)));
        }
        return largest(share -> !share.known()).map(Share::sender).or(() -> {
            Optional<Share> other = largest(share -> !isOf(share, by));
            return by.refusable() ? taken(by, other) : Optional.of(takenByOwner(by, other));
        });
    }

    /** The sender who gives up an entry. A deletion may take the place of an entry of its own sender. */
    private Optional<UserId> taken(Appender by, Optional<Share> from) {
        return from.filter(share -> by.waiting() + 1 < share.entries())
                .map(Share::sender)
                .or(() -> of(by.user()).filter(own -> by.deletes()).map(Share::sender));
    }

    private UserId takenByOwner(Appender by, Optional<Share> from) {
        int own = of(by.user()).map(Share::entries).orElse(0);
        return from.filter(share -> own == 0 || own + 1 < share.entries())
                .map(Share::sender)
                .orElse(by.user());
    }

    private static boolean isOf(Share share, Appender by) {
        return share.sender().equals(by.user());
    }

    private Optional<Share> largest(Predicate<Share> among) {
        return shares.stream().filter(among).max(BY_ENTRIES);
    }

    /** The shares once this entry is counted. */
    public InboxShares with(UserId sender, long seq, boolean known) {
        List<Share> next = new ArrayList<>(shares);
        int at = indexOf(sender);
        if (at < 0) {
            next.add(new Share(sender, 1, seq, known));
        } else {
            Share former = next.get(at);
            next.set(at, new Share(sender, former.entries() + 1, former.from(), known));
        }
        return new InboxShares(seq, List.copyOf(next));
    }

    /**
     * The shares once the sender has one entry less.
     *
     * @param from the lowest seq that a remaining entry of the sender may have
     */
    public InboxShares without(UserId sender, long from) {
        List<Share> next = new ArrayList<>(shares);
        int at = indexOf(sender);
        Share former = next.get(at);
        if (former.entries() == 1) {
            next.remove(at);
        } else {
            next.set(at, new Share(sender, former.entries() - 1, from, former.known()));
        }
        return new InboxShares(head, List.copyOf(next));
    }

    /**
     * The shares once entries of a user got another author, a stranger; none if they do not fit, so that they are counted again.
     *
     * @param lowest the lowest seq of these entries
     */
    public InboxShares given(UserId from, UserId to, int entries, long lowest) {
        Optional<Share> former = of(from).filter(share -> share.entries() >= entries);
        if (former.isEmpty()) {
            return NONE;
        }
        List<Share> next = new ArrayList<>(shares);
        next.removeIf(share -> share.sender().equals(from) || share.sender().equals(to));
        former.filter(share -> share.entries() > entries)
                .ifPresent(share -> next.add(new Share(from, share.entries() - entries, share.from(), share.known())));
        next.add(of(to).map(share ->
                        new Share(to, share.entries() + entries, Math.min(share.from(), lowest), share.known()))
                .orElseGet(() -> new Share(to, entries, lowest, false)));
        return new InboxShares(head, List.copyOf(next));
    }

    /** The shares once the owner has written to this user. */
    public InboxShares knowing(UserId user) {
        return new InboxShares(
                head,
                shares.stream()
                        .map(share -> share.sender().equals(user)
                                ? new Share(user, share.entries(), share.from(), true)
                                : share)
                        .toList());
    }

    private int indexOf(UserId sender) {
        for (int i = 0; i < shares.size(); i++) {
            if (shares.get(i).sender().equals(sender)) {
                return i;
            }
        }
        return -1;
    }

    public byte[] encode() {
        RowWriter row =
                new RowWriter(2 * Long.BYTES + 48 * shares.size()).number(head).number(shares.size());
        shares.forEach(share -> row.text(share.sender().value())
                .number(share.entries())
                .number(share.from())
                .octet(share.known() ? 1 : 0));
        return row.end();
    }

    public static InboxShares decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return NONE;
        }
        RowReader row = new RowReader(bytes);
        long head = row.number();
        List<Share> shares = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            shares.add(new Share(new UserId(row.text()), (int) row.number(), row.number(), row.octet() == 1));
        }
        return new InboxShares(head, List.copyOf(shares));
    }
}
