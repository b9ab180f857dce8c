package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.ConversationBuilder;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.redis.StreamReads.FoundEntries;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Keeps the data beside the inboxes of a cluster, in Redis, in the lane of each inbox. */
public final class RedisInboxStore implements InboxStore {
    private static final String FOLDER = "/dev/portcullis/streams/redis/";

    /** The files of functions on where delivery of an inbox begins, for scripts in other folders too. */
    public static final List<String> DELIVERY_FILES =
            List.of(FOLDER + "lane", FOLDER + "stream_meta", FOLDER + "entries", FOLDER + "inbox_delivery");

    private final RedisStore redis;
    private final Script deliveryScript;
    private final StreamReads reads;
    private final RowStore rows;
    private final LongSupplier millis;

    public RedisInboxStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisInboxStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.deliveryScript = redis.script(
                RedisInboxStore.class,
                Stream.concat(DELIVERY_FILES.stream(), Stream.of("delivery")).toArray(String[]::new));
        this.reads = new StreamReads(redis, millis);
        this.rows = new RedisRowStore(redis, millis);
        this.millis = millis;
    }

    @Override
    public Future<Delivery> open(InboxReader reader, int mostDevices) {
        return delivery(reader, "", 0, mostDevices).map(reply -> delivery(reply, 0));
    }

    /**
     * Decodes where delivery begins.
     *
     * @param at the index of the first of its four elements in the reply
     */
    public static Delivery delivery(Response reply, int at) {
        return new Delivery(
                new Position(reply.get(at).toString(), reply.get(at + 1).toLong()),
                reply.get(at + 2).toLong(),
                reply.get(at + 3).toLong());
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
        return conversation(read, bounds, new ConversationBuilder(read, bounds));
    }

    /** Reads further rows of the conversation, then their entries: only those cross the network. */
    private Future<DirectConversation.Part> conversation(
            DirectConversation.Read read, Bounds bounds, ConversationBuilder part) {
        StreamName inbox = read.of().inbox();
        RowRange next = part.next();
        return rows.read(inbox.lane(), ReadSet.of(next)).compose(index -> {
            List<Long> seqs = part.take(next, index.get(next));
            return reads.at(inbox, seqs, bounds.bytes())
                    .compose(found -> amendments(read, bounds, found).compose(amendments -> {
                        found.rows().forEach(row -> take(read, part, row, amendments));
                        if (found.rows().size() < seqs.size()) {
                            part.markCut();
                        }
                        part.skipTo(found.oldest());
                        boolean gap = read.seq() < found.head().seq() && read.seq() + 1 < found.oldest();
                        return part.isOver()
                                ? Future.succeededFuture(part.build(found.head(), gap && read.order() == Order.AFTER)
                                        .thinned(found.thinned()))
                                : conversation(read, bounds, part);
                    }));
        });
    }

    private static void take(
            DirectConversation.Read read,
            ConversationBuilder part,
            Optional<EntryRow> row,
            FoundAmendments amendments) {
        if (read.order() == Order.BEFORE
                && row.filter(each -> !amendments.have(each)).isPresent()) {
            part.markCut();
        }
        part.take(row, amendments::of);
    }

    private Future<FoundAmendments> amendments(DirectConversation.Read read, Bounds bounds, FoundEntries found) {
        return read.order() == Order.AFTER
                ? Future.succeededFuture(FoundAmendments.NONE)
                : reads.amendments(
                        read.of().inbox(),
                        found.rows().stream().flatMap(Optional::stream).toList(),
                        bounds.bytes());
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
