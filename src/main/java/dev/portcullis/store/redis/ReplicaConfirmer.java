package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Has the replicas of one master confirm what this master answered to one event loop: by one write and one {@code WAIT} behind it for
 * all answers that came since the {@code WAIT} before. A replica takes writes in their order, so one that has this write has what
 * was answered before it was sent. A {@code WAIT} holds up its connection, so it has connections of its own.
 *
 * <p>The write tells the id of its server. A server with another id than that of an answer confirms nothing of it: it was promoted or
 * restarted in between, maybe without what was answered. It is confined to the event loop.
 */
final class ReplicaConfirmer {
    /** While one waits, the answers of this time gather for the other one. */
    private static final int CONNECTIONS = 2;

    /** Fails when a connection is opened, if the user may not wait. */
    private static final Request PERMITTED = Request.cmd(Command.WAIT).arg(0).arg(0);

    private final HostPort master;
    private final RedisContext redis;
    private final Context context;
    private final ReplicaAcks acks;
    private final List<RedisConnection> connections;
    private final Deque<RedisConnection> idle;
    private List<Unconfirmed> queue = new ArrayList<>();

    /** What is not confirmed, in the order of the deadlines; some that are may be left in it. */
    private final Deque<Unconfirmed> pending = new ArrayDeque<>();

    private int waiting;
    private boolean scheduled;
    private boolean timed;

    /**
     * An answer that waits.
     *
     * @param server the beginning of the id of the server that gave it
     * @param key a key of its lane
     */
    private record Unconfirmed(String server, String key, long deadlineNanos, Promise<Void> done) {
        void confirm(String id) {
            if (id.startsWith(server)) {
                done.tryComplete();
            } else {
                fail("another server has taken the place of the one that answered");
            }
        }

        boolean isEnded() {
            return done.future().isComplete();
        }

        void fail(String why) {
            done.tryFail(new StoreFailure(why));
        }
    }

    ReplicaConfirmer(HostPort master, RedisContext redis, Context context) {
        this.master = master;
        this.redis = redis;
        this.context = context;
        this.acks = redis.config().acks();
        this.connections = IntStream.range(0, CONNECTIONS)
                .mapToObj(any -> new RedisConnection(master, redis, context, List.of(PERMITTED)))
                .toList();
        this.idle = new ArrayDeque<>(connections);
    }

    /** Completes when the connections are open; fails with the reason if one is not. */
    Future<?> connected() {
        return Future.all(connections.stream().map(RedisConnection::attempt).toList());
    }

    /** Whether another answer may wait. */
    boolean hasCapacity() {
        return waiting < redis.config().waiting();
    }

    /**
     * Completes when enough replicas have all that the master answered until now. Fails with a {@link StoreFailure}, at the latest
     * when the time of {@link ReplicaAcks} is over.
     *
     * @param server the beginning of the id of the server that answered; empty for any
     * @param key a key of a lane of the master
     */
    Future<Void> confirm(String server, String key) {
        Unconfirmed answer = new Unconfirmed(
                server, key, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(acks.ms()), Promise.promise());
        waiting++;
        pending.add(answer);
        queue.add(answer);
        schedule();
        if (!timed) {
            timed = true;
            context.runOnContext(any -> startTimer());
        }
        return answer.done().future().onComplete(any -> waiting--);
    }

    void close() {
        connections.forEach(RedisConnection::close);
        pending.forEach(each -> each.fail("the connection to the master is closed"));
        queue = new ArrayList<>();
    }

