package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamStoreContract;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A Redis that syncs every write to its file, and is killed and restarted between two openings. */
class RedisStreamStoreTest extends StreamStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    @Override
    public Fixture open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Fixture() {
            @Override
            public StreamStore streams() {
                return life.streams();
            }

            @Override
            public void close() {
                life.close();
                redis.kill();
                redis.restart();
            }
        };
    }

    /** Else who asks for what is not there has Redis read all bytes of a room each time (CWE-400). */
    @Test
    void entry_is_read_once_also_by_those_who_amend_what_is_not_there() throws Exception {
        RedisConsole console = new RedisConsole(redis);
        for (int i = 0; i < 100; i++) {
            send("m" + i, "x".repeat(50_000)); // more than one call reads
        }
        assertThat(outcome(edit("none", "x"))).isEqualTo(Refusal.NOT_FOUND);
        long before = console.calls("lrange");
        for (int i = 0; i < 20; i++) {
            assertThat(outcome(edit("none", "x"))).isEqualTo(Refusal.NOT_FOUND);
        }
        assertThat(console.calls("lrange")).isEqualTo(before);
        send("m100", "last");
        amended(edit("m100", "newest"));
        assertThat(console.calls("lrange")).isEqualTo(before + 1);
    }

    /** Else who reads a room of large entries in small parts has Redis copy all of a chunk for each of them (CWE-400). */
    @Test
    void part_of_large_entries_is_all_that_is_copied_of_them() throws Exception {
        RedisConsole console = new RedisConsole(redis);
        for (int i = 0; i < 50; i++) {
            send("m" + i, "x".repeat(50_000));
        }
        Bounds part = new Bounds(300, 1 << 16);
        assertThat(fetched(console.commandsDuring(() -> await(streams().after(LOBBY, 0, part)))))
                .isBetween(1, 2);
        assertThat(fetched(console.commandsDuring(() -> await(streams().latest(LOBBY, Long.MAX_VALUE, part)))))
                .isBetween(1, 2);
    }

    @Test
    void small_entries_are_read_with_few_commands() throws Exception {
        RedisConsole console = new RedisConsole(redis);
        for (int i = 0; i < 100; i++) {
            send("m" + i, "x");
        }
        List<String> commands = console.commandsDuring(() -> await(streams().after(LOBBY, 0, PLENTY)));
        assertThat(fetched(commands)).isEqualTo(100);
        assertThat(commands).filteredOn(line -> line.contains("LRANGE")).hasSizeLessThan(10);
    }

    private static int fetched(List<String> commands) {
        Pattern range = Pattern.compile("LRANGE\" \"[^\"]+\" \"(\\d+)\" \"(\\d+)\"");
        return commands.stream()
                .map(range::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(2)) - Integer.parseInt(found.group(1)) + 1)
                .sum();
    }
}
