package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.BacklogRow;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.InboxShares;
import dev.portcullis.streams.record.InboxShares.Appender;
import dev.portcullis.streams.record.InboxShares.Share;
import dev.portcullis.streams.record.StreamMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a place in a full inbox for one entry. Delivered and expired entries go first, from the front. If there are none,
 * {@link InboxShares} decides who loses an entry; a gap stays in its place, so that the recipient is told. The same rules are in
 * inbox_place.lua.
 */
final class InboxTrim {
    /** Spreads the trim after a long absence, or after a shortened window, over several appends. */
    private static final int MAX_DROPPED = 64;

    /** The most gaps, as a multiple of the entries that may be kept, at which a stranger may still leave one more. */
    private static final int STRANGER_GAPS = 3;

    /** The most entries together with the gaps between them, as a multiple of the entries that may be kept. */
    private static final int SPAN = 5;

    /**
     * The entries that may be kept, divided by this, are the deletions of one stranger that may each leave a gap; at least one
     * may.
     */
    private static final int DELETIONS = 200;

    private final StreamTables tables;

    InboxTrim(StreamTables tables) {
        this.tables = tables;
    }

    /**
     * The changes that an append will make to the entries before it.
     *
     * @param first the lowest seq that stays at the front
     * @param gaps the number of gaps that stay
     * @param place the place that another entry gives up, where one has to
     * @param shares the inbox's shares once the entry is appended, where they are known
     */
    record Plan(long first, long gaps, Optional<Place> place, Optional<InboxShares> shares) {
        static Plan of(StreamMeta meta, Place place) {
            return new Plan(
                    meta.first(), meta.gaps(), Optional.of(place), place.loser().map(any -> place.after()));
        }

        /** Whether an entry with a higher seq would go, which waits for the archive: the inbox grows instead. */
        boolean reachesBehind(long released) {
            return place.filter(each -> first - 1 > released || each.seq() > released)
                    .isPresent();
        }

        boolean refuses() {
            return place.filter(each -> each.loser().isEmpty()).isPresent();
        }

        /** The number of entries that go before they were delivered. */
        int trimmed() {
            return place.isPresent() ? 1 : 0;
        }
    }

    /**
     * @param of the entry's sender
     * @param loser the sender who loses their oldest entry, which has this seq; empty if the entry is refused instead
     * @param wholly whether the loser's entry is the first, and leaves no gap
     * @param from the lowest seq that another entry of the loser may have
     */
    record Place(InboxShares shares, Appender of, Optional<UserId> loser, long seq, boolean wholly, long from) {
        /** The shares once the entry is appended, as the next one behind them. */
        InboxShares after() {
            return shares.without(loser.orElseThrow(), from).with(of.user(), shares.head() + 1, of.known());
        }
    }

    /** @param waiting the sender's backlog; empty for an entry of the inbox's owner */
    Plan plan(Batch batch, AppendRequest append, StreamMeta meta, Optional<BacklogRow> waiting, long now) {
        StreamName inbox = append.stream();
        int most = append.window().entries();
        long delivered = Math.min(tables.inboxes.delivery(batch, inbox).acknowledged(), meta.head());
        long horizon = now - append.window().ageMs();
        long first = meta.first();
        long gaps = meta.gaps();
        long released = meta.released(append.window());
        boolean waits = false;
        int dropped = 0;
        while (!waits && isFull(meta.head() - first + 1, gaps, most) && dropped < MAX_DROPPED) {
            Optional<EntryRow> row = tables.entry(batch, inbox, first);
            if (first > delivered
                    && row.filter(each -> each.stored() >= horizon).isPresent()) {
                break;
            }
            if (first > released) { // it need not stay for the reader, so the inbox grows until the archive has it
                waits = true;
                continue;
            }
            gaps -= row.filter(EntryRow::isGap).isPresent() ? 1 : 0;
            first++;
            dropped++;
        }
        long length = meta.head() - first + 1;
        return waits || length - gaps < most || dropped == MAX_DROPPED
                ? new Plan(first, gaps, Optional.empty(), moved(batch, append, meta, first))
                : contended(batch, append, meta.from(first, gaps), waiting);
    }

    private static boolean isFull(long length, long gaps, int most) {
        return length > 0 && (length - gaps >= most || length >= (long) SPAN * most);
    }

