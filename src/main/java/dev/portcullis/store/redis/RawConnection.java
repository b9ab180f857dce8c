package dev.portcullis.store.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One open connection, with a client of its own: closing a connection only hands it back to its client's pool. */
final class RawConnection {
    private final Redis client;
    private final RedisConnection connection;
    private int unanswered;
    private long quietSince;

    RawConnection(Redis client, RedisConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    /** Called on the event loop of the connection; the answer comes on the caller's context. */
    Future<Response> send(Request request) {
        if (unanswered++ == 0) {
            quietSince = System.nanoTime();
        }
        return connection.send(request).onComplete(any -> {
            unanswered--;
            quietSince = System.nanoTime();
        });
    }

    /** For how long something has been asked and nothing answered. */
    long quietNanos() {
        return unanswered == 0 ? 0 : System.nanoTime() - quietSince;
    }

    void onEnd(Runnable then) {
        connection.endHandler(any -> then.run()).exceptionHandler(any -> then.run());
    }

    Future<Void> close() {
        return client.close();
    }
}
