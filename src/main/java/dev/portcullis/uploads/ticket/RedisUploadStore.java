package dev.portcullis.uploads.ticket;

import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.uploads.ticket.UploadQuota.Excess;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Uploads in Redis, each in the lane of its owner. */
public final class RedisUploadStore implements UploadStore {
    private static final String FOLDER = RedisKeys.of(0, "uploads", "folder");
    private static final String SCAN_END = "0";

    private final RedisStore redis;
    private final Script issueScript;
    private final Script takeScript;
    private final Script keepScript;
    private final Script endScript;
    private final Script claimScript;
    private final Script removeScript;
    private final Script findScript;
    private final Script pageScript;
    private final Script bindScript;
    private final Script boundScript;

    public RedisUploadStore(RedisStore redis) {
        this.redis = redis;
        this.issueScript = redis.script(RedisUploadStore.class, "uploads", "issue_upload");
        this.takeScript = redis.script(RedisUploadStore.class, "uploads", "take_upload");
        this.keepScript = redis.script(RedisUploadStore.class, "uploads", "keep_upload");
        this.endScript = redis.script(RedisUploadStore.class, "uploads", "end_upload");
        this.claimScript = redis.script(RedisUploadStore.class, "uploads", "claim_due_uploads");
        this.removeScript = redis.script(RedisUploadStore.class, "uploads", "remove_upload");
        this.findScript = redis.script(RedisUploadStore.class, "uploads", "find_upload");
        this.pageScript = redis.script(RedisUploadStore.class, "uploads", "page_uploads");
        this.bindScript = redis.script(RedisUploadStore.class, "bind_folder");
        this.boundScript = redis.script(RedisUploadStore.class, "bound_folder");
    }

    @Override
    public Future<Optional<Excess>> issue(Upload upload, UploadQuota quota) {
        Script.Call call = of(issueScript, upload.id())
                .arg(UploadRow.encode(upload))
                .arg(quota.bytes())
                .arg(quota.pending());
        return redis.run(call)
                .map(excess -> Optional.ofNullable(excess)
                        .map(Response::toString)
                        .map(name -> Excess.valueOf(name.toUpperCase(Locale.ROOT))));
    }

    @Override
    public Future<Optional<Upload>> take(FileId id, String ticketHash, long now, long dueAt) {
        return row(id, of(takeScript, id).arg(ticketHash).arg(now).arg(dueAt));
    }

    @Override
    public Future<Boolean> keep(FileId id, long now, long dueAt) {
        return redis.run(of(keepScript, id).arg(now).arg(dueAt)).map(Response::toBoolean);
    }

    @Override
    public Future<Optional<Upload>> end(FileId id, long retryAt) {
        return row(id, of(endScript, id).arg(retryAt));
    }

    @Override
    public Future<List<Upload>> claimDue(int lane, long now, int limit, long retryAt) {
        return redis.run(of(claimScript, lane).arg(now).arg(limit).arg(retryAt)).map(reply -> uploads(reply, 0));
    }

    @Override
    public Future<Boolean> remove(FileId id) {
        return redis.run(of(removeScript, id)).map(Response::toBoolean);
    }

    @Override
    public Future<Optional<Upload>> find(FileId id) {
        return row(id, of(findScript, id));
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
    public Future<Page> page(int lane, String from, int about) {
        return redis.run(of(pageScript, lane)
                        .arg(from.isEmpty() ? SCAN_END : from)
                        .arg(about))
                .map(reply -> {
                    String next = reply.get(0).toString();
                    return new Page(uploads(reply, 1), next.equals(SCAN_END) ? "" : next);
                });
    }

    private Future<Optional<Upload>> row(FileId id, Script.Call call) {
        return redis.run(call)
                .map(row -> Optional.ofNullable(row).map(found -> UploadRow.decode(id.value(), found.toString())));
    }

    /** Pairs of id and row. */
    private static List<Upload> uploads(Response reply, int first) {
        List<Upload> uploads = new ArrayList<>();
        for (int i = first; i + 1 < reply.size(); i += 2) {
            uploads.add(
                    UploadRow.decode(reply.get(i).toString(), reply.get(i + 1).toString()));
        }
        return uploads;
    }

    private static Script.Call of(Script script, FileId id) {
        return of(script, id.lane()).arg(id.value());
    }

    private static Script.Call of(Script script, int lane) {
        return script.call()
                .key(RedisKeys.of(lane, "uploads"))
                .key(RedisKeys.of(lane, "uploads", "due"))
                .key(RedisKeys.of(lane, "uploads", "usage"));
    }
}
