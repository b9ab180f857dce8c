package dev.portcullis.hooks.outbox;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The outboxes of a cluster, in Redis: each in the lane of what it tells of, so that one script writes both. */
public final class RedisOutbox implements HookOutbox {
    /** The part of a script that reports, where hooks are configured. */
    private static final String PART = "/dev/portcullis/hooks/outbox/outbox";

    private static final String NO_PART = "/dev/portcullis/hooks/outbox/no_outbox";
    private static final String TIME = "hook_time";
    private static final int LANES_PER_CALL = 64;
    private static final int ORPHANS_AT_ONCE = 500;
    private static final byte[] NONE = {};

    private final RedisStore redis;
    private final OutboxConfig config;
    private final long leaseMs;
    private final LongSupplier clock;
    private final Script surveyScript;
    private final Script claimScript;
    private final Script acknowledgeScript;
    private final Script discardScript;
    private final Script setAsideScript;
    private final Script deadScript;
    private final Script reviveScript;
    private final Script beginScript;
    private final Script endScript;
    private final Script orphansScript;

    /** @param leaseMs after which a lease that is not renewed has expired */
    public RedisOutbox(RedisStore redis, OutboxConfig config, long leaseMs) {
        this(redis, config, leaseMs, () -> 0);
    }

    /** @param clock the time; 0 stands for Redis's own clock */
    RedisOutbox(RedisStore redis, OutboxConfig config, long leaseMs, LongSupplier clock) {
        this.redis = redis;
        this.config = config;
        this.leaseMs = leaseMs;
        this.clock = clock;
        this.surveyScript = redis.script(RedisOutbox.class, "survey");
        this.claimScript = redis.script(RedisOutbox.class, TIME, "outbox", "aside", "claim");
        this.acknowledgeScript = redis.script(RedisOutbox.class, TIME, "outbox", "aside", "acknowledge");
        this.discardScript = redis.script(RedisOutbox.class, TIME, "outbox", "aside", "discard");
        this.setAsideScript = redis.script(RedisOutbox.class, TIME, "outbox", "aside", "set_aside");
        this.deadScript = redis.script(RedisOutbox.class, "dead_letters");
        this.reviveScript = redis.script(RedisOutbox.class, "revive");
        this.beginScript = redis.script(RedisOutbox.class, TIME, "outbox", "begin_held");
        this.endScript = redis.script(RedisOutbox.class, TIME, "outbox", "end_held");
        this.orphansScript = redis.script(RedisOutbox.class, TIME, "outbox", "end_orphans");
    }

    /** The part that goes into a script before the last one. */
    public static String part(Optional<RedisOutbox> outbox) {
        return outbox.isPresent() ? PART : NO_PART;
    }

    /** Adds the keys and arguments of the outbox, which must be the call's last ones. */
    public Script.Call report(Script.Call call, int lane, Optional<HookEvent> event, Optional<HookEvent> ended) {
        return call.key(key(lane, "hq"))
                .key(key(lane, "hd"))
                .key(key(lane, "hs"))
                .key(key(lane, "hh"))
                .key(key(lane, "hn"))
                .arg(row(event))
                .arg(row(ended))
                .arg(config.waiting())
                .arg(config.deadLetters())
                .arg(config.whenFull() == OutboxConfig.WhenFull.REFUSE ? 1 : 0);
    }

    @Override
    public Future<List<LaneState>> survey() {
        int together = redis.clustered() ? 1 : LANES_PER_CALL;
        List<Future<List<LaneState>>> parts = IntStream.iterate(
                        0, first -> first < Lanes.COUNT, first -> first + together)
                .mapToObj(first -> survey(first, together))
                .toList();
        return Future.join(parts)
                .transform(joined -> parts.stream().allMatch(Future::failed)
                        ? Future.failedFuture(joined.cause())
                        : Future.succeededFuture(answered(parts)));
    }

    /** A master that is away must not hold up the lanes of the others. */
    private static List<LaneState> answered(List<Future<List<LaneState>>> parts) {
        return parts.stream()
                .filter(Future::succeeded)
                .flatMap(part -> part.result().stream())
                .toList();
    }

