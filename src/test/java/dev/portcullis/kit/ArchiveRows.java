package dev.portcullis.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** What a database has of the archive. */
public record ArchiveRows(PostgresServer server, String database) {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The position of the archive in a stream, and how many entries it has up to there; empty without the stream. */
    public String of(String stream) {
        return String.join(
                "",
                server.ask(
                        database,
                        "SELECT s.seq || ' ' || (SELECT count(*) FROM portcullis.entry e WHERE e.stream = s.id AND e.seq <= s.seq)"
                                + " FROM portcullis.stream s WHERE s.name = '" + stream + "'"));
    }

    /** Returns when it has each entry of a stream once, up to this seq. */
    public void awaitAll(String stream, long head) {
        await(stream, head, head);
    }

    /** Returns when it has so many entries of a stream, up to this seq. */
    public void await(String stream, long head, long entries) {
        String all = head + " " + entries;
        assertThat(Await.until(() -> of(stream).equals(all), PATIENCE))
                .as("the archive of %s has %s, and should have %s", stream, of(stream), all)
                .isTrue();
    }

    /** Returns when it has come to this seq of a stream, whatever it lacks. */
    public void awaitReached(String stream, long head) {
        assertThat(Await.until(() -> head(stream) >= head, PATIENCE))
                .as("the archive of %s has %s", stream, of(stream))
                .isTrue();
    }

    private long head(String stream) {
        String found = of(stream);
        return found.isEmpty() ? 0 : Long.parseLong(found.substring(0, found.indexOf(' ')));
    }

    /** Whether an entry has this text. */
    public boolean contain(String text) {
        return !server.ask(
                        database,
                        "SELECT 1 FROM portcullis.entry e WHERE position('" + text + "'::bytea IN e.body) > 0")
                .isEmpty();
    }
}
