package dev.portcullis.hooks;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An application that takes events, over real sockets, and checks each signature. */
final class Receiver implements AutoCloseable {
    /** On a busy machine an application that often fails gets its events slowly. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static final String SECRET = "a secret of the hooks with more than 32 bytes";

    private final Vertx vertx;
    private volatile HttpServer server;
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();
    private final List<String> forged = new CopyOnWriteArrayList<>();
    private volatile Function<JsonArray, Integer> answer = batch -> 204;

    Receiver(Vertx vertx) throws Exception {
        this.vertx = vertx;
        server = listen(0);
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/hooks";
    }

    /** Ends all connections, and takes new ones at the same port, as a process does that is killed and started again. */
    void restart() throws Exception {
        int port = server.actualPort();
        done(server.close());
        Await.until(() -> listensAt(port));
    }

    /** The port may still be in use for a moment. */
    private boolean listensAt(int port) {
        try {
            server = listen(port);
            return true;
        } catch (Exception inUse) {
            return false;
        }
    }

    private HttpServer listen(int port) throws Exception {
        return done(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> take(request, body.toString())))
                .listen(port, "127.0.0.1"));
    }

    /** @param status 0 for no answer at all; -1 for one that dies after it has stored the events, before it answers */
    void answers(Function<JsonArray, Integer> status) {
        answer = status;
    }

    List<JsonObject> taken() {
        return List.copyOf(events);
    }

    List<JsonObject> taken(String key) {
        return events.stream()
                .filter(event -> key.equals(event.getString("key")))
                .toList();
    }

    /** Each event where it came first: a late answer makes it come again. */
    List<JsonObject> firstTaken(String key) {
        Set<String> seen = new HashSet<>();
        return taken(key).stream()
                .filter(event -> seen.add(event.getString("id")))
                .toList();
    }

    List<JsonObject> await(String key, int count) {
        Await.until(() -> firstTaken(key).size() >= count, PATIENCE);
        assertThat(forged).isEmpty();
        return firstTaken(key);
    }

    private void take(HttpServerRequest request, String body) {
        String signed =
                request.getHeader("Portcullis-Timestamp") + "." + request.getHeader("Portcullis-Id") + "." + body;
        if (!("v1=" + hmac(signed)).equals(request.getHeader("Portcullis-Signature"))) {
            forged.add(body);
        }
        JsonArray batch = new JsonObject(body).getJsonArray("events");
        int status = answer.apply(batch);
        if (status == 204 || status < 0) {
            batch.forEach(event -> events.add((JsonObject) event));
        }
        if (status > 0) {
            request.response().setStatusCode(status).end();
        } else if (status < 0) {
            request.connection().close();
        }
    }

    private static String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() throws TimeoutException {
        done(server.close());
    }
}
