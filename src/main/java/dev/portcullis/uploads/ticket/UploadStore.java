package dev.portcullis.uploads.ticket;

import static dev.portcullis.uploads.ticket.UploadKeys.LANE;

import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.SharePolicy.Held;
import dev.portcullis.uploads.ticket.UploadRows.KnownUser;
import dev.portcullis.uploads.ticket.UploadSteps.Change;
import dev.portcullis.uploads.ticket.UploadSteps.Seen;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Keeps the rows of uploads. Each method is one atomic step. Times are milliseconds of the store's clock. A failed future
 * means that the store failed, and that the step may or may not be done; every step may be repeated, but {@link #take},
 * whose repeat finds a used ticket.
 *
 * <p>The file goes before its row: {@link #end} or {@link #claimDue}, then the file, then {@link #remove}. So a node that dies
 * between leaves a row that is claimed again, and no file that nothing knows of.
 */
public final class UploadStore {
    private final RowStore rows;

    /** @param next from where to go on; empty at the end */
    public record Page<T>(List<T> found, String next) {}

    /**
     * @param claimed by this caller
     * @param more whether more may be due: as many as the limit were looked at
     */
    public record Due(List<Upload> claimed, boolean more) {}

    public UploadStore(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Adds an issued upload if it exceeds no share, and returns the exceeded share otherwise. Its bytes count for its owner
     * from now on. Its owner is known from their first call on, whatever the result.
     */
    public Future<Optional<Excess>> issue(Upload upload, SharePolicy policy) {
        UserId owner = upload.owner();
        long now = upload.createdAt();
        ReadSet reads = ReadSet.of(UploadKeys.rowOf(upload.id()), UploadKeys.knownOf(owner))
                .and(UploadRows.sumsOf(upload));
        return rows.change(LANE, reads, found -> {
            UploadRows seen = new UploadRows(found);
            Optional<Upload> before = seen.upload(upload.id());
            KnownUser known =
                    new KnownUser(seen.known(owner).map(KnownUser::since).orElse(now), now);
            Change<Optional<Excess>> change =
                    UploadSteps.issue(upload, new Seen(before, known.since(), seen.held(upload)), policy);
            return RowStep.done(change.result(), seen.known(owner, known).and(seen.writes(before, change)));
        });
    }

    /**
     * Uses a ticket: the upload is received from now on, if its file exceeds no share.
     *
     * @param dueAt when all must have arrived
     * @return the upload; refused with the share that its file exceeds at this moment, and then the ticket stays good; refused with
     * nothing for a ticket that is not known, was used or is due, which look the same to its holder
     */
    public Future<Result<Upload, Optional<Excess>>> take(
            FileId id, String ticketHash, long now, long dueAt, SharePolicy policy) {
        return change(id, (before, held) -> UploadSteps.take(before, held, ticketHash, now, dueAt, policy));
    }

    /**
     * Uses the ticket of an upload whose bytes went another way than by this server, also if it is due. False if it was used, or
     * has ended.
     *
     * @param dueAt when it is to be kept
     */
    public Future<Boolean> arrive(FileId id, long dueAt) {
        return change(id, (before, held) -> UploadSteps.arrive(before, dueAt));
    }

    /**
     * Keeps an upload that was received in time. False if it came too late: then its file is to be deleted.
     *
     * @param dueAt when the file is to be deleted
     */
    public Future<Boolean> keep(FileId id, long now, long dueAt) {
        return change(id, (before, held) -> UploadSteps.keep(before, now, dueAt));
    }

    /**
     * Begins the end of an upload, whatever its state is; empty if there is none. Its file is to be deleted.
     *
     * @param retryAt when others may claim it, since the caller must have died
     */
    public Future<Optional<Upload>> end(FileId id, long retryAt) {
        return change(id, (before, held) -> UploadSteps.end(before, retryAt));
    }

    /**
     * Begins the end of an upload if it is such a one, as it is in this step. It is due at once: the next sweep takes its file.
     *
     * @return whether there is one; its end may have begun before
     */
    public Future<Boolean> endIf(FileId id, Predicate<Upload> which) {
        return change(id, (now, before, held) -> UploadSteps.endIf(before.filter(which), now));
    }

    /**
     * Hides a file that is kept, if its upload is such a one, as it is in this step: it stays as long as before, but is not fetched any
     * more. One that no one could fetch yet ends instead: its ticket has to be as good, or bad, as without a hold.
     *
     * @return whether there is a file that stays; this call may be the second one that hides it
     */
    public Future<Boolean> hideIf(FileId id, Predicate<Upload> which) {
        return change(id, (now, before, held) -> UploadSteps.hide(before.filter(which), now));
    }

    /**
     * Begins the end of uploads that are due. If several nodes ask, one of them gets each.
     *
     * @param limit the most uploads that are looked at
     * @param retryAt as for {@link #end}
     * @param unsure whether an upload that is due may have to stay: it is claimed too, and does not end
     */
    public Future<Due> claimDue(long now, int limit, long retryAt, Predicate<Upload> unsure) {
        RowRange due = UploadKeys.dueBy(now, limit);
        return rows.read(LANE, ReadSet.of(due)).compose(found -> {
            List<Future<Optional<Upload>>> claims = found.get(due).stream()
                    .map(row -> new FileId(UploadKeys.nameIn(row.key())))
                    .map(id -> change(id, (before, held) -> UploadSteps.claim(before, now, retryAt, unsure)))
                    .toList();
            return Future.join(claims)
                    .map(all -> new Due(
                            claims.stream()
                                    .flatMap(claim -> claim.result().stream())
                                    .toList(),
                            claims.size() == limit));
        });
    }

    /**
     * Removes an upload whose end has begun and whose file is deleted. Its bytes count no more. False if there is none: another
     * caller was faster.
     */
    public Future<Boolean> remove(FileId id) {
        return change(id, (before, held) -> UploadSteps.remove(before));
    }

    public Future<Optional<Upload>> find(FileId id) {
        return rows.read(LANE, ReadSet.of(UploadKeys.rowOf(id))).map(found -> new UploadRows(found).upload(id));
    }

    /** The sums of all uploads. */
    public Future<Sums> all() {
        return rows.read(LANE, ReadSet.of(UploadKeys.ALL)).map(found -> new UploadRows(found).sums(UploadKeys.ALL));
    }

    /**
     * Users who have uploads, those with most bytes first. Where that changes meanwhile, a user may be in two pages, or in none.
     *
     * @param from empty to begin, then what the page before says
     */
    public Future<Page<Holder>> holders(String from, int limit) {
        return page(UploadKeys.HOLDERS, from, limit, holders -> {
            List<UserId> owners = holders.stream()
                    .map(row -> new UserId(UploadKeys.nameIn(row.key())))
                    .toList();
            ReadSet ends = new ReadSet(
                    owners.stream().map(UploadKeys::sumsOf).toList(),
                    owners.stream()
                            .map(UploadKeys::ownedBy)
                            .flatMap(owned -> List.of(owned.first(1), owned.last(1)).stream())
                            .toList());
            return rows.read(LANE, ends)
                    .compose(found -> rows.read(
                                    LANE, reads(owners.stream().flatMap(owner -> newest(found, owner).stream())))
                            .map(newest -> owners.stream()
                                    .flatMap(owner -> holder(owner, found, new UploadRows(newest)).stream())
                                    .toList()));
        });
    }

    /**
     * The uploads of a user, the oldest first.
     *
     * @param from empty to begin, then what the page before says
     */
    public Future<Page<Upload>> of(UserId owner, String from, int limit) {
        return uploads(UploadKeys.ownedBy(owner), from, limit, row -> UploadKeys.nameIn(row.key()));
    }

    /**
     * The uploads to a room.
     *
     * @param from empty to begin, then what the page before says
     */
    public Future<Page<Upload>> sentTo(RoomId room, String from, int limit) {
        return uploads(UploadKeys.sentTo(room), from, limit, Row::key);
    }

    private Future<Page<Upload>> uploads(Partition of, String from, int limit, Function<Row, String> idOf) {
        return page(of, from, limit, page -> {
            List<FileId> ids =
                    page.stream().map(row -> new FileId(idOf.apply(row))).toList();
            return rows.read(LANE, reads(ids.stream()))
                    .map(found -> ids.stream()
                            .flatMap(id -> new UploadRows(found).upload(id).stream())
                            .toList());
        });
    }

    /** Forgets since when a user is known, as soon as they have no uploads. */
    public Future<Void> forget(UserId owner) {
        return rows.change(LANE, ReadSet.of(UploadKeys.knownOf(owner)), found -> {
                    UploadRows seen = new UploadRows(found);
                    WriteSet writes = seen.known(owner)
                            .map(known -> seen.known(owner, new KnownUser(known.since(), 0)))
                            .orElse(WriteSet.NONE);
                    return RowStep.done(owner, writes);
                })
                .mapEmpty();
    }

    /**
     * Forgets users who have no uploads and asked for no ticket since then.
     *
     * @param limit of how many are looked at
     */
    public Future<Integer> forgetUnseen(long since, int limit) {
        RowRange unseen = UploadKeys.seenBefore(since, limit);
        return rows.read(LANE, ReadSet.of(unseen)).compose(found -> {
            List<Future<Boolean>> all = found.get(unseen).stream()
                    .map(row -> forgetUnseen(new UserId(UploadKeys.nameIn(row.key())), since))
                    .toList();
            return Future.join(all)
                    .map(any -> (int) all.stream().filter(Future::result).count());
        });
    }

    private Future<Boolean> forgetUnseen(UserId owner, long since) {
        RowKey sums = UploadKeys.sumsOf(owner);
        return rows.change(LANE, ReadSet.of(UploadKeys.knownOf(owner), sums), found -> {
            UploadRows seen = new UploadRows(found);
            boolean isOver =
                    seen.known(owner).filter(known -> known.seenAt() < since).isPresent()
                            && seen.sums(sums).uploads() == 0;
            return RowStep.done(isOver, isOver ? seen.forgotten(owner) : WriteSet.NONE);
        });
    }

    /** The folder that the rows are bound to; empty if they are bound to none yet. */
    public Future<Optional<String>> boundFolder() {
        return rows.read(LANE, ReadSet.of(UploadKeys.FOLDER)).map(found -> found.get(UploadKeys.FOLDER));
    }

    /**
     * Binds the rows to the folder that has their files, unless they are bound.
     *
     * @return the folder that they were bound to before, and still are; empty if they are bound to this one from now on
     */
    public Future<Optional<String>> bind(String folder) {
        return rows.change(LANE, ReadSet.of(UploadKeys.FOLDER), found -> {
            Optional<String> before = found.get(UploadKeys.FOLDER);
            return RowStep.done(before, before.isPresent() ? WriteSet.NONE : WriteSet.of(UploadKeys.FOLDER, folder));
        });
    }

    /**
     * A page of the uploads. An upload that is there all the time is in some page, maybe in several.
     *
     * @param from empty to begin, then the value from the page before
     */
    public Future<Page<Upload>> page(String from, int about) {
        return page(
                UploadKeys.UPLOADS,
                from,
                about,
                uploads -> Future.succeededFuture(uploads.stream()
                        .map(row -> UploadRows.FORM.decode(row.value()))
                        .toList()));
    }

    private <T> Future<T> change(FileId id, BiFunction<Optional<Upload>, Held, Change<T>> step) {
        return change(id, (now, before, held) -> step.apply(before, held));
    }

    /** A step of an upload at a time of the store's clock. */
    private interface TimedStep<T> {
        Change<T> apply(long now, Optional<Upload> before, Held held);
    }

    private <T> Future<T> change(FileId id, TimedStep<T> step) {
        return rows.change(LANE, ReadSet.of(UploadKeys.rowOf(id)), found -> {
            UploadRows seen = new UploadRows(found);
            Optional<Upload> before = seen.upload(id);
            if (before.isPresent() && !seen.hasSumsOf(before.get())) {
                return new ReadMore<>(UploadRows.sumsOf(before.get()));
            }
            Change<T> change =
                    step.apply(found.now(), before, before.map(seen::held).orElse(UploadSteps.NOTHING_HELD));
            return RowStep.done(change.result(), seen.writes(before, change));
        });
    }

    /** @param from a key, whose place may be empty by now */
    private <T> Future<Page<T>> page(Partition of, String from, int limit, Function<List<Row>, Future<List<T>>> read) {
        RowRange range = of.from(from, limit + 1);
        return rows.read(LANE, ReadSet.of(range)).compose(found -> {
            List<Row> all = found.get(range);
            String next = all.size() > limit ? all.get(limit).key() : "";
            return read.apply(all.subList(0, Math.min(limit, all.size()))).map(page -> new Page<>(page, next));
        });
    }

    private static ReadSet reads(Stream<FileId> ids) {
        return ReadSet.of(ids.map(UploadKeys::rowOf).toArray(RowKey[]::new));
    }

    private static Optional<FileId> newest(Rows found, UserId owner) {
        return found.get(UploadKeys.ownedBy(owner).last(1)).stream()
                .map(row -> new FileId(UploadKeys.nameIn(row.key())))
                .findFirst();
    }

    private static Optional<Holder> holder(UserId owner, Rows found, UploadRows newest) {
        Sums sums = new UploadRows(found).sums(UploadKeys.sumsOf(owner));
        Optional<Long> oldestAt = found.get(UploadKeys.ownedBy(owner).first(1)).stream()
                .map(row -> UploadKeys.timeIn(row.key()))
                .findFirst();
        return oldestAt.flatMap(
                at -> newest(found, owner).flatMap(newest::upload).map(upload -> Holder.of(owner, sums, at, upload)));
    }

    /**
     * A user who has uploads.
     *
     * @param bytes of all of them, from their tickets on
     * @param oldestAt when the oldest was given its ticket
     * @param address where the newest came from, narrowest network first
     */
    public record Holder(UserId owner, long bytes, long uploads, long oldestAt, List<String> address) {
        public Holder {
            address = List.copyOf(address);
        }

        static Holder of(UserId owner, Sums sums, long oldestAt, Upload newest) {
            return new Holder(
                    owner,
                    sums.bytes(),
                    sums.uploads(),
                    oldestAt,
                    newest.origin().address());
        }
    }
}