    /** One timer for all, not one for each: what is confirmed in time costs none. */
    private void startTimer() {
        Unconfirmed oldest = pending.peek();
        if (oldest == null) {
            timed = false;
            return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(oldest.deadlineNanos() - System.nanoTime());
        redis.vertx().setTimer(Math.max(1, left + 1), any -> {
            long now = System.nanoTime();
            pending.stream()
                    .takeWhile(each -> each.deadlineNanos() - now <= 0)
                    .forEach(each -> each.fail("the replicas did not confirm in time"));
            dropEnded();
            startTimer();
        });
    }

    private void dropEnded() {
        for (Unconfirmed next = pending.peek(); next != null && next.isEnded(); next = pending.peek()) {
            pending.remove();
        }
    }

    /** Begins behind the current turn of the event loop: the answers that arrive together make one group. */
    private void schedule() {
        if (!scheduled && !idle.isEmpty()) {
            scheduled = true;
            context.runOnContext(any -> {
                scheduled = false;
                begin();
            });
        }
    }

    private void begin() {
        long now = System.nanoTime();
        queue.removeIf(Unconfirmed::isEnded);
        if (queue.isEmpty() || idle.isEmpty()) {
            return;
        }
        Optional<RedisConnection> open =
                idle.stream().filter(RedisConnection::isConnected).findFirst();
        if (open.isEmpty()) {
            awaitConnection(idle.element());
            return;
        }
        RedisConnection connection = open.get();
        idle.remove(connection);
        List<Unconfirmed> group = queue;
        queue = new ArrayList<>();
        long left = group.get(group.size() - 1).deadlineNanos() - now;
        String key = group.get(0).key();
        Request write = redis.confirm().call().key(key).byDigest();
        Request wait =
                Request.cmd(Command.WAIT).arg(acks.replicas()).arg(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        long timeout = left + TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        connection
                .sendBoth(write, wait, timeout)
                .onComplete(any -> redis.timer().record(Operation.REPLICAS, System.nanoTime() - now))
                .onComplete(
                        replies -> answered(group, replies.get(0), replies.get(1)),
                        failure -> failed(connection, group, key, failure))
                .onComplete(any -> {
                    dropEnded();
                    idle.add(connection);
                    schedule();
                });
    }

    /** The answers wait meanwhile, each as long as it may. */
    private void awaitConnection(RedisConnection connection) {
        if (!scheduled) {
            scheduled = true;
            ContextSwitch.to(context, connection.attempt()).onComplete(any -> {
                scheduled = false;
                begin();
            });
        }
    }

    private void answered(List<Unconfirmed> group, Response server, Response replicas) {
        int count = replicas.toInteger();
        redis.replicas().counted(master, count);
        if (count < acks.replicas()) {
            redis.log().fewReplicas(master, count, acks.replicas());
            failAll(group, "only " + count + " replicas confirmed");
        } else {
            String id = server.toString();
            group.forEach(each -> each.confirm(id));
        }
    }

    private void failed(RedisConnection connection, List<Unconfirmed> group, String key, Throwable failure) {
        RedisError error = RedisError.of(failure);
        String why = "no confirmation of the replicas: " + error;
        switch (error) {
            case NOSCRIPT ->
                connection
                        .load(redis.confirm(), TimeUnit.MILLISECONDS.toNanos(acks.ms()))
                        .onComplete(loaded -> repeat(group), unloaded -> failAll(group, why));
            case MOVED, ASK, TRYAGAIN -> {
                redis.masters().refresh();
                failAll(group.stream().filter(each -> each.key().equals(key)).toList(), why);
                repeat(group.stream().filter(each -> !each.key().equals(key)).toList());
            }
            case READONLY, MASTERDOWN, LOADING, NOAUTH, CLUSTERDOWN -> {
                redis.masters().markSuspect(master);
                connection.drop();
                failAll(group, why);
            }
            default -> failAll(group, why);
        }
        redis.log().callFailed(redis.confirm(), error, failure);
    }

    private void repeat(List<Unconfirmed> group) {
        List<Unconfirmed> again = new ArrayList<>(group);
        again.addAll(queue);
        queue = again;
        schedule();
    }

    private static void failAll(List<Unconfirmed> group, String why) {
        group.forEach(each -> each.fail(why));
    }
}
