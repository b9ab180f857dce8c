package dev.portcullis.streams;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An operator's hand in a Redis. */
record RedisCommands(RedisConnection connection) {
    static RedisCommands connect(Vertx vertx, String uri) throws TimeoutException {
        return new RedisCommands(Redis.createClient(vertx, uri).connect().await(10, TimeUnit.SECONDS));
    }

    Response run(String command, String... args) throws TimeoutException {
        Request request = Request.cmd(Command.create(command));
        for (String arg : args) {
            request.arg(arg);
        }
        return connection.send(request).await(10, TimeUnit.SECONDS);
    }
}
