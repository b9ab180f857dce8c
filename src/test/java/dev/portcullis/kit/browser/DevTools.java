package dev.portcullis.kit.browser;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The DevTools protocol of a browser: calls, their answers, and the events of each page. */
final class DevTools implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final WebSocket socket;

    /** Hears of what happens on a page. */
    interface Listener {
        void heard(String method, JsonObject event);
    }

    DevTools(URI address) throws Exception {
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Messages())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** @param session that of a page */
    void listen(String session, Listener listener) {
        listeners.put(session, listener);
    }

    /** @param session that of a page, or empty for the browser itself */
    JsonObject call(String session, String method, JsonObject parameters) {
        int id = ids.incrementAndGet();
        JsonObject frame = new JsonObject().put("id", id).put("method", method).put("params", parameters);
        if (!session.isEmpty()) {
            frame.put("sessionId", session);
        }
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            synchronized (socket) {
                socket.sendText(frame.encode(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(method + " failed", failed);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private void received(JsonObject frame) {
        CompletableFuture<JsonObject> answer = answers.remove(frame.getInteger("id", 0));
        Listener listener = listeners.get(frame.getString("sessionId", ""));
        if (answer != null && frame.containsKey("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(frame.getJsonObject("error").encode()));
        } else if (answer != null) {
            answer.complete(frame.getJsonObject("result"));
        } else if (listener != null) {
            listener.heard(frame.getString("method", ""), frame.getJsonObject("params", new JsonObject()));
        }
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                received(new JsonObject(whole));
            }
            return WebSocket.Listener.super.onText(from, part, last);
        }
    }
}