    /** @param meta the record without the entries that are dropped from the front */
    private Plan contended(Batch batch, AppendRequest append, StreamMeta meta, Optional<BacklogRow> waiting) {
        StreamName inbox = append.stream();
        int most = append.window().entries();
        InboxShares shares = shares(batch, inbox, meta);
        UserId user = appender(append);
        int own = shares.of(user).map(Share::entries).orElse(0);
        Appender by = new Appender(
                user,
                isKnown(batch, inbox, user),
                Math.max(own, waiting.map(BacklogRow::waiting).orElse(0)),
                append.backlog().isPresent(),
                append.deletes(),
                append.deletes() && append.backlog().isEmpty() && !user.equals(owner(inbox)),
                meta.gaps() >= (long) STRANGER_GAPS * most
                        || (append.deletes()
                                && waiting.orElse(BacklogRow.EMPTY).count(true) >= Math.max(1, most / DELETIONS)));
        Plan plan = contended(batch, inbox, meta, shares, by, most);
        boolean isWithinSpan = meta.head() - meta.first() + 1 < (long) SPAN * most;
        boolean takesFromStranger = plan.place()
                .flatMap(Place::loser)
                .filter(loser -> !isKnown(batch, inbox, loser))
                .isPresent();
        return (isWithinSpan || !takesFromStranger) && plan.reachesBehind(meta.released(append.window()))
                ? new Plan(
                        meta.first(),
                        meta.gaps(),
                        Optional.empty(),
                        Optional.of(shares.with(user, shares.head() + 1, by.known())))
                : plan;
    }

    private Plan contended(Batch batch, StreamName inbox, StreamMeta meta, InboxShares shares, Appender by, int most) {
        Optional<UserId> loser = shares.loser(by);
        if (loser.isPresent() && !shares.hasStrangers() && meta.head() - meta.first() + 1 >= (long) SPAN * most) {
            return withinSpan(batch, inbox, meta, shares, by, loser.get());
        }
        Place place = loser.map(from -> taken(batch, inbox, meta, shares, by, from))
                .orElseGet(() -> new Place(shares, by, loser, 0, false, 0));
        return Plan.of(meta, place);
    }

    private Place taken(Batch batch, StreamName inbox, StreamMeta meta, InboxShares shares, Appender by, UserId loser) {
        long lowest = shares.of(loser).orElseThrow().from();
        Optional<Long> named = named(batch, inbox, meta, loser);
        long seq = named.orElseGet(() -> oldest(batch, inbox, meta, Math.max(meta.first(), lowest), loser));
        return new Place(
                shares,
                by,
                Optional.of(loser),
                seq,
                loser.equals(owner(inbox)) && seq == meta.first(),
                named.isEmpty() || seq == lowest ? seq + 1 : lowest);
    }

    /**
     * The plan for an inbox that gaps have stretched. Gaps must not pile up before an entry that is never delivered, so the front
     * goes on by one.
     */
    private Plan withinSpan(
            Batch batch, StreamName inbox, StreamMeta meta, InboxShares shares, Appender by, UserId loser) {
        EntryRow front = tables.entry(batch, inbox, meta.first()).orElseThrow();
        if (front.isGap()) {
            StreamMeta rest = meta.from(meta.first() + 1, meta.gaps() - 1);
            return Plan.of(rest, taken(batch, inbox, rest, shares, by, loser));
        }
        Place place = new Place(shares, by, Optional.of(senderOf(front)), meta.first(), true, meta.first() + 1);
        return Plan.of(meta, place);
    }

    /**
     * The shares of a full inbox that loses delivered entries, if they are known. Without this, an owner who acknowledges entry
     * by entry makes the store read all entries again each time (CWE-400).
     */
    private Optional<InboxShares> moved(Batch batch, AppendRequest append, StreamMeta meta, long first) {
        StreamName inbox = append.stream();
        Optional<InboxShares> shares = Optional.of(inbox)
                .filter(any -> first > meta.first())
                .map(any -> tables.inboxes.shares(batch, inbox))
                .filter(kept -> kept.areOf(meta.head(), meta.head() - meta.first() + 1 - meta.gaps()));
        for (long seq = meta.first(); shares.isPresent() && seq < first; seq++) {
            long next = seq + 1;
            InboxShares before = shares.get();
            shares = tables.entry(batch, inbox, seq)
                    .map(row -> row.isGap() ? before : before.without(senderOf(row), next));
        }
        UserId user = appender(append);
        return shares.map(left -> left.with(user, meta.head() + 1, isKnown(batch, inbox, user)));
    }

