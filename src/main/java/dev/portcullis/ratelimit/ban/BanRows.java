package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The rows of bans as one step finds them, and what it writes. For one step: not thread-safe. */
final class BanRows {
    static final RowForm<Ban> BAN = RowForm.of(Ban.class);

    private static final RowForm<Head> HEAD_FORM = RowForm.of(Head.class);
    private static final RowForm<Change> CHANGE = RowForm.of(Change.class);

    /** All bans, by their target. */
    static final Partition BANS = new Partition("bans", "all");

    /** The number of the last changes that are remembered. */
    static final int CHANGES = 2_000;

    private static final RowKey HEAD = RowKey.of("bans_head", "all");
    static final ReadSet HEAD_ALONE = ReadSet.of(HEAD);

    /** The last changes, so that a reader need not read all bans for one that is new. */
    private static final Partition LOG = new Partition("bans_changes", "all");

    /** The targets whose ban was lifted or replaced, by the time until which that is remembered. */
    private static final Partition LIFTED = new Partition("bans_lifted", "all");

    /** The number of rows of each order that one step reads: it removes those that are over. */
    private static final int FIRST = 16;

    /** The rows that each step reads. */
    static final ReadSet ALWAYS = Stream.of(Kind.values())
            .map(kind -> ReadSet.of(kind.ends().first(FIRST)))
            .reduce(HEAD_ALONE.and(ReadSet.of(LIFTED.first(FIRST))), ReadSet::and);

    private static final String NONE = "-";

    private final Rows found;
    private final String writer;
    private final int most;
    private final Map<BanTarget, Optional<Ban>> changed = new HashMap<>();
    private final Map<BanTarget, Optional<Long>> liftedNow = new HashMap<>();
    private final TreeSet<String> lifted = new TreeSet<>();
    private final Map<RowKey, Optional<String>> writes = new LinkedHashMap<>();
    private Head head;

    /** Which bans give way to which: those of each kind have an order of their ends. */
    private enum Kind {
        RULE_FOR_ADDRESSES,
        RULE_FOR_USER,
        OTHER;

        private Partition ends() {
            return new Partition("bans_ends", name().toLowerCase(Locale.ROOT));
        }

        private static Kind of(Ban ban) {
            return ban.origin() == Origin.RULE
                    ? ban.target().fold(user -> RULE_FOR_USER, range -> RULE_FOR_ADDRESSES)
                    : OTHER;
        }

        private static RowKey endOf(Ban ban) {
            return of(ban).ends().row(timed(ban.until(), ban.target()));
        }
    }

    /**
     * @param version of the last change
     * @param kept how many bans there are
     * @param lifted how many targets are remembered
     */
    record Head(BanVersion version, int kept, int lifted) {
        private static final Head EMPTY = new Head(new BanVersion(0, NONE, Optional.empty()), 0, 0);

        static Head of(Rows found) {
            return found.get(HEAD).map(HEAD_FORM::decode).orElse(EMPTY);
        }

        private Head after(BanVersion change) {
            return new Head(change, kept, lifted);
        }

        private Head with(int moreKept, int moreLifted) {
            return new Head(version, kept + moreKept, lifted + moreLifted);
        }
    }

    /**
     * A change.
     *
     * @param ban the ban of the target from now on; empty if it has none
     */
    record Change(BanVersion version, BanTarget target, Optional<Ban> ban) {
        static Change of(Row row) {
            return CHANGE.decode(row.value());
        }
    }

    /** When the ban of a target ends. */
    record End(BanTarget target, long at) {
        private static End of(String key) {
            int space = key.indexOf(' ');
            return new End(BanTarget.of(key.substring(space + 1)), Long.parseLong(key.substring(0, space)));
        }
    }

    /**
     * @param writer a random text
     * @param most targets that are remembered
     */
    BanRows(Rows found, String writer, int most) {
        this.found = found;
        this.writer = writer;
        this.most = most;
        this.head = Head.of(found);
        found.get(LIFTED.first(FIRST)).forEach(row -> lifted.add(row.key()));
        Stream.of(Kind.values()).forEach(this::removeOver);
    }

    static ReadSet readsOf(BanTarget target) {
        return ReadSet.of(BANS.row(target.key()), liftedOf(target));
    }

    static ReadSet changeOf(long number) {
        return ReadSet.of(LOG.row(RowKey.ordered(number)));
    }

    static RowRange changesAfter(long number, int limit) {
        return LOG.after(RowKey.ordered(number), limit);
    }

    /** Whether the store remembers all changes since a version. */
    static boolean remembers(Rows found, BanVersion version) {
        return version.number() == 0
                ? Head.of(found).version().number() <= CHANGES
                : found.get(LOG.row(RowKey.ordered(version.number())))
                        .filter(row -> CHANGE.decode(row).version().writer().equals(version.writer()))
                        .isPresent();
    }

    long now() {
        return found.now();
    }

    int kept() {
        return head.kept();
    }

    /** Whether the step has asked for all that a change of this target needs. */
    boolean knows(BanTarget target) {
        return found.has(liftedOf(target));
    }

