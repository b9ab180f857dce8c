package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.RandomEpoch;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.function.LongSupplier;

/** Keeps the data beside the inboxes of a cluster, in Redis, in the lane of each inbox. */
public final class RedisInboxStore implements InboxStore {
    private final RedisStore redis;
    private final Script deliveryScript;
    private final RedisInboxReads reads;
    private final LongSupplier millis;

    public RedisInboxStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisInboxStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.deliveryScript = redis.script(RedisInboxStore.class, "lane", "stream_meta", "delivery");
        this.reads = new RedisInboxReads(redis, millis);
        this.millis = millis;
    }

    @Override
    public Future<Delivery> open(InboxReader reader, int mostDevices) {
        return delivery(reader, "", 0, mostDevices)
                .map(reply -> new Delivery(
                        new Position(reply.get(0).toString(), reply.get(1).toLong()),
                        reply.get(2).toLong(),
                        reply.get(3).toLong()));
    }

    @Override
    public Future<Long> acknowledge(InboxReader reader, Position upTo, int mostDevices) {
        return delivery(reader, upTo.epoch(), upTo.seq(), mostDevices)
                .map(reply -> reply.get(2).toLong());
    }

    @Override
    public Future<Void> restartBacklog(UserId owner, UserId sender) {
        return redis.run(redis.command("HDEL")
                        .key(backlogs(StreamName.inbox(owner)))
                        .arg(sender.value()))
                .mapEmpty();
    }

    @Override
    public Future<Boolean> hasWritten(UserId owner, UserId user) {
        return redis.run(redis.command("ZSCORE")
                        .key(correspondents(StreamName.inbox(owner)))
                        .arg(user.value()))
                .map(scores -> scores.get(0) != null);
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        return reads.conversation(read, bounds);
    }

    /** The key of the senders' backlogs; see append.lua. */
    static String backlogs(StreamName inbox) {
        return RedisKeys.of(inbox.lane(), "w", inbox.value());
    }

    /** The key of the numbers of entries that strangers have in a full inbox; see inbox_place.lua. */
    static String strangers(StreamName inbox) {
        return RedisKeys.of(inbox.lane(), "ss", inbox.value());
    }

    /** The key of the numbers of entries that the other senders have. */
    static String known(StreamName inbox) {
        return RedisKeys.of(inbox.lane(), "sk", inbox.value());
    }

    /** The key of the users to whom the owner has written. */
    static String correspondents(StreamName inbox) {
        return RedisKeys.of(inbox.lane(), "cp", inbox.value());
    }

    private Future<Response> delivery(InboxReader reader, String epoch, long seq, int mostDevices) {
        StreamName inbox = reader.inbox();
        Script.Call call = deliveryScript
                .call()
                .key(RedisKeys.of(inbox.lane(), "lane"))
                .key(RedisKeys.of(inbox.lane(), "m", inbox.value()))
                .key(RedisKeys.of(inbox.lane(), "e", inbox.value()))
                .arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(reader.device().orElse(""))
                .arg(mostDevices)
                .arg(epoch)
                .arg(seq);
        return redis.run(call);
    }
}
