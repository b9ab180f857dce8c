package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.ReadMarkStoreContract;
import dev.portcullis.streams.ReadMarks;
import dev.portcullis.streams.StreamName;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RedisReadMarkStoreTest extends ReadMarkStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Override
    protected Opened open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Opened(life.streams(), life.rows(), life);
    }

    @Test
    void marks_expire_no_later_than_the_record_of_their_room() throws Exception {
        append(2);
        for (String member : new String[] {"ann", "bob", "carol"}) {
            mark(new UserId(member), 1);
            mark(new UserId(member), 2);
        }
        StreamName lobby = StreamName.room(new RoomId("lobby"));
        RedisConsole console = new RedisConsole(redis);
        long record = console.count("PTTL", RedisKeys.of(lobby.lane(), "m", lobby.value()));
        assertThat(console.count("PTTL", RedisKeys.of(lobby.lane(), ReadMarks.TABLE, lobby.value())))
                .isBetween(record - 60_000, record + 5_000); // which is read first
    }
}
