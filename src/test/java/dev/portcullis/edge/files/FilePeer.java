package dev.portcullis.edge.files;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A user who sends and fetches files. */
final class FilePeer implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final TestNode node;
    private final String token;
    private final JdkPeer chat;

    FilePeer(TestNode node, String token) {
        this.node = node;
        this.token = token;
        this.chat = JdkPeer.admitted(node.ws(), token);
    }

    JdkPeer chat() {
        return chat;
    }

    /** Asks for a ticket; returns it, or the refusal. */
    JsonObject ask(String room, String name, long size, String mime) {
        return ask(new JsonObject().put("roomId", room), name, size, mime);
    }

    JsonObject ask(JsonObject target, String name, long size, String mime) {
        return chat.ask(target.put("type", "file_upload")
                .put("id", UUID.randomUUID().toString())
                .put("name", name)
                .put("size", size)
                .put("mime", mime));
    }

    /** A ticket for a text. */
    JsonObject ticket(String room, String text) {
        JsonObject ticket = ask(room, "notes.txt", text.length(), "text/plain");
        if (!"upload_ticket".equals(ticket.getString("type"))) {
            throw new AssertionError(ticket.encode());
        }
        return ticket;
    }

    /** Uploads a text, and returns the id of its file. */
    String upload(String room, String text) {
        JsonObject ticket = ticket(room, text);
        HttpResponse<String> answer = put(ticket, text);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + answer.body());
        }
        return ticket.getString("fileId");
    }

    HttpResponse<String> put(JsonObject ticket, String text) {
        return send(putting(ticket, text).build());
    }

    CompletableFuture<HttpResponse<String>> putLater(JsonObject ticket, String text) {
        return HTTP.sendAsync(putting(ticket, text).build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder putting(JsonObject ticket, String text) {
        return HttpRequest.newBuilder(url(ticket)).PUT(BodyPublishers.ofString(text));
    }

    URI url(JsonObject ticket) {
        return node.http("/").resolve(ticket.getString("uploadUrl"));
    }

    HttpResponse<String> get(String file) {
        return send(HttpRequest.newBuilder(node.http("/api/files/" + file))
                .header("Authorization", "Bearer " + token)
                .build());
    }

    HttpResponse<String> head(String file) {
        return send(HttpRequest.newBuilder(node.http("/api/files/" + file))
                .header("Authorization", "Bearer " + token)
                .method("HEAD", BodyPublishers.noBody())
                .build());
    }

    /** Blocks a user; returns the status. */
    int block(String user) {
        return send(HttpRequest.newBuilder(node.http("/api/blocks/" + user))
                        .header("Authorization", "Bearer " + token)
                        .PUT(BodyPublishers.noBody())
                        .build())
                .statusCode();
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        chat.close();
    }
}
