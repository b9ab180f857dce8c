package dev.portcullis.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A node with small windows, whose archive is in a PostgreSQL of the test. */
public final class ArchivedChat implements AutoCloseable {
    /** Entries that a room keeps beside its archive. */
    public static final int WINDOW = 20;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final TestNode node;
    private final ArchiveRows rows;
    private int ids;

    private ArchivedChat(TestNode node, ArchiveRows rows) {
        this.node = node;
        this.rows = rows;
    }

    /** @param sets further settings, as {@code --set} takes them */
    public static ArchivedChat start(PostgresServer postgres, String database, String... sets) {
        List<String> all = new ArrayList<>(List.of(
                "admin.apiKey=" + Gauges.KEY,
                "archive.kind=postgres",
                "archive.postgres.uri=" + postgres.uri(database),
                "streams.room.entries=" + WINDOW));
        all.addAll(List.of(sets));
        return new ArchivedChat(TestNode.steady(all.toArray(String[]::new)), new ArchiveRows(postgres, database));
    }

    public TestNode node() {
        return node;
    }

    /** What is in the tables. */
    public ArchiveRows rows() {
        return rows;
    }

    public ChatPeer enter(String user) {
        return node.enter(user, "*");
    }

    /** Publishes so many messages, one after the other; returns their acks. */
    public List<JsonObject> say(ChatPeer peer, String room, int count, String text) {
        return IntStream.range(0, count)
                .mapToObj(any -> {
                    JsonObject ack = peer.say(room, text, "s" + ++ids);
                    assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
                    return ack;
                })
                .toList();
    }

    /** The state of the archive, as readiness has it. */
    public String archiveState() {
        return new JsonObject(send("/health/ready", "GET"))
                .getJsonObject("checks")
                .getString("archive", "");
    }

    public boolean reaches(String archiveState) {
        return Await.until(() -> archiveState().equals(archiveState), Duration.ofSeconds(60));
    }

    /** The value of a metric without labels. */
    public double metric(String name) {
        return Gauges.scrape(node)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Erases a user with all texts, and returns the receipt. */
    public JsonObject erase(String user) {
        return new JsonObject(send("/admin/users/" + user + "?messages=erase", "DELETE")).getJsonObject("receipt");
    }

    private String send(String path, String method) {
        try {
            HttpRequest request = HttpRequest.newBuilder(node.admin(path))
                    .header("Authorization", "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            return HTTP.send(request, BodyHandlers.ofString()).body();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
