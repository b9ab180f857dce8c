package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import java.util.List;
import java.util.Optional;

/**
 * Shares out the storage for files (CWE-770). The share of a user depends on how long the user is known, and falls with the
 * square of the free storage. So the fuller the storage is, the less the largest user may hold. If n users each take all that
 * they get, they leave one part in 1 + an to the next ones, where a is the share of the first. With a share in proportion to the
 * free storage, the part that they leave would shrink with each of them by the same factor. All new users of an address share
 * its part in the same way. The policy judges new files only: present ones stay.
 */
public final class SharePolicy {
    private static final double PERCENT = 100;

    /** A wider network of IPv6 has as many times the share of an address, */
    private static final int WIDER = 8;

    /** but no more than this, where an address has not. */
    private static final int MOST_OF_NETWORK = 50;

    /** The share of one new user in the share of their address, in percent. */
    private static final int USER_OF_ADDRESS = 25;

    /** The share of a known user in the reserve, in percent, as long as they hold no more. */
    private static final int USER_OF_RESERVE = 2;

    private final UploadQuota quota;
    private final StorageShares shares;
    private final Storage storage;
    /** The storage without the reserve, in a double as all shares: they need not be exact to a byte. */
    private final double rest;

    private final double reserve;

    public SharePolicy(UploadQuota quota, StorageShares shares, Storage storage) {
        this.quota = quota;
        this.shares = shares;
        this.storage = storage;
        this.reserve = storage.bytes() * (shares.reservePercent() / PERCENT);
        this.rest = storage.bytes() - reserve;
    }

    /** @param knownSince when the user first asked for a ticket */
    boolean isNew(long knownSince, long now) {
        return now - knownSince < shares.newMs();
    }

    /**
     * The limit that a ticket for so many bytes would exceed. A user's own unused tickets count for them; those of others do
     * not.
     */
    Optional<Excess> judgeTicket(long size, boolean isNew, Held held) {
        if (held.owner().bytes() + size > quota.bytes()) {
            return Optional.of(Excess.BYTES);
        }
        if (held.owner().pending() + 1 > quota.pending()) {
            return Optional.of(Excess.PENDING);
        }
        return judgeShare(size, held.owner().bytes() + size, isNew, held);
    }

    /** Judges again when the ticket is used: much may have been sent since it was given. */
    Optional<Excess> judgeFile(long size, boolean isNew, Held held) {
        return storage.countsTickets()
                ? Optional.empty()
                : judgeShare(size, held.owner().fileBytes() + size, isNew, held);
    }

    private Optional<Excess> judgeShare(long size, long then, boolean isNew, Held held) {
        double free = (double) (storage.bytes() - taken(held.all()));
        double open = free - reserve;
        if (!isNew && then <= share(USER_OF_RESERVE, Math.min(free, reserve), reserve)) {
            return Optional.empty();
        }
        if (size > open) {
            return Optional.of(Excess.RESERVE);
        }
        if (then > ofRest(isNew ? shares.newUserPercent() : shares.userPercent(), open)) {
            return Optional.of(Excess.SHARE);
        }
        return isNew ? judgeAddress(then, open, held) : Optional.empty();
    }

    private Optional<Excess> judgeAddress(long then, double open, Held held) {
        int percent = shares.addressPercent();
        for (Sums network : held.address()) {
            double whole = ofRest(percent, open);
            if (then > share(USER_OF_ADDRESS, whole - taken(network), whole)) {
                return Optional.of(Excess.ADDRESS);
            }
            percent = Math.max(percent, Math.min(percent * WIDER, MOST_OF_NETWORK));
        }
        return Optional.empty();
    }

    private double ofRest(int percent, double open) {
        return share(percent, open, rest);
    }

    private long taken(Sums sums) {
        return storage.countsTickets() ? sums.bytes() : sums.fileBytes();
    }

    /** A percentage of the free storage; the less of the whole is free, the less it is. */
    private static double share(int percent, double free, double whole) {
        return free <= 0 ? 0 : percent / PERCENT * free * (free / whole);
    }

    /**
     * The storage that is taken at one moment, as far as a further upload depends on it.
     *
     * @param address the uploads that users sent from each network of the client while they were new, narrowest first
     */
    public record Held(Sums owner, List<Sums> address, Sums all) {
        public Held {
            address = List.copyOf(address);
        }
    }

    /**
     * The storage for all files.
     *
     * @param countsTickets whether an unused ticket takes bytes of it, as where the server can't ask again when the file is sent
     */
    public record Storage(long bytes, boolean countsTickets) {}

    /**
     * How the {@link Storage} is shared out. Percentages are of what is free while nothing is held; the fuller the place is, the less they
     * are of what is still free: see {@link SharePolicy}.
     *
     * @param reservePercent of the storage, which is for users who are not new and hold little
     * @param userPercent of the rest, for a user who is not new
     * @param newUserPercent of the rest, for a new user
     * @param addressPercent of the rest, for all new users of an address
     */
    public record StorageShares(
            long newMs, int reservePercent, int userPercent, int newUserPercent, int addressPercent) {}

    /**
     * The limits of one user, however much is free.
     *
     * @param bytes the most bytes of all their uploads, from the ticket on
     * @param pending the most uploads that are not kept yet
     */
    public record UploadQuota(long bytes, int pending) {}

    /** Which share an upload would exceed. */
    public enum Excess implements LowerCaseId {
        /** The bytes of a user's quota. */
        BYTES,
        /** The pending uploads of a user's quota. */
        PENDING,
        /** The user's share of what is free. */
        SHARE,
        /** The share that new users of one address have together. */
        ADDRESS,
        /** The storage that is not kept for others: only the reserve, or nothing, is free. */
        RESERVE
    }
}
