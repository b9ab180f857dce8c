package dev.portcullis.uploads.ticket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.uploads.ticket.UploadSteps.Change;
import dev.portcullis.uploads.ticket.UploadSteps.Seen;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Uploads in the embedded store: the rows, their sums, and indexes by time, by owner and by what owners hold. */
public final class EmbeddedUploadStore implements UploadStore {
    private static final byte[] NOTHING = {};
    private static final byte[] FOLDER = key("folder");

    /** Behind every key: all of them are ASCII. */
    private static final byte[] END = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final Table rows;
    private final Table due;
    private final Table owned;
    private final Table sums;
    private final Table holders;
    private final Table known;
    private final Table seen;
    private final Table bindings;

    /** Blocks the thread: create it while starting. */
    public EmbeddedUploadStore(EmbeddedStore store) {
        this.store = store;
        this.rows = store.table("uploads.rows");
        this.due = store.table("uploads.due");
        this.owned = store.table("uploads.owned");
        this.sums = store.table("uploads.sums");
        this.holders = store.table("uploads.holders");
        this.known = store.table("uploads.known");
        this.seen = store.table("uploads.seen");
        this.bindings = store.table("uploads.bindings");
    }

    @Override
    public Future<Optional<Excess>> issue(Upload upload, SharePolicy policy) {
        return store.write(batch -> {
            Optional<Upload> before = find(batch, upload.id());
            long knownSince = see(batch, upload.owner(), upload.createdAt());
            return apply(
                    batch,
                    before,
                    UploadSteps.issue(upload, new Seen(before, knownSince, held(batch, upload)), policy));
        });
    }

    @Override
    public Future<TakeResult> take(FileId id, String ticketHash, long now, long dueAt, SharePolicy policy) {
        return store.write(batch -> {
            Optional<Upload> before = find(batch, id);
            Held held = before.map(upload -> held(batch, upload)).orElse(UploadSteps.NOTHING_HELD);
            return apply(batch, before, UploadSteps.take(before, held, ticketHash, now, dueAt, policy));
        });
    }

    @Override
    public Future<Boolean> keep(FileId id, long now, long dueAt) {
        return change(id, before -> UploadSteps.keep(before, now, dueAt));
    }

    @Override
    public Future<Optional<Upload>> end(FileId id, long retryAt) {
        return change(id, before -> UploadSteps.end(before, retryAt));
    }

    /** What is due is found first, and then claimed where that is still so. */
    @Override
    public Future<Due> claimDue(long now, int limit, long retryAt) {
        return store.read(reader -> keys(reader, due, NOTHING, key(UploadKeys.due(now + 1, "")), limit))
                .compose(found -> store.write(batch -> found.stream()
                                .map(UploadKeys::idOfDue)
                                .flatMap(id -> claim(batch, id, now, retryAt).stream())
                                .toList())
                        .map(claimed -> new Due(claimed, found.size() == limit)));
    }

    @Override
    public Future<Boolean> remove(FileId id) {
        return change(id, UploadSteps::remove);
    }

    @Override
    public Future<Optional<Upload>> find(FileId id) {
        return store.read(reader -> decode(id.value(), reader.get(rows, key(id.value()))));
    }

    @Override
    public Future<Sums> all() {
        return store.read(reader -> sums(reader.get(sums, key(UploadKeys.ALL))));
    }

    @Override
    public Future<Page<Holder>> holders(String from, int limit) {
        return store.readInBackground(reader -> {
            List<String> found = keys(reader, holders, key(from), END, limit + 1);
            return page(found, limit, each -> holder(reader, new UserId(UploadKeys.ownerOfHolder(each))));
        });
    }

    @Override
    public Future<Page<Upload>> of(UserId owner, String from, int limit) {
        byte[] begin = key(UploadKeys.ownedFrom(owner, from));
        return store.readInBackground(reader -> {
            List<String> found = keys(reader, owned, begin, key(UploadKeys.ownedUntil(owner)), limit + 1);
            return page(found, limit, each -> row(reader, UploadKeys.idOfOwned(each)));
        });
    }