    /** Carries out the plan. Returns the record before the append. */
    StreamMeta apply(Batch batch, StreamName inbox, StreamMeta meta, Plan plan) {
        for (long seq = meta.first(); seq < plan.first(); seq++) {
            tables.deleteEntry(batch, inbox, seq);
        }
        plan.shares().ifPresent(after -> tables.inboxes.put(batch, inbox, after));
        StreamMeta rest = meta.from(plan.first(), plan.gaps());
        if (plan.place().isEmpty()) {
            return rest;
        }
        Place place = plan.place().get();
        if (place.wholly()) {
            tables.deleteEntry(batch, inbox, place.seq());
            return rest.from(place.seq() + 1, rest.gaps());
        }
        EntryRow lost = tables.entry(batch, inbox, place.seq()).orElseThrow();
        EntryRow gap = lost.trimmed();
        tables.put(batch, gap);
        tables.inboxes.trimmed(batch, lost, gap, place.loser().orElseThrow());
        return rest.from(rest.first(), rest.gaps() + 1);
    }

    /** Notes that a user to whom the owner writes is no stranger from now on. */
    void appended(Batch batch, EntryRow row, Plan plan) {
        StreamName inbox = row.entry().stream();
        if (row.state() == EntryState.MESSAGE && senderOf(row).equals(owner(inbox))) {
            DirectConversation.of(row.entry()).map(DirectConversation::other).ifPresent(other -> {
                tables.inboxes.correspondents.wrote(batch, inbox, other);
                plan.shares() // otherwise they are counted again before they are used
                        .ifPresent(after -> tables.inboxes.put(batch, inbox, after.knowing(other)));
            });
        }
    }

    private InboxShares shares(Batch batch, StreamName inbox, StreamMeta meta) {
        InboxShares kept = tables.inboxes.shares(batch, inbox);
        if (kept.areOf(meta.head(), meta.head() - meta.first() + 1 - meta.gaps())) {
            return kept;
        }
        Map<UserId, Share> bySender = new LinkedHashMap<>();
        for (long seq = meta.first(); seq <= meta.head(); seq++) {
            long at = seq;
            tables.entry(batch, inbox, seq)
                    .filter(row -> !row.isGap())
                    .map(InboxTrim::senderOf)
                    .ifPresent(sender -> bySender.compute(
                            sender,
                            (any, former) -> former == null
                                    ? new Share(sender, 1, at, isKnown(batch, inbox, sender))
                                    : new Share(sender, former.entries() + 1, former.from(), former.known())));
        }
        InboxShares counted = new InboxShares(meta.head(), List.copyOf(bySender.values()));
        tables.inboxes.put(
                batch, inbox, counted); // also if the entry is refused, since the next one asks for them again
        return counted;
    }

    private static UserId appender(AppendRequest append) {
        return append.message().map(Message::author).orElseGet(() -> owner(append.stream()));
    }

    private boolean isKnown(Batch batch, StreamName inbox, UserId user) {
        return user.equals(UserId.SYSTEM)
                || user.equals(owner(inbox))
                || tables.inboxes.correspondents.has(batch, inbox, user);
    }

    /** A sender's oldest entry by their backlog, which saves a search. */
    private Optional<Long> named(Batch batch, StreamName inbox, StreamMeta meta, UserId sender) {
        return tables.inboxes
                .backlog(batch, inbox, sender)
                .oldest()
                .map(BacklogRow.Entry::seq)
                .filter(seq -> seq >= meta.first() && isOf(batch, inbox, seq, sender));
    }

    private long oldest(Batch batch, StreamName inbox, StreamMeta meta, long from, UserId sender) {
        long seq = from;
        while (seq < meta.head() && !isOf(batch, inbox, seq, sender)) {
            seq++;
        }
        return seq;
    }

    private boolean isOf(Batch batch, StreamName inbox, long seq, UserId sender) {
        return tables.entry(batch, inbox, seq)
                .filter(row -> !row.isGap() && senderOf(row).equals(sender))
                .isPresent();
    }

    /** The sender of an entry. An entry that names no author is the owner's: no other user can append one. */
    private static UserId senderOf(EntryRow row) {
        return row.message().map(Message::author).orElseGet(() -> owner(row.entry().stream()));
    }

    private static UserId owner(StreamName inbox) {
        return inbox.inboxOwner();
    }
}
