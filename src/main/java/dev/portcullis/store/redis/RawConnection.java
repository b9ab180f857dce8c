package dev.portcullis.store.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * An open connection with a client of its own, since closing a connection only returns it to the pool of its client.
 */
final class RawConnection {
    private final Redis client;
    private final RedisConnection connection;
    private int unanswered;
    private long waitingSince;

    RawConnection(Redis client, RedisConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    /** Sends a request. Call it on the event loop of the connection; the answer comes on the caller's context. */
    Future<Response> send(Request request) {
        if (unanswered++ == 0) {
            waitingSince = System.nanoTime();
        }
        return connection.send(request).onComplete(any -> {
            unanswered--;
            waitingSince = System.nanoTime();
        });
    }

    /** The time for which requests have been waiting without any answer. */
    long unansweredNanos() {
        return unanswered == 0 ? 0 : System.nanoTime() - waitingSince;
    }

    void onEnd(Runnable action) {
        connection.endHandler(any -> action.run()).exceptionHandler(any -> action.run());
    }

    Future<Void> close() {
        return client.close();
    }
}
