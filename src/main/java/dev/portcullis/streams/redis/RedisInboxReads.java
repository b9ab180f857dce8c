package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RandomEpoch;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Searches inboxes for a conversation, in Redis: only the found entries cross the network. */
final class RedisInboxReads {
    private final RedisStore redis;
    private final Script conversationScript;
    private final LongSupplier millis;

    RedisInboxReads(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.conversationScript = redis.script(
                RedisInboxReads.class, "lane", "stream_meta", "entries", "conversation_entry", "conversation");
        this.millis = millis;
    }

    Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        StreamName inbox = read.of().inbox();
        Script.Call call = conversationScript
                .call()
                .key(RedisKeys.of(inbox.lane(), "lane"))
                .key(key(inbox, "m"))
                .key(key(inbox, "e"))
                .key(conversations(inbox))
                .arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(read.order() == Order.AFTER ? "after" : "before")
                .arg(read.seq())
                .arg(bounds.entries())
                .arg(bounds.bytes())
                .arg(read.of().other().value());
        return redis.run(call).map(reply -> part(inbox, reply));
    }

    private static DirectConversation.Part part(StreamName inbox, Response reply) {
        Response seqs = reply.get(4);
        Response rows = reply.get(5);
        Response amendments = reply.get(6);
        List<LatestEntry> entries = IntStream.range(0, rows.size())
                .mapToObj(i -> latest(
                        inbox,
                        EntryRow.decode(inbox, seqs.get(i).toLong(), rows.get(i).toBytes()),
                        amendments.get(i).toBytes()))
                .toList();
        return new DirectConversation.Part(
                new Position(reply.get(0).toString(), reply.get(1).toLong()),
                entries,
                reply.get(2).toBoolean(),
                reply.get(3).toBoolean());
    }

    private static LatestEntry latest(StreamName inbox, EntryRow row, byte[] amendment) {
        Optional<StreamEntry> by = Optional.of(amendment)
                .filter(bytes -> bytes.length > 0)
                .map(bytes -> EntryRow.decode(inbox, row.amendedBy(), bytes).entry());
        return new LatestEntry(row.entry(), row.state(), by);
    }

    /** The index of an inbox's conversations; see conversation_entry.lua. */
    static String conversations(StreamName inbox) {
        return key(inbox, "ci");
    }

    private static String key(StreamName inbox, String kind) {
        return RedisKeys.of(inbox.lane(), kind, inbox.value());
    }
}
