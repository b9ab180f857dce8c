package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.BanRows.Change;
import dev.portcullis.ratelimit.ban.BanRows.End;
import dev.portcullis.ratelimit.ban.BanRows.Head;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Keeps the bans that operators and rules decide. Each method is one atomic step. A step that writes goes by the store's own
 * clock, and removes bans that are over. A failed future means that the store failed. The step may or may not be done
 * then, and may be repeated.
 */
public final class BanStore {
    /** How long the store remembers that a ban was lifted, so that no node stores it again. */
    static final long LIFTED_MS = 3_600_000;

    /** How many bans one call reads. */
    static final int PART = 500;

    /** How many changes one call reads: each node looks for them twice a second, mostly finds none, and needs no thread for so few. */
    static final int CHANGES = 24;

    private static final int LANE = Lanes.of("bans");

    private final RowStore rows;
    private final IntSupplier most;

    /**
     * A part of the list, to be taken into what was read before.
     *
     * @param version the version to go on from; changes with each change, and also if the store has lost its bans
     * @param first of all parts of the list: what was read before no longer counts
     * @param more whether the next part should be read at once
     * @param bans also such as may be over, each instead of an earlier one of its target
     * @param lifted the targets that have no ban any more; one that an answer of all bans leaves out may be absent
     */
    record Part(String version, boolean first, boolean more, List<Ban> bans, List<BanTarget> lifted) {}

    /** @param most bans that are kept at one time */
    public BanStore(RowStore rows, IntSupplier most) {
        this.rows = rows;
        this.most = most;
    }

    /**
     * Keeps a ban instead of an earlier one of its target. A rule replaces no operator's ban that is in force, and a
     * rule's only if it lasts longer, of addresses by half its length. Where the store is full, an operator's ban takes the
     * place of the rule's ban that ends first, and a rule's that of the rule's ban of addresses that ends first: who has
     * enough addresses to fill the store displaces their own bans, and no user's (CWE-770). It is persisted before the answer.
     *
     * @return the ban of this target from now on; empty if the store has as many bans as it may keep
     */
    public Future<Optional<Ban>> add(Ban ban) {
        return change(BanRows.readsOf(ban.target()), found -> {
            Optional<Ban> present = found.ban(ban.target());
            if (present.filter(each -> each.isKeptBeside(ban)).isPresent()) {
                return found.done(present);
            }
            if (present.isEmpty() && found.kept() >= most.getAsInt()) {
                Optional<End> displaced = found.displacedBy(ban);
                if (displaced.isEmpty()) {
                    return found.done(Optional.empty());
                }
                BanTarget target = displaced.get().target();
                if (!found.knows(target)) {
                    return new ReadMore<>(BanRows.readsOf(target));
                }
                found.lift(
                        target,
                        Math.min(found.now() + LIFTED_MS, displaced.get().at()));
            }
            found.replace(ban);
            return found.done(Optional.of(ban));
        });
    }

    /**
     * Lifts a ban. A step that comes too late does nothing, and fails: the same target may have been banned again meanwhile.
     *
     * @param notAfter by the store's clock
     * @return whether there was one
     */
    public Future<Boolean> lift(BanTarget target, long notAfter) {
        return change(BanRows.readsOf(target), found -> {
            boolean present = found.ban(target).isPresent();
            found.lift(target, found.now() + LIFTED_MS);
            return found.done(present, notAfter);
        });
    }

    /**
     * Keeps bans that a node holds and the store has lost. Leaves out those whose target has a ban, or had one that was
     * lifted or replaced within {@link #LIFTED_MS}, and those that exceed the bound.
     *
     * @return how many had been lost
     */
    Future<Integer> restore(List<Ban> bans) {
        ReadSet reads =
                bans.stream().map(ban -> BanRows.readsOf(ban.target())).reduce(BanRows.HEAD_ALONE, ReadSet::and);
        return change(reads, found -> {
            int restored = 0;
            for (Ban ban : bans) {
                if (found.isLost(ban) && found.kept() < most.getAsInt()) {
                    found.put(ban);
                    restored++;
                }
            }
            return found.done(restored);
        });
    }

    /**
     * Reads the changes since a version: at most a few hundred bans. A caller that knows no version, or one from which the
     * changes are not remembered, reads all bans from the first on, in parts. No clock decides what is read: one that is
     * corrected changes no version, so a ban that was left out as over would not be read again (CWE-636).
     *
     * @param known the version of the last part that the caller has read; empty if none
     * @return empty if nothing has changed
     */
    Future<Optional<Part>> readSince(String known) {
        return BanVersion.parse(known).map(this::readSince).orElseGet(this::readFirst);
    }

    private Future<Optional<Part>> readFirst() {
        RowRange all = BanRows.BANS.first(PART);
        return rows.read(LANE, BanRows.HEAD_ALONE.and(ReadSet.of(all))).map(found -> {
            Head head = Head.of(found);
            return Optional.of(page(head, head.version(), true, found.get(all)));
        });
    }

    private Future<Optional<Part>> readSince(BanVersion known) {
        RowRange page = known.reached()
                .map(target -> BanRows.BANS.after(target, PART))
                .orElseGet(() -> BanRows.changesAfter(known.number(), CHANGES));
        ReadSet reads = BanRows.HEAD_ALONE.and(BanRows.changeOf(known.number())).and(ReadSet.of(page));
        return rows.read(LANE, reads).compose(found -> {
            Head head = Head.of(found);
            if (!BanRows.remembers(found, known)) {
                return readFirst();
            }
            return Future.succeededFuture(
                    known.reached().isPresent()
                            ? Optional.of(page(head, known, false, found.get(page)))
                            : changes(head, found.get(page)));
        });
    }

    /** A part of all bans, the last one of which is followed by what has changed since the first was read. */
    private static Part page(Head head, BanVersion since, boolean first, List<Row> bans) {
        boolean last = bans.size() < PART;
        BanVersion version = last ? since.whole() : since.at(bans.get(PART - 1).key());
        return new Part(
                version.toString(),
                first,
                !last || since.number() < head.version().number(),
                bans.stream().map(row -> BanRows.BAN.decode(row.value())).toList(),
                List.of());
    }

    private static Optional<Part> changes(Head head, List<Row> changes) {
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        Map<BanTarget, Optional<Ban>> latest = new LinkedHashMap<>();
        BanVersion version = head.version();
        for (Row row : changes) {
            Change change = Change.of(row);
            latest.put(change.target(), change.ban());
            version = change.version();
        }
        return Optional.of(new Part(
                version.toString(),
                false,
                version.number() < head.version().number(),
                latest.values().stream().flatMap(Optional::stream).toList(),
                latest.entrySet().stream()
                        .filter(each -> each.getValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .toList()));
    }

    private <T> Future<T> change(ReadSet reads, Function<BanRows, RowStep<T>> step) {
        String writer = UUID.randomUUID().toString();
        return rows.change(
                LANE, BanRows.ALWAYS.and(reads), found -> step.apply(new BanRows(found, writer, most.getAsInt())));
    }
}
