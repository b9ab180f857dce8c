package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.uploads.ticket.UploadSteps.Change;
import dev.portcullis.uploads.ticket.UploadSteps.Seen;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in Redis, all in one lane, since what one may hold depends on what all hold. A step is computed here, and written if the
 * rows and sums that it depends on are still those that were read.
 */
public final class RedisUploadStore implements UploadStore {
    private static final int LANE = 0;
    private static final String FOLDER = RedisKeys.of(LANE, "uploads", "folder");
    private static final String SCAN_END = "0";
    private static final int PARTS_OF_HOLDER = 5;
    private static final int PARTS_OF_OWNED = 3;

    /** Judged steps that wait for those before them, and for how long. */
    private static final int WAITING = 2_000;

    private static final long WAIT_MS = 3_000;

    /** Each time that a step must be computed again, another node has written one. */
    private static final int MAX_TRIES = 200;

    private final RedisStore redis;
    private final StepQueue judged =
            new StepQueue(WAITING, WAIT_MS, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    private final Script readScript;
    private final Script commitScript;
    private final Script findScript;
    private final Script sumScript;
    private final Script dueScript;
    private final Script pageScript;
    private final Script holdersScript;
    private final Script ownedScript;
    private final Script forgetScript;
    private final Script unseenScript;
    private final Script bindScript;
    private final Script boundScript;

    public RedisUploadStore(RedisStore redis) {
        this.redis = redis;
        this.readScript = script("read_upload");
        this.commitScript = script("commit_upload");
        this.findScript = script("find_upload");
        this.sumScript = script("sum_uploads");
        this.dueScript = script("due_uploads");
        this.pageScript = script("page_uploads");
        this.holdersScript = script("page_holders");
        this.ownedScript = script("page_owned");
        this.forgetScript = script("forget_owner");
        this.unseenScript = script("forget_unseen");
        this.bindScript = redis.script(RedisUploadStore.class, "bind_folder");
        this.boundScript = redis.script(RedisUploadStore.class, "bound_folder");
    }

    /** Rows as they were read: a step of them is written if they still are. */
    private record Rows(FileId id, String row, long knownSince, Map<String, String> sums) {
        Optional<Upload> upload() {
            return row.isEmpty() ? Optional.empty() : Optional.of(UploadRow.decode(id.value(), row));
        }

        Held held(Upload upload) {
            return new Held(
                    sum(UploadKeys.sumsOf(upload.owner())),
                    upload.origin().address().stream()
                            .map(network -> sum(UploadKeys.sumsOf(network)))
                            .toList(),
                    sum(UploadKeys.ALL));
        }

        private Sums sum(String name) {
            String text = sums.getOrDefault(name, "");
            return text.isEmpty() ? Sums.NONE : Sums.parse(text);
        }
    }

    @Override
    public Future<Optional<Excess>> issue(Upload upload, SharePolicy policy) {
        FileId id = upload.id();
        return judged.run(() -> repeat(
                () -> read(id, Optional.of(upload), upload.owner().value(), upload.createdAt()),
                rows -> UploadSteps.issue(
                        upload, new Seen(rows.upload(), rows.knownSince(), rows.held(upload)), policy)));
    }

    @Override
    public Future<TakeResult> take(FileId id, String ticketHash, long now, long dueAt, SharePolicy policy) {
        return find(id).compose(found -> found.isEmpty()
                ? Future.succeededFuture(new TakeResult.Unknown())
                : judged.run(() -> repeat(
                        () -> read(id, found, "", now),
                        rows -> UploadSteps.take(
                                rows.upload(), rows.held(found.get()), ticketHash, now, dueAt, policy))));
    }

    @Override
    public Future<Boolean> keep(FileId id, long now, long dueAt) {
        return change(id, before -> UploadSteps.keep(before, now, dueAt));
    }

    @Override
    public Future<Optional<Upload>> end(FileId id, long retryAt) {
        return change(id, before -> UploadSteps.end(before, retryAt));
    }

    @Override
    public Future<Due> claimDue(long now, int limit, long retryAt) {
        return redis.run(call(dueScript).arg(now).arg(limit)).compose(ids -> {
            List<Future<Optional<Upload>>> claims = ids.stream()
                    .map(id -> change(new FileId(id.toString()), before -> UploadSteps.claim(before, now, retryAt)))
                    .toList();
            return Future.join(claims)
                    .map(all -> new Due(
                            claims.stream()
                                    .flatMap(claim -> claim.result().stream())
                                    .toList(),
                            ids.size() == limit));
        });
    }

    @Override
    public Future<Boolean> remove(FileId id) {
        return change(id, UploadSteps::remove);
    }

    @Override
    public Future<Optional<Upload>> find(FileId id) {
        return redis.run(call(findScript).arg(id.value()))
                .map(row -> Optional.ofNullable(row).map(found -> UploadRow.decode(id.value(), found.toString())));
    }

    @Override
    public Future<Sums> all() {
        return redis.run(call(sumScript).arg(UploadKeys.ALL))
                .map(sum -> sum == null ? Sums.NONE : Sums.parse(sum.toString()));
    }

    @Override
    public Future<Page<Holder>> holders(String from, int limit) {
        return redis.run(call(holdersScript).arg(from).arg(limit + 1))
                .map(reply -> page(reply, PARTS_OF_HOLDER, limit, at -> holder(reply, at)));
    }

    @Override
    public Future<Page<Upload>> of(UserId owner, String from, int limit) {
        return redis.run(call(ownedScript)
                        .arg(UploadKeys.ownedFrom(owner, from))
                        .arg(UploadKeys.ownedUntil(owner))
                        .arg(limit + 1))
                .map(reply -> page(reply, PARTS_OF_OWNED, limit, at -> upload(reply, at + 1)));
    }

    @Override
    public Future<Void> forget(UserId owner) {
        return redis.run(call(forgetScript).arg(owner.value())).mapEmpty();
    }

    @Override
    public Future<Integer> forgetUnseen(long since, int limit) {
        return redis.run(call(unseenScript).arg(since).arg(limit)).map(Response::toInteger);
    }

    @Override
    public Future<Optional<String>> boundFolder() {
        return folder(boundScript.call().key(FOLDER));
    }

    @Override
    public Future<Optional<String>> bind(String folder) {
        return folder(bindScript.call().key(FOLDER).arg(folder));
    }

    private Future<Optional<String>> folder(Script.Call call) {
        return redis.run(call).map(id -> Optional.ofNullable(id).map(Response::toString));
    }

    @Override
    public Future<Page<Upload>> page(String from, int about) {
        return redis.run(call(pageScript).arg(from.isEmpty() ? SCAN_END : from).arg(about))
                .map(reply -> {
                    String next = reply.get(0).toString();
                    List<Upload> found = new ArrayList<>();
                    for (int at = 1; at + 1 < reply.size(); at += 2) {
                        found.add(upload(reply, at));
                    }
                    return new Page<>(found, next.equals(SCAN_END) ? "" : next);
                });
    }

    private <T> Future<T> change(FileId id, Function<Optional<Upload>, Change<T>> step) {
        return repeat(() -> read(id, Optional.empty(), "", 0), rows -> step.apply(rows.upload()));
    }

    private <T> Future<T> repeat(Supplier<Future<Rows>> read, Function<Rows, Change<T>> step) {
        return repeat(read, step, MAX_TRIES);
    }

    private <T> Future<T> repeat(Supplier<Future<Rows>> read, Function<Rows, Change<T>> step, int tries) {
        return read.get().compose(rows -> {
            Change<T> change = step.apply(rows);
            if (!change.writes()) {
                return Future.succeededFuture(change.result());
            }
            return commit(rows, change.after()).compose(written -> {
                if (written) {
                    return Future.succeededFuture(change.result());
                }
                return tries > 1
                        ? repeat(read, step, tries - 1)
                        : Future.failedFuture(StoreFailure.notApplied("uploads change too often"));
            });
        });
    }

    /**
     * @param judged the upload whose sums the step depends on, if it does on any
     * @param asking the user who is known from now on; empty for none
     */
    private Future<Rows> read(FileId id, Optional<Upload> judged, String asking, long now) {
        List<String> names = judged.map(UploadKeys::sumsOfJudged).orElse(List.of());
        Script.Call call = call(readScript).arg(id.value()).arg(asking).arg(now);
        names.forEach(call::arg);
        return redis.run(call).map(reply -> {
            Map<String, String> sums = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                sums.put(names.get(i), text(reply.get(i + 2)));
            }
            String since = text(reply.get(1));
            return new Rows(id, text(reply.get(0)), since.isEmpty() ? 0 : Long.parseLong(since), sums);
        });
    }