    /** The ban that is in force. */
    Optional<Ban> ban(BanTarget target) {
        return stored(target).filter(ban -> ban.isInForce(now()));
    }

    /** Which ban gives way where there is no room for one more; empty if none does. */
    Optional<End> displacedBy(Ban ban) {
        Stream<Kind> kinds = ban.origin() == Origin.RULE
                ? Stream.of(Kind.RULE_FOR_ADDRESSES)
                : Stream.of(Kind.RULE_FOR_ADDRESSES, Kind.RULE_FOR_USER);
        return kinds.flatMap(kind -> found.get(kind.ends().first(FIRST)).stream())
                .map(row -> End.of(row.key()))
                .filter(end -> !changed.containsKey(end.target()))
                .min(Comparator.comparingLong(End::at));
    }

    /** Whether a ban that a node holds should be here. */
    boolean isLost(Ban ban) {
        return ban.isInForce(now())
                && ban(ban.target()).isEmpty()
                && liftedUntil(ban.target()).orElse(0L) <= now();
    }

    /**
     * Puts a ban in the place of an earlier one. The earlier one is remembered if it would outlast the new one: otherwise it
     * could be restored.
     */
    void replace(Ban ban) {
        long former = ban(ban.target())
                .map(each -> Math.min(each.until(), now() + BanStore.LIFTED_MS))
                .orElse(0L);
        long remembered = Math.max(former, liftedUntil(ban.target()).orElse(0L));
        put(ban);
        if (remembered > ban.until()) {
            remember(ban.target(), remembered);
        }
    }

    void put(Ban ban) {
        remove(ban.target());
        forget(ban.target());
        write(BANS.row(ban.target().key()), BAN.encode(ban));
        write(Kind.endOf(ban), "");
        head = head.with(1, 0);
        changed.put(ban.target(), Optional.of(ban));
        log(ban.target(), Optional.of(ban));
    }

    /** Removes a ban for good, and remembers that until a time. */
    void lift(BanTarget target, long until) {
        remove(target);
        remember(target, until);
        log(target, Optional.empty());
    }

    <T> RowStep.Done<T> done(T result, long notAfter) {
        while (!lifted.isEmpty() && (End.of(lifted.first()).at() <= now() || head.lifted() > most)) {
            forget(End.of(lifted.first()).target(), lifted.first());
        }
        if (!writes.isEmpty()) {
            write(HEAD, HEAD_FORM.encode(head));
        }
        return new RowStep.Done<>(result, WriteSet.of(writes), notAfter);
    }

    <T> RowStep.Done<T> done(T result) {
        return done(result, Long.MAX_VALUE);
    }

    private void removeOver(Kind kind) {
        for (Row row : found.get(kind.ends().first(FIRST))) {
            End end = End.of(row.key());
            if (end.at() <= now()) {
                erase(kind.ends().row(row.key()), BANS.row(end.target().key()));
                head = head.with(-1, 0);
                changed.put(end.target(), Optional.empty());
            }
        }
    }

    private Optional<Ban> stored(BanTarget target) {
        Optional<Ban> ban = changed.get(target);
        return ban != null ? ban : found.get(BANS.row(target.key())).map(BAN::decode);
    }

    private void remove(BanTarget target) {
        stored(target).ifPresent(ban -> {
            erase(BANS.row(target.key()), Kind.endOf(ban));
            head = head.with(-1, 0);
        });
        changed.put(target, Optional.empty());
    }

    private Optional<Long> liftedUntil(BanTarget target) {
        Optional<Long> until = liftedNow.get(target);
        return until != null ? until : found.get(liftedOf(target)).map(Long::valueOf);
    }

    private void remember(BanTarget target, long until) {
        forget(target);
        String end = timed(until, target);
        write(LIFTED.row(end), "");
        write(liftedOf(target), Long.toString(until));
        head = head.with(0, 1);
        lifted.add(end);
        liftedNow.put(target, Optional.of(until));
    }

    private void forget(BanTarget target) {
        liftedUntil(target).ifPresent(until -> forget(target, timed(until, target)));
    }

    private void forget(BanTarget target, String end) {
        erase(LIFTED.row(end), liftedOf(target));
        head = head.with(0, -1);
        lifted.remove(end);
        liftedNow.put(target, Optional.empty());
    }

    private void log(BanTarget target, Optional<Ban> ban) {
        Change change = new Change(new BanVersion(head.version().number() + 1, writer, Optional.empty()), target, ban);
        head = head.after(change.version());
        write(LOG.row(RowKey.ordered(change.version().number())), CHANGE.encode(change));
        erase(LOG.row(RowKey.ordered(change.version().number() - CHANGES)));
    }

    private void write(RowKey row, String value) {
        writes.put(row, Optional.of(value));
    }

    private void erase(RowKey... rows) {
        Stream.of(rows).forEach(row -> writes.put(row, Optional.empty()));
    }

    private static RowKey liftedOf(BanTarget target) {
        return RowKey.of("bans_lifted_until", target.key());
    }

    private static String timed(long until, BanTarget target) {
        return RowKey.ordered(until) + " " + target.key();
    }
}