    @Override
    public Future<Void> forget(UserId owner) {
        return store.write(batch -> {
                    byte[] row = batch.get(known, key(owner.value()));
                    if (row != null) {
                        Known before = Known.parse(row);
                        note(batch, owner, Optional.of(before), new Known(before.since, 0));
                    }
                    return row != null;
                })
                .mapEmpty();
    }

    @Override
    public Future<Integer> forgetUnseen(long since, int limit) {
        return store.read(reader -> keys(reader, seen, NOTHING, key(UploadKeys.due(since, "")), limit))
                .compose(found -> store.write(batch ->
                        (int) found.stream().filter(each -> forget(batch, each)).count()));
    }

    @Override
    public Future<Optional<String>> boundFolder() {
        return store.read(
                reader -> Optional.ofNullable(reader.get(bindings, FOLDER)).map(EmbeddedUploadStore::text));
    }

    @Override
    public Future<Optional<String>> bind(String folder) {
        return store.write(batch -> {
            byte[] before = batch.get(bindings, FOLDER);
            if (before == null) {
                batch.put(bindings, FOLDER, key(folder));
                return Optional.empty();
            }
            return Optional.of(text(before));
        });
    }

    @Override
    public Future<Page<Upload>> page(String from, int about) {
        return store.readInBackground(
                reader -> page(keys(reader, rows, key(from), END, about + 1), about, each -> row(reader, each)));
    }

    private <T> Future<T> change(FileId id, Function<Optional<Upload>, Change<T>> step) {
        return store.write(batch -> {
            Optional<Upload> before = find(batch, id);
            return apply(batch, before, step.apply(before));
        });
    }

    private Optional<Upload> claim(Batch batch, String id, long now, long retryAt) {
        Optional<Upload> before = find(batch, new FileId(id));
        return apply(batch, before, UploadSteps.claim(before, now, retryAt));
    }

    private <T> T apply(Batch batch, Optional<Upload> before, Change<T> change) {
        if (change.writes()) {
            before.ifPresent(upload -> delete(batch, upload));
            change.after().ifPresent(upload -> put(batch, upload));
        }
        return change.result();
    }

    private void put(Batch batch, Upload upload) {
        batch.put(rows, key(upload.id().value()), key(UploadRow.encode(upload)));
        batch.put(due, key(UploadKeys.due(upload.dueAt(), upload.id().value())), NOTHING);
        batch.put(owned, key(UploadKeys.owned(upload)), NOTHING);
        count(batch, upload, before -> before.plus(Sums.of(upload)));
    }

    private void delete(Batch batch, Upload upload) {
        batch.delete(rows, key(upload.id().value()));
        batch.delete(due, key(UploadKeys.due(upload.dueAt(), upload.id().value())));
        batch.delete(owned, key(UploadKeys.owned(upload)));
        count(batch, upload, before -> before.minus(Sums.of(upload)));
    }

    private void count(Batch batch, Upload upload, UnaryOperator<Sums> change) {
        batch.delete(holders, key(holderOf(batch, upload.owner())));
        UploadKeys.sumsOf(upload).forEach(field -> put(batch, field, change.apply(sums(batch, field))));
        if (sums(batch, UploadKeys.sumsOf(upload.owner())).uploads() > 0) {
            batch.put(holders, key(holderOf(batch, upload.owner())), NOTHING);
        }
    }

    private void put(Batch batch, String field, Sums next) {
        if (next.uploads() == 0) {
            batch.delete(sums, key(field));
        } else {
            batch.put(sums, key(field), key(next.text()));
        }
    }

    private String holderOf(Batch batch, UserId owner) {
        return UploadKeys.holder(owner, sums(batch, UploadKeys.sumsOf(owner)).bytes());
    }

