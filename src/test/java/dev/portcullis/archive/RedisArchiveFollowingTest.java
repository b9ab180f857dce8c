package dev.portcullis.archive;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RedisArchiveFollowingTest extends ArchiveFollowingContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    @Override
    Opened open(ArchivedHeads heads) throws Exception {
        RedisStreamsFixture fixture = RedisStreamsFixture.open(redis, clock);
        return new Opened(fixture.followed(clock, heads), fixture.unarchived(clock), fixture.rows(), fixture);
    }

    /** As after a fail-over to a replica that lagged: no position means two things, and all readers see the same. */
    @Test
    void entries_that_the_store_lost_and_the_archive_has_are_superseded_by_those_that_followed() throws Exception {
        RedisConsole operator = new RedisConsole(redis);
        append(5);
        round("a");
        operator.ask("SAVE");
        Path file = redis.folder().resolve("dump.rdb");
        Path older = redis.folder().resolve("older.rdb");
        Files.copy(file, older, StandardCopyOption.REPLACE_EXISTING);
        append(5);
        round("a");
        Position lost = await(streams.head(LOBBY));
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 10));

        redis.kill();
        Files.copy(older, file, StandardCopyOption.REPLACE_EXISTING);
        redis.restart();
        reopen();
        append(2);
        Position next = await(streams.head(LOBBY));
        assertThat(next.seq()).isEqualTo(7);
        assertThat(next.epoch()).isNotEqualTo(lost.epoch());
        clock.pass(FeederLease.LASTS_MS);
        round("a");
        round("a");

        assertThat(archive.entries(LOBBY).stream().map(entry -> entry.position().epoch()))
                .hasSize(7)
                .endsWith(next.epoch(), next.epoch());
        append(20);
        round("a");
        LatestSlice all = await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(all.entries().stream().map(each -> each.entry().position().seq()))
                .containsExactlyElementsOf(seqs(1, 27));
        assertThat(await(streams.resume(LOBBY, Optional.of(lost), PLENTY)).exact())
                .isFalse();
        Position kept = archive.entries(LOBBY).get(3).position();
        assertThat(await(streams.resume(LOBBY, Optional.of(kept), PLENTY)).exact())
                .isTrue();
    }

    /** Redis is empty, as after a loss of its disk: the streams go on where the archive is. */
    @Test
    void history_of_a_store_that_lost_everything_goes_on() throws Exception {
        append(30);
        round("a");
        new RedisConsole(redis).ask("FLUSHALL");
        append(3);
        round("a");
        LatestSlice all = await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY));
        List<Long> seqs = all.entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
        assertThat(seqs).containsExactlyElementsOf(seqs(1, 33));
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 33));
    }
}
