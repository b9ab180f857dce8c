package dev.portcullis.uploads.ticket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.uploads.ticket.Upload.State;
import dev.portcullis.uploads.ticket.UploadQuota.Excess;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Uploads in the embedded store: the rows, an index of them by lane and time, and each owner's sums. */
public final class EmbeddedUploadStore implements UploadStore {
    private static final int TIME_AT = 1;
    private static final int ID_AT = TIME_AT + Long.BYTES;
    private static final byte[] NOTHING = {};
    private static final byte[] FOLDER = "folder".getBytes(UTF_8);

    private final EmbeddedStore store;
    private final Table rows;
    private final Table due;
    private final Table usage;
    private final Table bindings;

    /** What the uploads of one user sum up to. */
    private record Usage(long bytes, long pending) {
        private Usage plus(Upload upload, int sign) {
            return new Usage(
                    bytes + sign * upload.size(), pending + (upload.state().isPending() ? sign : 0));
        }

        private byte[] encode() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(bytes)
                    .putLong(pending)
                    .array();
        }

        private static Usage decode(byte @Nullable [] row) {
            if (row == null) {
                return new Usage(0, 0);
            }
            if (row.length != 2 * Long.BYTES) {
                throw new StoreFailure("the sum of a user's uploads can't be read");
            }
            ByteBuffer sums = ByteBuffer.wrap(row);
            return new Usage(sums.getLong(), sums.getLong());
        }
    }

    /** Blocks the thread: create it while starting. */
    public EmbeddedUploadStore(EmbeddedStore store) {
        this.store = store;
        this.rows = store.table("uploads.rows");
        this.due = store.table("uploads.due");
        this.usage = store.table("uploads.usage");
        this.bindings = store.table("uploads.bindings");
    }

    @Override
    public Future<Optional<Excess>> issue(Upload upload, UploadQuota quota) {
        return store.write(batch -> {
            if (find(batch, upload.id()).isPresent()) {
                return Optional.empty();
            }
            Usage then = usage(batch, upload.owner()).plus(upload, 1);
            if (then.bytes() > quota.bytes()) {
                return Optional.of(Excess.BYTES);
            }
            if (then.pending() > quota.pending()) {
                return Optional.of(Excess.PENDING);
            }
            put(batch, upload);
            return Optional.empty();
        });
    }

    @Override
    public Future<Optional<Upload>> take(FileId id, String ticketHash, long now, long dueAt) {
        return change(
                id,
                upload -> upload.state() == State.ISSUED
                        && now < upload.dueAt()
                        && upload.ticketHash().equals(ticketHash),
                State.RECEIVING,
                dueAt);
    }

    @Override
    public Future<Boolean> keep(FileId id, long now, long dueAt) {
        return store.write(batch -> {
            Optional<Upload> upload = find(batch, id);
            if (upload.filter(each -> each.state() == State.RECEIVING && now < each.dueAt())
                    .isPresent()) {
                replace(batch, upload.get(), upload.get().in(State.KEPT, dueAt));
                return true;
            }
            return upload.filter(each -> each.isKept(now)).isPresent();
        });
    }

    @Override
    public Future<Optional<Upload>> end(FileId id, long retryAt) {
        return store.write(batch -> find(batch, id).map(upload -> replace(batch, upload, upload.ending(retryAt))));
    }

    /** What is due is found first, and then claimed where that is still so. */
    @Override
    public Future<List<Upload>> claimDue(int lane, long now, int limit, long retryAt) {
        return store.read(reader -> {
                    List<FileId> found = new ArrayList<>();
                    reader.scan(due, dueKey(lane, 0, ""), dueKey(lane, now + 1, ""), (key, value) -> {
                        found.add(new FileId(new String(key, ID_AT, key.length - ID_AT, UTF_8)));
                        return found.size() < limit;
                    });
                    return found;
                })
                .compose(found -> store.write(batch -> found.stream()
                        .flatMap(id -> find(batch, id).stream())
                        .filter(upload -> upload.dueAt() <= now)
                        .map(upload -> replace(batch, upload, upload.ending(retryAt)))
                        .toList()));
    }

    @Override
    public Future<Boolean> remove(FileId id) {
        return store.write(batch -> {
            Optional<Upload> ended =
                    find(batch, id).filter(upload -> upload.state().isEnding());
            ended.ifPresent(upload -> delete(batch, upload));
            return ended.isPresent();
        });
    }

    @Override
    public Future<Optional<Upload>> find(FileId id) {
        return store.read(reader -> decode(id, reader.get(rows, rowKey(id))));
    }

    @Override
    public Future<Optional<String>> boundFolder() {
        return store.read(
                reader -> Optional.ofNullable(reader.get(bindings, FOLDER)).map(bytes -> new String(bytes, UTF_8)));
    }

    @Override
    public Future<Optional<String>> bind(String folder) {
        return store.write(batch -> {
            byte[] before = batch.get(bindings, FOLDER);
            if (before == null) {
                batch.put(bindings, FOLDER, folder.getBytes(UTF_8));
                return Optional.empty();
            }
            return Optional.of(new String(before, UTF_8));
        });
    }

    @Override
    public Future<Page> page(int lane, String from, int about) {
        byte[] begin = from.isEmpty() ? new byte[] {(byte) lane} : rowKey(new FileId(from));
        return store.readInBackground(reader -> {
            List<Upload> found = new ArrayList<>();
            List<String> next = new ArrayList<>();
            reader.scan(rows, begin, afterLane(lane), (key, value) -> {
                String id = new String(key, TIME_AT, key.length - TIME_AT, UTF_8);
                if (found.size() == about) {
                    next.add(id);
                    return false;
                }
                found.add(UploadRow.decode(id, new String(value, UTF_8)));
                return true;
            });
            return new Page(found, next.isEmpty() ? "" : next.get(0));
        });
    }

    private Future<Optional<Upload>> change(FileId id, Predicate<Upload> fits, State next, long dueAt) {
        return store.write(batch ->
                find(batch, id).filter(fits).map(upload -> replace(batch, upload, upload.in(next, dueAt))));
    }

    private Upload replace(Batch batch, Upload old, Upload upload) {
        delete(batch, old);
        put(batch, upload);
        return upload;
    }

    private void put(Batch batch, Upload upload) {
        batch.put(rows, rowKey(upload.id()), UploadRow.encode(upload).getBytes(UTF_8));
        batch.put(due, dueKey(upload), NOTHING);
        put(batch, upload.owner(), usage(batch, upload.owner()).plus(upload, 1));
    }

    private void delete(Batch batch, Upload upload) {
        batch.delete(rows, rowKey(upload.id()));
        batch.delete(due, dueKey(upload));
        put(batch, upload.owner(), usage(batch, upload.owner()).plus(upload, -1));
    }

    private void put(Batch batch, UserId owner, Usage sums) {
        if (sums.bytes() == 0) {
            batch.delete(usage, owner.value().getBytes(UTF_8));
        } else {
            batch.put(usage, owner.value().getBytes(UTF_8), sums.encode());
        }
    }

    private Usage usage(Batch batch, UserId owner) {
        return Usage.decode(batch.get(usage, owner.value().getBytes(UTF_8)));
    }

    private Optional<Upload> find(Batch batch, FileId id) {
        return decode(id, batch.get(rows, rowKey(id)));
    }

    private static Optional<Upload> decode(FileId id, byte @Nullable [] row) {
        return Optional.ofNullable(row).map(bytes -> UploadRow.decode(id.value(), new String(bytes, UTF_8)));
    }

    private static byte[] rowKey(FileId id) {
        byte[] name = id.value().getBytes(UTF_8);
        return ByteBuffer.allocate(1 + name.length)
                .put((byte) id.lane())
                .put(name)
                .array();
    }

    private static byte[] dueKey(Upload upload) {
        return dueKey(upload.id().lane(), upload.dueAt(), upload.id().value());
    }

    private static byte[] dueKey(int lane, long at, String id) {
        byte[] name = id.getBytes(UTF_8);
        return ByteBuffer.allocate(ID_AT + name.length)
                .put((byte) lane)
                .putLong(at)
                .put(name)
                .array();
    }

    /** The key after all of a lane; ids are hexadecimal digits, so the last lane needs no longer key. */
    private static byte[] afterLane(int lane) {
        return new byte[] {(byte) lane, (byte) 0xFF};
    }
}