    @Override
    public Future<Optional<Claim>> claim(LaneQueue queue, String taker, Bounds bounds) {
        Script.Call call = onQueue(claimScript, queue)
                .arg(clock.getAsLong())
                .arg(taker)
                .arg(bounds.claimMs())
                .arg(bounds.events())
                .arg(bounds.bytes());
        return redis.run(report(call, queue.lane(), Optional.empty(), Optional.empty()))
                .map(reply -> {
                    List<byte[]> rows = reply.stream().map(Response::toBytes).toList();
                    return rows.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Claim(
                                    queue,
                                    taker,
                                    rows.stream().map(EventRow::decode).toList(),
                                    rows));
                });
    }

    @Override
    public Future<Void> acknowledge(Claim claim, int count) {
        Script.Call call = onClaim(onQueue(acknowledgeScript, claim.queue()), claim, count);
        return redis.run(report(call, claim.queue().lane(), Optional.empty(), Optional.empty()))
                .mapEmpty();
    }

    @Override
    public Future<Void> release(Claim claim) {
        return acknowledge(claim, 0);
    }

    @Override
    public Future<Void> discard(Claim claim, String reason) {
        Script.Call call = onQueue(discardScript, claim.queue())
                .arg(clock.getAsLong())
                .arg(claim.taker())
                .arg(sha1(claim.rows().get(0)))
                .arg(reason);
        return redis.run(report(call, claim.queue().lane(), Optional.empty(), Optional.empty()))
                .mapEmpty();
    }

    @Override
    public Future<Void> setAside(Claim claim, int count) {
        Script.Call call = onClaim(onQueue(setAsideScript, claim.queue()).arg(clock.getAsLong()), claim, count);
        return redis.run(report(call, claim.queue().lane(), Optional.empty(), Optional.empty()))
                .mapEmpty();
    }

    private static Script.Call onClaim(Script.Call call, Claim claim, int count) {
        return call.arg(claim.taker())
                .arg(count)
                .arg(count == 0 ? "" : sha1(claim.rows().get(count - 1)));
    }

    private static Script.Call onQueue(Script script, LaneQueue queue) {
        int lane = queue.lane();
        return script.call()
                .key(key(lane, queue.aside() ? "ha" : "hq"))
                .key(key(lane, queue.aside() ? "hb" : "hc"))
                .key(key(lane, "ha"))
                .key(key(lane, "hk"));
    }

    @Override
    public Future<List<DeadLetter>> deadLetters(int lane, int most) {
        return redis.run(deadScript.call().key(key(lane, "hd")).arg(most))
                .map(reply -> reply.stream()
                        .map(letter -> DeadLetterRow.decode(lane, letter.toBytes()))
                        .toList());
    }

    @Override
    public Future<Integer> revive(int lane) {
        return redis.run(reviveScript
                        .call()
                        .key(key(lane, "hq"))
                        .key(key(lane, "hd"))
                        .arg(config.deadLetters()))
                .map(Response::toInteger);
    }

    @Override
    public Future<Void> begin(int lane, Held held, String incarnation) {
        Script.Call call =
                beginScript.call().arg(clock.getAsLong()).arg(held.id()).arg(incarnation);
        return redis.run(report(call, lane, Optional.of(held.begun()), Optional.of(held.ended())))
                .mapEmpty();
    }

    @Override
    public Future<Void> end(int lane, String id) {
        Script.Call call = endScript.call().arg(clock.getAsLong()).arg(id);
        return redis.run(report(call, lane, Optional.empty(), Optional.empty())).mapEmpty();
    }

    @Override
    public Future<Integer> endOrphans(int lane) {
        Script.Call call = orphansScript
                .call()
                .key(key(lane, "leases"))
                .key(key(lane, "lane"))
                .arg(clock.getAsLong())
                .arg(leaseMs)
                .arg(ORPHANS_AT_ONCE);
        return redis.run(report(call, lane, Optional.empty(), Optional.empty())).map(Response::toInteger);
    }

    private Future<List<LaneState>> survey(int first, int count) {
        Script.Call call = surveyScript.call();
        for (int lane = first; lane < first + count; lane++) {
            int of = lane;
            Stream.of("hq", "hc", "ha", "hb", "hd", "hn", "leases", "hs").forEach(kind -> call.key(key(of, kind)));
        }
        return redis.run(call)
                .map(reply -> reply.stream()
                        .map(state -> new LaneState(
                                first + state.get(0).toInteger(),
                                state.get(1).toLong(),
                                state.get(2).toInteger() == 1,
                                state.get(3).toLong(),
                                state.get(4).toInteger() == 1,
                                state.get(5).toLong(),
                                state.get(6).toInteger() == 1,
                                state.get(7).toLong(),
                                state.get(8).toLong()))
                        .toList());
    }

    private byte[] row(Optional<HookEvent> event) {
        return event.filter(each -> config.tells(each.type()))
                .map(EventRow::withoutHead)
                .orElse(NONE);
    }

    private static String key(int lane, String kind) {
        return RedisKeys.of(lane, kind);
    }

    private static String sha1(byte[] row) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(row));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
