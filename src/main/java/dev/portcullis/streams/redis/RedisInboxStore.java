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
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Keeps the data beside the inboxes of a cluster, in Redis, in the lane of each inbox. */
public final class RedisInboxStore implements InboxStore {
    private final RedisStore redis;
    private final Script deliveryScript;
    private final Script blockScript;
    private final Script unblockScript;
    private final Script isListedScript;
    private final Script blockedScript;
    private final RedisInboxReads reads;
    private final LongSupplier millis;

    public RedisInboxStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisInboxStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.deliveryScript = redis.script(RedisInboxStore.class, "lane", "stream_meta", "delivery");
        this.blockScript = redis.script(RedisInboxStore.class, "lane", "block");
        this.unblockScript = redis.script(RedisInboxStore.class, "lane", "unblock");
        this.isListedScript = redis.script(RedisInboxStore.class, "is_listed");
        this.blockedScript = redis.script(RedisInboxStore.class, "blocked");
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
    public Future<Boolean> block(UserId owner, UserId user, int most, long notAfter) {
        return redis.run(blockScript
                        .call()
                        .key(blocks(StreamName.inbox(owner)))
                        .arg(millis.getAsLong())
                        .arg(notAfter)
                        .arg(user.value())
                        .arg(most))
                .compose(RedisInboxStore::inTime)
                .map(reply -> reply.toInteger() == 1);
    }

    @Override
    public Future<Void> unblock(UserId owner, UserId user, long notAfter) {
        StreamName inbox = StreamName.inbox(owner);
        return redis.run(unblockScript
                        .call()
                        .key(blocks(inbox))
                        .key(backlogs(inbox))
                        .arg(millis.getAsLong())
                        .arg(notAfter)
                        .arg(user.value()))
                .compose(RedisInboxStore::inTime)
                .mapEmpty();
    }

    @Override
    public Future<Boolean> isBlocked(UserId owner, UserId user) {
        return isListed(blocks(StreamName.inbox(owner)), user);
    }

    @Override
    public Future<Boolean> hasWritten(UserId owner, UserId user) {
        return isListed(correspondents(StreamName.inbox(owner)), user);
    }

    private Future<Boolean> isListed(String list, UserId user) {
        return redis.run(isListedScript.call().key(list).arg(user.value())).map(reply -> reply.toInteger() == 1);
    }

    @Override
    public Future<List<UserId>> blocked(UserId owner, Optional<UserId> after, int limit) {
        return redis.run(blockedScript
                        .call()
                        .key(blocks(StreamName.inbox(owner)))
                        .arg(after.map(UserId::value).orElse(""))
                        .arg(limit))
                .map(reply -> IntStream.range(0, reply.size())
                        .mapToObj(i -> new UserId(reply.get(i).toString()))
                        .toList());
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

    static String blocks(StreamName inbox) {
        return RedisKeys.of(inbox.lane(), "bl", inbox.value());
    }

    private static Future<Response> inTime(@Nullable Response reply) {
        return reply == null ? Future.failedFuture(InboxStore.late()) : Future.succeededFuture(reply);
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
