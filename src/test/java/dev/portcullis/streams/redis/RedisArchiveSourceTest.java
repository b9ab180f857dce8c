package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.unarchived.ArchiveSourceContract;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RedisArchiveSourceTest extends ArchiveSourceContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    @Override
    protected Opened open(ArchivedHeads heads) throws Exception {
        RedisStreamsFixture fixture = RedisStreamsFixture.open(redis, clock);
        return new Opened(fixture.followed(clock, heads), fixture.unarchived(clock), fixture.rows(), fixture);
    }

    @Test
    void stream_that_the_store_has_lost_goes_on_where_the_archive_is() throws Exception {
        append(LOBBY, 3);
        confirm(unarchived(LOBBY));
        Position archived = unarchived(LOBBY).archived();
        reopen(any -> Future.succeededFuture(archived));
        new RedisConsole(redis).ask("FLUSHALL");

        Position next = append(LOBBY, 1);

        assertThat(next.seq()).isEqualTo(4);
        assertThat(next.epoch()).isNotEqualTo(archived.epoch());
        assertThat(unarchived(LOBBY).archived()).isEqualTo(archived);
        assertThat(seqs(unarchived(LOBBY))).containsExactly(4L);
    }

    @Test
    void new_stream_begins_while_the_archive_is_away() throws Exception {
        reopen(any -> Future.failedFuture("away"));
        assertThat(append(LOBBY, 1).seq()).isEqualTo(1);
    }

    @Test
    void entries_that_wait_do_not_expire_and_expire_with_their_record_once_the_archive_has_them() throws Exception {
        RedisConsole operator = new RedisConsole(redis);
        String lane = "pc:{" + LOBBY.lane() + "}:";
        append(LOBBY, 2);
        assertThat(operator.ask("PTTL", lane + "e:" + LOBBY.value())).isEqualTo("-1");
        assertThat(operator.ask("PTTL", lane + "m:" + LOBBY.value())).isEqualTo("-1");

        confirm(unarchived(LOBBY));

        assertThat(Long.parseLong(operator.ask("PTTL", lane + "e:" + LOBBY.value())))
                .isPositive();
        assertThat(Long.parseLong(operator.ask("PTTL", lane + "m:" + LOBBY.value())))
                .isGreaterThan(TimeUnit.DAYS.toMillis(30));
        append(LOBBY, 1);
        assertThat(operator.ask("PTTL", lane + "e:" + LOBBY.value())).isEqualTo("-1");
    }
}
