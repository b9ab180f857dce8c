package dev.portcullis.kit;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** HTTP calls that are repeated while they are answered 503, which happens on a busy machine. */
public final class PatientCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private PatientCalls() {}

    /** @param request is repeated as it is, so that one that must not have a second effect needs a key or an id */
    public static HttpResponse<String> send(HttpClient client, HttpRequest request) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        HttpResponse<String> answer = once(client, request);
        while (answer.statusCode() == 503 && System.nanoTime() - until < 0) {
            Await.pass(PAUSE);
            answer = once(client, request);
        }
        return answer;
    }

    private static HttpResponse<String> once(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