    private Held held(Batch batch, Upload upload) {
        return new Held(
                sums(batch, UploadKeys.sumsOf(upload.owner())),
                upload.origin().address().stream()
                        .map(network -> sums(batch, UploadKeys.sumsOf(network)))
                        .toList(),
                sums(batch, UploadKeys.ALL));
    }

    /** Says since when the user is known. */
    private long see(Batch batch, UserId owner, long now) {
        Optional<Known> before =
                Optional.ofNullable(batch.get(known, key(owner.value()))).map(Known::parse);
        Known next = new Known(before.map(Known::since).orElse(now), now);
        note(batch, owner, before, next);
        return next.since;
    }

    private void note(Batch batch, UserId owner, Optional<Known> before, Known next) {
        before.ifPresent(old -> batch.delete(seen, key(UploadKeys.due(old.seenAt, owner.value()))));
        batch.put(known, key(owner.value()), key(next.text()));
        batch.put(seen, key(UploadKeys.due(next.seenAt, owner.value())), NOTHING);
    }

    private boolean forget(Batch batch, String seenKey) {
        UserId owner = new UserId(UploadKeys.idOfDue(seenKey));
        byte[] row = batch.get(known, key(owner.value()));
        boolean isCurrent = row != null
                && UploadKeys.due(Known.parse(row).seenAt, owner.value()).equals(seenKey);
        if (!isCurrent || sums(batch, UploadKeys.sumsOf(owner)).uploads() > 0) {
            return false;
        }
        batch.delete(known, key(owner.value()));
        batch.delete(seen, key(seenKey));
        return true;
    }

    private Optional<Holder> holder(Reader reader, UserId owner) {
        byte[] begin = key(UploadKeys.ownedFrom(owner));
        byte[] end = key(UploadKeys.ownedUntil(owner));
        List<String> newest = new ArrayList<>();
        reader.scanBack(owned, begin, end, (key, value) -> {
            newest.add(text(key));
            return false;
        });
        List<String> oldest = keys(reader, owned, begin, end, 1);
        return newest.stream()
                .flatMap(each -> row(reader, UploadKeys.idOfOwned(each)).stream())
                .findFirst()
                .map(upload -> Holder.of(
                        owner,
                        sums(reader.get(sums, key(UploadKeys.sumsOf(owner)))),
                        UploadKeys.createdAtOfOwned(oldest.get(0)),
                        upload));
    }

    private Optional<Upload> row(Reader reader, String id) {
        return decode(id, reader.get(rows, key(id)));
    }

    private Optional<Upload> find(Batch batch, FileId id) {
        return decode(id.value(), batch.get(rows, key(id.value())));
    }

    private Sums sums(Batch batch, String field) {
        return sums(batch.get(sums, key(field)));
    }

    private static <T> Page<T> page(List<String> found, int limit, Function<String, Optional<T>> read) {
        return new Page<>(
                found.stream()
                        .limit(limit)
                        .flatMap(each -> read.apply(each).stream())
                        .toList(),
                found.size() > limit ? found.get(limit) : "");
    }

    private static List<String> keys(Reader reader, Table table, byte[] from, byte[] to, int limit) {
        List<String> found = new ArrayList<>();
        reader.scan(table, from, to, (key, value) -> {
            found.add(text(key));
            return found.size() < limit;
        });
        return found;
    }

    private static Sums sums(byte @Nullable [] row) {
        return row == null ? Sums.NONE : Sums.parse(text(row));
    }

    private static Optional<Upload> decode(String id, byte @Nullable [] row) {
        return Optional.ofNullable(row).map(bytes -> UploadRow.decode(id, text(bytes)));
    }

    private static byte[] key(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** Since when a user is known, and when they asked last. */
    private record Known(long since, long seenAt) {
        String text() {
            return since + " " + seenAt;
        }

        static Known parse(byte[] row) {
            String[] parts = EmbeddedUploadStore.text(row).split(" ", -1);
            if (parts.length != 2) {
                throw new StoreFailure("since when a user is known can't be read");
            }
            return new Known(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }
    }
}