    private Future<Boolean> commit(Rows rows, Optional<Upload> after) {
        Optional<Upload> before = rows.upload();
        Upload any = after.or(() -> before).orElseThrow();
        Sums change =
                after.map(Sums::of).orElse(Sums.NONE).minus(before.map(Sums::of).orElse(Sums.NONE));
        Script.Call call = call(commitScript)
                .arg(rows.id().value())
                .arg(rows.row())
                .arg(after.map(UploadRow::encode).orElse(""))
                .arg(any.dueAt())
                .arg(UploadKeys.owned(any))
                .arg(rows.sums().size());
        rows.sums().forEach((name, text) -> call.arg(name).arg(text));
        UploadKeys.sumsOf(any)
                .forEach(name -> call.arg(name)
                        .arg(change.ticketBytes())
                        .arg(change.fileBytes())
                        .arg(change.pending())
                        .arg(change.uploads()));
        return redis.run(call).map(reply -> reply.toInteger() == 1);
    }

    private Script script(String name) {
        return redis.script(RedisUploadStore.class, "uploads", name);
    }

    private static Script.Call call(Script script) {
        return script.call()
                .key(RedisKeys.of(LANE, "uploads"))
                .key(RedisKeys.of(LANE, "uploads", "due"))
                .key(RedisKeys.of(LANE, "uploads", "sums"))
                .key(RedisKeys.of(LANE, "uploads", "holders"))
                .key(RedisKeys.of(LANE, "uploads", "owned"))
                .key(RedisKeys.of(LANE, "uploads", "known"))
                .key(RedisKeys.of(LANE, "uploads", "seen"));
    }

    /** Of entries of so many parts each, of which the first is where a page can go on. */
    private static <T> Page<T> page(Response reply, int parts, int limit, Function<Integer, T> read) {
        List<T> found = new ArrayList<>();
        int end = Math.min(reply.size(), limit * parts);
        for (int at = 0; at < end; at += parts) {
            found.add(read.apply(at));
        }
        return new Page<>(found, reply.size() > end ? reply.get(end).toString() : "");
    }

    private static Holder holder(Response reply, int at) {
        return Holder.of(
                new UserId(UploadKeys.ownerOfHolder(reply.get(at).toString())),
                Sums.parse(reply.get(at + 1).toString()),
                UploadKeys.createdAtOfOwned(reply.get(at + 2).toString()),
                upload(reply, at + 3));
    }

    private static Upload upload(Response reply, int at) {
        return UploadRow.decode(reply.get(at).toString(), reply.get(at + 1).toString());
    }

    private static String text(@Nullable Response part) {
        return part == null ? "" : part.toString();
    }
}
