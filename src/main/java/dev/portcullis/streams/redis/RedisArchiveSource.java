package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import io.vertx.core.Future;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Gives the archive what the streams in Redis have. */
public final class RedisArchiveSource implements ArchiveSource {
    /** The lane whose server tells the time. */
    private static final int LANE = 0;

    private final StreamReads reads;
    private final RowStore rows;
    private final Script confirmScript;
    private final LongSupplier millis;

    public RedisArchiveSource(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisArchiveSource(RedisStore redis, LongSupplier millis) {
        this.reads = new StreamReads(redis, millis);
        this.rows = new RedisRowStore(redis, millis);
        this.confirmScript =
                redis.script(RedisArchiveSource.class, "lane", "stream_meta", "entries", "confirm_archived");
        this.millis = millis;
    }

    @Override
    public Future<UnarchivedPart> read(StreamName stream, OptionalLong after, Bounds bounds) {
        return reads.unarchived(stream, after, bounds);
    }

    @Override
    public Future<Void> confirm(StreamName stream, Position upTo, long bytes, int windowEntries) {
        int lane = stream.lane();
        return reads.orFork(
                        stream,
                        confirmScript
                                .call()
                                .key(RedisKeys.of(lane, "lane"))
                                .key(StreamReads.key(stream, "m"))
                                .key(StreamReads.key(stream, "e"))
                                .key(StreamReads.key(stream, Conversations.TABLE))
                                .key(streams(lane))
                                .key(bytes(lane))
                                .arg(millis.getAsLong())
                                .arg(stream.value())
                                .arg(upTo.epoch())
                                .arg(upTo.seq())
                                .arg(bytes)
                                .arg(windowEntries)
                                .arg(stream.isInbox() ? "1" : ""))
                .mapEmpty();
    }

    @Override
    public Future<Long> now() {
        return rows.read(LANE, ReadSet.of(UnarchivedStreams.BYTES)).map(Rows::now);
    }

    /** The key of the streams of a lane that wait. */
    static String streams(int lane) {
        return RedisKeys.of(lane, UnarchivedStreams.STREAMS.table(), UnarchivedStreams.STREAMS.name());
    }

    /** The key of the number of bytes that wait. */
    static String bytes(int lane) {
        return RedisKeys.of(lane, UnarchivedStreams.BYTES.table(), UnarchivedStreams.BYTES.key());
    }
}
