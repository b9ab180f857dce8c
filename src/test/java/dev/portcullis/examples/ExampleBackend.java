package dev.portcullis.examples;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A server of an example, such as the backend of {@code login}, and the node that trusts its tokens. */
final class ExampleBackend implements AutoCloseable {
    static final String SECRET = "a secret of this test, 32 bytes or more";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("JWT_SECRET", SECRET, "HOOK_SECRET", SECRET, "PORT", "0");

    private final Program program;
    private final URI address;

    /** @param command that starts it; the test is left out where its language is not installed */
    ExampleBackend(Path temporary, String command) throws Exception {
        this(temporary, "login", command);
    }

    /** @param directory of the example */
    ExampleBackend(Path temporary, String directory, String command) throws Exception {
        List<String> words = List.of(command.split(" "));
        Examples.assumeInstalled(words.get(0), words.get(0), "--version");
        program = Examples.start(temporary, directory, words, ENVIRONMENT);
        String line = program.line(each -> each.startsWith("http://localhost:"), "its address");
        address = URI.create(line.replace("localhost", "127.0.0.1"));
    }

    /** @param config of an example that trusts what the backend signs */
    static TestNode node(String config) {
        return TestNode.start(
                Examples.FOLDER.resolve(config),
                ENVIRONMENT,
                "origin.allowed=[\"http://localhost:*\"]",
                "origin.missing=allow");
    }

    URI address(String path) {
        return address.resolve(path);
    }

    HttpResponse<String> get(String path, String cookie) throws IOException, InterruptedException {
        return send(request(path, cookie).GET());
    }

    HttpResponse<String> post(String path, String cookie, String form) throws IOException, InterruptedException {
        return send(request(path, cookie)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    private HttpRequest.Builder request(String path, String cookie) {
        return HttpRequest.newBuilder(address.resolve(path)).header("Cookie", cookie);
    }

    /** Each on a connection of its own: those of HTTP/1.0 end with the answer, which a client that keeps them notices late. */
    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        program.close();
    }
}
